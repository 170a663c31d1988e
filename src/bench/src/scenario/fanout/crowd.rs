//! The people of the fan-out: a plain socket a person for the long poll, and a few more for the messages, all in one
//! thread.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use memchr::memchr;
use memchr::memmem::Finder;

use super::tally::{self, Tally};
use crate::Trouble;
use crate::api::{self, Filter, encode};
use crate::clock::now;
use crate::drive::{Reply, batch_ok};
use crate::people::{Person, SETUP_LANES};
use crate::wire::{Answer, Id, Wire};

/// Milliseconds, as most clients ask.
const POLL: u32 = 30_000;
/// A refused poll is asked again after this time, so that a struggling server is not beaten.
const RETRY: Duration = Duration::from_millis(200);

/// The people in the room. Connection N is the long poll of person N; higher ones carry messages.
pub(super) struct Crowd {
    wire: Wire,
    room: String,
    people: Vec<Person>,
    polls: Polls,
}

struct Polls {
    /// The request up to the token of the position.
    start: String,
    /// The rest of each person's request.
    ends: Vec<String>,
    positions: Vec<String>,
    again: Vec<(Instant, Id)>,
    last_answer: Instant,
    answers: usize,
    unacknowledged: usize,
    tally: Tally,
}

impl Crowd {
    /// Lets everybody sync once and start to poll.
    pub(super) fn gather(
        address: SocketAddr,
        people: Vec<Person>,
        room: String,
        lazy: bool,
        limit: Duration,
    ) -> Result<Self, Trouble> {
        let initial = |person: &Person| api::sync(&person.token, None, 0, Filter::Lazy(1));
        let requests = people.iter().map(initial).collect();
        let replies = batch_ok(&mut Wire::new(address)?, "initial syncs", requests, SETUP_LANES, limit)?;
        let no_token = || Trouble::Server("a sync without next_batch".to_owned());
        let position = |reply: &Reply| next_batch(&reply.body).ok_or_else(no_token);
        let positions = replies.all.iter().map(position).collect::<Result<_, _>>()?;
        let filter = if lazy { Filter::Lazy(20) } else { Filter::Default };
        let end = |person: &Person| {
            format!(" HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\n\r\n", person.token)
        };
        let polls = Polls {
            start: format!("GET /_matrix/client/v3/sync?timeout={POLL}{}&since=", filter.query()),
            ends: people.iter().map(end).collect(),
            positions,
            again: Vec::new(),
            last_answer: now(),
            answers: 0,
            unacknowledged: 0,
            tally: Tally::new(people.len(), 0),
        };
        let mut crowd = Self { wire: Wire::new(address)?, room, people, polls };
        for _ in &crowd.people {
            let id = crowd.wire.open()?;
            crowd.polls.ask(&mut crowd.wire, id)?;
        }
        Ok(crowd)
    }

    /// Waits until nothing has come for `quiet`; at most `limit`.
    pub(super) fn settle(&mut self, quiet: Duration, limit: Duration) -> Result<(), Trouble> {
        let end = now() + limit;
        self.polls.last_answer = now();
        while self.polls.last_answer.elapsed() < quiet && now() < end {
            self.turn(now() + quiet)?;
        }
        Ok(())
    }

    /// Sends so many messages at this distance, whatever becomes of the earlier ones.
    pub(super) fn send(&mut self, count: usize, distance: Duration) -> Result<(), Trouble> {
        let begin = now();
        self.polls.tally = Tally::new(self.people.len(), self.polls.tally.next());
        self.polls.answers = 0;
        self.polls.unacknowledged = 0;
        let mut due = begin;
        for index in 0..count {
            while now() < due {
                self.turn(due)?;
            }
            due += distance;
            let sender = index % self.people.len();
            let number = self.polls.tally.next();
            let request =
                api::send(&self.people[sender].token, &self.room, &number.to_string(), &tally::text(number));
            let id = self.wire.acquire()?;
            let sent = self.wire.send(id, |out| request.write(out))?;
            self.polls.tally.sent(sender, sent);
            self.polls.unacknowledged += 1;
        }
        Ok(())
    }

    /// Waits until everybody has everything, and all is acknowledged; at most until then.
    pub(super) fn drain(&mut self, until: Instant) -> Result<(), Trouble> {
        while (self.polls.tally.missing > 0 || self.polls.unacknowledged > 0) && now() < until {
            self.turn(until)?;
        }
        Ok(())
    }

    /// What the last messages led to, and in how many sync answers.
    pub(super) fn result(&mut self) -> (&mut Tally, usize) {
        (&mut self.polls.tally, self.polls.answers)
    }

    fn turn(&mut self, until: Instant) -> Result<(), Trouble> {
        let Self { wire, polls, .. } = self;
        let until = if polls.again.is_empty() { until } else { until.min(now() + RETRY) };
        wire.turn(until, |wire, answer| polls.answered(wire, &answer))?;
        let due = polls.again.iter().take_while(|(at, _)| *at <= now()).count();
        for (_, id) in polls.again.drain(..due).collect::<Vec<_>>() {
            polls.ask(wire, id)?;
        }
        Ok(())
    }
}

impl Polls {
    fn ask(&self, wire: &mut Wire, id: Id) -> Result<(), Trouble> {
        wire.send(id, |out| {
            out.extend_from_slice(self.start.as_bytes());
            out.extend_from_slice(self.positions[id].as_bytes());
            out.extend_from_slice(self.ends[id].as_bytes());
        })?;
        Ok(())
    }

    fn answered(&mut self, wire: &mut Wire, answer: &Answer<'_>) -> Result<(), Trouble> {
        let id = answer.id;
        if answer.status != 200 {
            self.tally.failures += 1;
        }
        if id >= self.positions.len() {
            self.unacknowledged = self.unacknowledged.saturating_sub(1);
            wire.release(id);
            return Ok(());
        }
        let position = if answer.status == 200 { next_batch(answer.body) } else { None };
        let Some(position) = position else {
            self.again.push((answer.at + RETRY, id));
            return Ok(());
        };
        self.last_answer = answer.at;
        self.answers += 1;
        self.tally.arrived(id, answer.body, answer.at);
        self.positions[id] = position;
        self.ask(wire, id)
    }
}

/// The `next_batch` of a sync answer, ready for a query.
fn next_batch(body: &[u8]) -> Option<String> {
    static KEY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"next_batch\""));
    let after = body.get(KEY.find(body)? + KEY.needle().len()..)?;
    let start = memchr(b'"', after)? + 1;
    let value = after.get(start..)?;
    let value = value.get(..memchr(b'"', value)?)?;
    std::str::from_utf8(value).ok().map(encode)
}

#[cfg(test)]
mod tests {
    use super::next_batch;

    #[test]
    fn the_position_is_found_with_and_without_spaces() {
        assert_eq!(next_batch(br#"{"rooms":{},"next_batch":"s1_2"}"#).as_deref(), Some("s1_2"));
        assert_eq!(next_batch(br#"{"next_batch": "a b", "x": 1}"#).as_deref(), Some("a%20b"));
        assert_eq!(next_batch(br#"{"next_batch":"cut"#), None);
    }
}
