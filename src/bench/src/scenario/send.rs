//! Closed-loop sending: how many messages a second a server acknowledges, and what each costs it.

use std::time::Duration;

use super::{Context, Meter, millis_each};
use crate::Trouble;
use crate::api::{self, Request};
use crate::clock::now;
use crate::drive::{Load, batch_ok, drive};
use crate::people::{self, Person};
use crate::report::Goal;
use crate::stats::Times;
use crate::wire::{Answer, Wire};

const SENDERS: usize = 16;
const ROOMS: usize = 8;
const TEXT: &str =
    "The quick brown fox jumps over the lazy dog, and the dog, for once, looks up to see who it was.";

/// Senders, two in each room.
pub struct Senders {
    people: Vec<Person>,
    rooms: Vec<String>,
    prefix: String,
    counter: usize,
    /// How long each acknowledgement took.
    pub acknowledged: Times,
    /// Answers that were no acknowledgement.
    pub failed: usize,
}

impl Senders {
    /// Registers the senders and brings them into their rooms.
    pub fn set_up(wire: &mut Wire, prefix: &str, limit: Duration) -> Result<Self, Trouble> {
        let people = people::register(wire, &format!("{prefix}s"), SENDERS, limit)?;
        let (makers, joiners) = people.split_at(ROOMS);
        let mut rooms = Vec::with_capacity(ROOMS);
        for maker in makers {
            rooms.push(people::create_room(wire, maker, prefix, limit)?);
        }
        let joins = joiners.iter().zip(&rooms).map(|(person, room)| api::join(&person.token, room)).collect();
        batch_ok(wire, "joining the senders' rooms", joins, ROOMS, limit)?;
        Ok(Self {
            people,
            rooms,
            prefix: prefix.to_owned(),
            counter: 0,
            acknowledged: Times::default(),
            failed: 0,
        })
    }

    /// Sends for so long, then lets what is on its way arrive.
    pub fn send_for(&mut self, wire: &mut Wire, time: Duration) -> Result<(), Trouble> {
        let until = now() + time;
        drive(wire, SENDERS, until + Duration::from_secs(30), &mut Timed { senders: self, until })?;
        Ok(())
    }
}

struct Timed<'a> {
    senders: &'a mut Senders,
    until: std::time::Instant,
}

impl Load for Timed<'_> {
    fn next(&mut self, lane: usize) -> Option<Request> {
        if now() >= self.until {
            return None;
        }
        let senders = &mut *self.senders;
        senders.counter += 1;
        let txn = format!("{}{}", senders.prefix, senders.counter);
        Some(api::send(&senders.people[lane].token, &senders.rooms[lane % ROOMS], &txn, TEXT))
    }

    fn done(&mut self, _lane: usize, answer: &Answer<'_>) {
        if answer.status == 200 {
            self.senders.acknowledged.add(answer.took());
        } else {
            self.senders.failed += 1;
        }
    }
}

/// Measures the scenario.
pub fn run(context: &mut Context<'_>) -> Result<(), Trouble> {
    let server = context.target.start()?;
    let mut wire = Wire::new(server.address)?;
    let mut senders = Senders::set_up(&mut wire, &context.prefix, context.scale.stage)?;
    // What is only slow the first time is no part of a throughput.
    senders.send_for(&mut wire, Duration::from_secs(1))?;
    senders.acknowledged = Times::default();
    senders.failed = 0;
    let meter = Meter::start(&server);
    senders.send_for(&mut wire, context.scale.load)?;
    let used = meter.stop();
    let count = senders.acknowledged.len();
    let rate = count as f64 / used.wall.as_secs_f64();
    let sheet = &mut *context.sheet;
    sheet.add("send: throughput", "messages/s", Some(rate), Some(Goal::FloorPart(0.25)));
    sheet.add("send: CPU", "ms/message", millis_each(used.server, count), Some(Goal::FloorTimes(6.0)));
    sheet.add("send: acknowledged p50", "ms", senders.acknowledged.percentile(50.0), None);
    sheet.add("send: acknowledged p99", "ms", senders.acknowledged.percentile(99.0), None);
    sheet.add("send: refused", "messages", Some(senders.failed as f64), Some(Goal::AtMost(0.0)));
    sheet.add("send: generator CPU", "ms/message", millis_each(used.own, count), None);
    sheet.add("send: server CPU", "s", used.server, None);
    context.add_peak("send", &server);
    Ok(())
}
