//! The scenarios, and what they share: the server under measurement and its meter.

pub mod fanout;
pub mod federation;
pub mod idle;
pub mod joins;
pub mod send;
pub mod sync;

use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::clock::{now, sleep};
use crate::process;
use crate::report::Sheet;
use crate::scale::Scale;
use crate::target::{Running, Target};

/// What can be measured, in the order in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// People long-polling in one room while messages are sent: delivery times, loss, CPU a message
    Fanout,
    /// 16 senders in 8 rooms, each sending when its last message is acknowledged
    Send,
    /// 500 people joining one room, then reads in that room
    Joins,
    /// Initial and empty incremental syncs of an account in 100 rooms
    Sync,
    /// Rooms shared with another server: joining them there, messages from there
    Federation,
    /// Time to the first answer, and memory before and after load
    Idle,
}

impl Scenario {
    /// All of them, [`Scenario::Idle`] last since it starts on the data that the others left.
    pub const ALL: [Self; 6] =
        [Self::Fanout, Self::Send, Self::Joins, Self::Sync, Self::Federation, Self::Idle];

    /// The name on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fanout => "fanout",
            Self::Send => "send",
            Self::Joins => "joins",
            Self::Sync => "sync",
            Self::Federation => "federation",
            Self::Idle => "idle",
        }
    }
}

/// What a scenario works with.
pub struct Context<'a> {
    /// The server to measure.
    pub target: &'a Target,
    /// This project's server, which the measured one meets in federation; only there.
    pub resident: Option<&'a Target>,
    /// How much to do.
    pub scale: &'a Scale,
    /// Where the figures go.
    pub sheet: &'a mut Sheet,
    /// Starts the names of people and rooms, unlike those of any earlier run.
    pub prefix: String,
}

/// Measures one scenario on one server; a failure becomes a row that says why.
pub fn measure(scenario: Scenario, context: &mut Context<'_>) {
    let done = match scenario {
        Scenario::Fanout => fanout::run(context),
        Scenario::Send => send::run(context),
        Scenario::Joins => joins::run(context),
        Scenario::Sync => sync::run(context),
        Scenario::Federation => federation::run(context),
        Scenario::Idle => idle::run(context),
    };
    if let Err(trouble) = done {
        context.sheet.missing(scenario.name(), &trouble.to_string());
    }
}

impl Context<'_> {
    /// Adds the most memory that the server took so far.
    fn add_peak(&mut self, name: &str, server: &Running) {
        let peak = server.pid.and_then(process::memory).map(|memory| memory.peak);
        let goal = Some(crate::report::Goal::AtMost(250.0));
        self.sheet.add(format!("{name}: peak memory"), "MiB", peak, goal);
    }
}

/// Counts CPU time of the server and of the harness itself from its start on.
pub struct Meter {
    pid: Option<u32>,
    server: Option<f64>,
    own: Option<f64>,
    begin: Instant,
}

/// What a [`Meter`] counted.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// CPU seconds of the server's processes; `None` when its process is not known.
    pub server: Option<f64>,
    /// CPU seconds of the harness.
    pub own: Option<f64>,
    /// Time on the wall.
    pub wall: Duration,
}

impl Meter {
    /// Starts to count.
    pub fn start(server: &Running) -> Self {
        let cpu = server.pid.and_then(process::cpu_seconds);
        Self { pid: server.pid, server: cpu, own: process::own_cpu_seconds(), begin: now() }
    }

    /// What was used since the start.
    pub fn stop(&self) -> Used {
        let since = |start: Option<f64>, now: Option<f64>| Some(now? - start?);
        Used {
            server: since(self.server, self.pid.and_then(process::cpu_seconds)),
            own: since(self.own, process::own_cpu_seconds()),
            wall: self.begin.elapsed(),
        }
    }
}

/// Waits until the server has done what earlier requests left it to do: until it uses next to no CPU time, at most `limit`.
pub fn rest(server: &Running, limit: Duration) {
    const LOOK: Duration = Duration::from_millis(300);
    let end = now() + limit;
    while now() < end {
        let meter = Meter::start(server);
        sleep(LOOK);
        // Two ticks of the clock that the system counts with.
        if meter.stop().server.is_none_or(|used| used <= 0.02) {
            break;
        }
    }
}

/// CPU milliseconds for each of `count` things.
pub fn millis_each(seconds: Option<f64>, count: usize) -> Option<f64> {
    seconds.filter(|_| count > 0).map(|seconds| seconds * 1000.0 / count as f64)
}
