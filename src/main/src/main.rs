//! The `chatsphere` command: arguments, signals and what goes to the terminal. Everything else is in the library.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to its terminal")]

mod cli;
mod logging;
mod signals;

use std::process::ExitCode;

use clap::Parser as _;

/// Gives memory back to the system after a peak (see `.cargo/config.toml`); the default allocator keeps much of it.
/// It is what C's `malloc` is too, so that `RocksDB` uses no other.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
