//! The command line of `./x bench`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::Trouble;
use crate::report::say;
use crate::run::{Choice, Plan};
use crate::scale::Scale;
use crate::scenario::Scenario;
use crate::{floor, target};

/// Measures a Matrix homeserver through its public client-server API.
///
/// Without options it starts the release build of chatsphere on a fresh data folder and a free port, runs every
/// scenario on it, and prints a table. With `--against synapse` the same is done with Synapse and with the floor, side
/// by side, scenario by scenario, and the table has the ratios. The floor is the smallest server that answers the same
/// requests with no rules at all; it shows what HTTP, the kernel and the disk cost on this machine, so that ratios to
/// it mean the same on any.
///
/// CPU seconds and memory come from /proc, child processes included. Set-up (registering, joining) is not measured
/// unless a row says so. A step that takes too long becomes a row that says so.
#[derive(Debug, Parser)]
#[command(name = "bench", bin_name = "./x bench", version, args_conflicts_with_subcommands = true)]
struct Command {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum Other {
    /// Runs the floor by itself, to measure it with other tools
    Floor {
        /// Address to listen on
        #[arg(long, default_value = "127.0.0.1:8008")]
        listen: SocketAddr,
        /// File that the events are appended to
        #[arg(long, default_value = "floor.log")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Options {
    /// Measure the server at this base URL (http://HOST:PORT) instead of starting one. It needs open registration
    /// (m.login.dummy) and no rate limits
    #[arg(long, value_name = "URL", conflicts_with_all = ["against", "servers"])]
    url: Option<String>,
    /// The process of that server on this machine, to read its CPU time and memory
    #[arg(long, value_name = "PID", requires = "url")]
    pid: Option<u32>,
    /// Also run this beside chatsphere; `synapse` includes the floor and is installed with pip on first use
    #[arg(long, value_enum, value_name = "SERVER")]
    against: Option<Against>,
    /// The servers to run, the first one judged by the goals
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAMES", conflicts_with = "against")]
    servers: Vec<Name>,
    /// Run only this scenario; may be given several times
    #[arg(long, value_enum, value_name = "NAME")]
    scenario: Vec<Scenario>,
    /// A short smoke run with smaller numbers; its figures are no measure
    #[arg(long)]
    quick: bool,
    /// Register so many people before anything is measured
    #[arg(long, default_value_t = 0, value_name = "COUNT")]
    users: usize,
    /// Measure each scenario so often, the servers in turn, and show the medians: one stall of the disk is no p99
    #[arg(long, default_value_t = 1, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..=99))]
    rounds: u8,
    /// Length of each load in seconds [default: 20; 3 with --quick]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: Option<u64>,
    /// Long polls ask for lazily loaded members, as many clients do
    #[arg(long)]
    lazy: bool,
    /// Folder for the servers' data [default: the cache folder; a RAM disk would hide the cost of fsync]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Keep the servers' data and output
    #[arg(long)]
    keep: bool,
    /// Also write all figures to this file as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Against {
    /// The floor alone
    Floor,
    /// The floor and Synapse
    Synapse,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    Chatsphere,
    Floor,
    Synapse,
}

impl Options {
    fn plan(self) -> Result<Plan, Trouble> {
        let servers = match (&self.url, self.against) {
            (Some(url), _) => vec![Choice::Running(target::address(url)?, self.pid)],
            (None, Some(Against::Floor)) => vec![Choice::ChatSphere, Choice::Floor],
            (None, Some(Against::Synapse)) => vec![Choice::ChatSphere, Choice::Floor, Choice::Synapse],
            (None, None) if self.servers.is_empty() => vec![Choice::ChatSphere],
            (None, None) => self.servers.iter().map(|name| name.choice()).collect(),
        };
        let mut scale = if self.quick { Scale::quick() } else { Scale::full() };
        scale.lazy = self.lazy;
        scale.load = self.seconds.map_or(scale.load, Duration::from_secs);
        let chosen = |scenario: &Scenario| self.scenario.is_empty() || self.scenario.contains(scenario);
        let scenarios = Scenario::ALL.into_iter().filter(chosen).collect();
        let Self { users, rounds, data, keep, json, .. } = self;
        Ok(Plan { servers, scenarios, scale, rounds: rounds.into(), users, data, keep, json })
    }
}

impl Name {
    fn choice(self) -> Choice {
        match self {
            Self::Chatsphere => Choice::ChatSphere,
            Self::Floor => Choice::Floor,
            Self::Synapse => Choice::Synapse,
        }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let command = Command::parse();
    let done = match command.other {
        Some(Other::Floor { listen, file }) => floor::serve(listen, &file),
        None => command.options.plan().and_then(|plan| plan.run()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            say(&format!("bench: {trouble}"));
            ExitCode::FAILURE
        }
    }
}
