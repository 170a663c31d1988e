//! How much each scenario does: the full measure, and a short one that only shows that everything runs.

use std::time::Duration;

/// The sizes and time bounds of a run.
#[derive(Debug, Clone)]
pub struct Scale {
    /// Fan-out: people in the room, and the messages a second to measure with them.
    pub fanout: Vec<(usize, Vec<u32>)>,
    /// How long each fan-out point and each send load lasts.
    pub load: Duration,
    /// Whether long polls ask for lazily loaded members.
    pub lazy: bool,
    /// People who join one room.
    pub joins: usize,
    /// Members of the rooms that are shared with another server.
    pub shared: Vec<usize>,
    /// Wait after such a join, in which a server writes what it still holds of it.
    pub settle: Duration,
    /// Messages that come from the other server into each of them.
    pub inbound: usize,
    /// Messages whose way to the other server is timed.
    pub across: usize,
    /// Times that both servers change the state at once.
    pub forks: usize,
    /// Rooms of the large account.
    pub rooms: usize,
    /// Messages in each of them.
    pub messages: usize,
    /// How often each read is repeated for its median.
    pub reads: usize,
    /// Empty syncs that are measured.
    pub empty_syncs: usize,
    /// Wait before memory after load is read.
    pub after_load: Duration,
    /// Wait before memory of an idle server is read.
    pub idle: Duration,
    /// Time that a step of setting up may take.
    pub stage: Duration,
    /// Time that deliveries may take after the last message.
    pub drain: Duration,
}

impl Scale {
    /// What the goals are stated for.
    pub fn full() -> Self {
        Self {
            fanout: vec![(100, vec![5, 50]), (500, vec![20, 167])],
            load: Duration::from_secs(20),
            lazy: false,
            joins: 500,
            shared: vec![100, 1_000, 10_000],
            settle: Duration::from_secs(25),
            inbound: 3_000,
            across: 200,
            forks: 300,
            rooms: 100,
            messages: 30,
            reads: 20,
            empty_syncs: 2000,
            after_load: Duration::from_mins(1),
            idle: Duration::from_secs(5),
            stage: Duration::from_mins(10),
            drain: Duration::from_secs(30),
        }
    }

    /// A smoke run of some seconds a scenario.
    pub fn quick() -> Self {
        Self {
            fanout: vec![(20, vec![5, 50]), (100, vec![50])],
            load: Duration::from_secs(3),
            joins: 100,
            shared: vec![20, 100],
            settle: Duration::ZERO,
            inbound: 200,
            across: 20,
            forks: 20,
            rooms: 10,
            messages: 10,
            reads: 5,
            empty_syncs: 200,
            after_load: Duration::from_secs(10),
            idle: Duration::from_secs(1),
            stage: Duration::from_mins(2),
            drain: Duration::from_secs(10),
            ..Self::full()
        }
    }
}
