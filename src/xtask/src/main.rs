//! The project's own commands. `./x` installs system packages and runs this.
#![expect(clippy::print_stdout, reason = "a command line tool")]

mod cache;
mod clients;
mod conformance;
mod deny;
mod peers;
mod places;
mod python;
mod server;
mod step;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
./x COMMAND

  run [ARGUMENTS]          build the web client and the server, and run it (arguments go to `chatsphere`)
  test [PART…]             all tests, or some of: tidy, rust, web, e2e, clients, peers
  tidy                     formatting, house rules, clippy, licences: the same as `test tidy`
  rules                    the house rules alone, in a moment
  fmt                      format the Rust code
  build                    build the server with the web client in it, without running it
  bench [ARGUMENTS]        the load harness; `./x bench --help` says what it measures
  config-sample            write config/chatsphere.example.toml anew from the types
  conformance FILE COMMIT  merge the output of Complement's `go test -json` into complement/results.tsv
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) =
        arguments.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    match dispatch(command, rest) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            step::say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs one command; `false` when what it checked is not as it should be.
fn dispatch(command: &str, rest: &[String]) -> Result<bool> {
    match command {
        "run" => server::run(rest).map(|()| true),
        "build" => server::build().map(|()| true),
        "test" => test::run(rest),
        "tidy" => test::run(&["tidy".to_owned()]),
        "rules" => Ok(tidy::rules()?.failed == 0),
        "fmt" => step::cargo(&["fmt", "--all"]).run().map(|()| true),
        "bench" => server::bench(rest).map(|()| true),
        "config-sample" => server::write_sample().map(|()| true),
        "conformance" => conformance::merge(rest).map(|()| true),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(true)
        }
        other => bail!("there is no command {other:?}; `./x help` lists them"),
    }
}
