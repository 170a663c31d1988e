//! The `chatsphere` command: arguments, signals and what goes to the terminal. Everything else is in the library.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to its terminal")]

mod cli;
mod logging;
mod signals;

use std::process::ExitCode;

use clap::Parser as _;

/// Gives memory back to the system after a peak; the default allocator keeps it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = cli::Cli::parse();
    match cli::dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("chatsphere: {failure}");
            failure.code()
        }
    }
}
