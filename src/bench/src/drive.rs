//! Closed loops: so many lanes, each of which sends its next request when its last is answered.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Trouble;
use crate::api::Request;
use crate::clock::now;
use crate::wire::{Answer, Id, Wire};

/// What a closed loop sends, and what it does with the answers.
pub trait Load {
    /// The next request of a lane; `None` ends the lane.
    fn next(&mut self, lane: usize) -> Option<Request>;
    /// The answer to the last request of a lane.
    fn done(&mut self, lane: usize, answer: &Answer<'_>);
}

/// Runs `load` on `lanes` lanes until all have ended or the time is `until`. Returns how many requests were left
/// unanswered.
pub fn drive(wire: &mut Wire, lanes: usize, until: Instant, load: &mut impl Load) -> Result<usize, Trouble> {
    let mut lane_of: Vec<Option<usize>> = Vec::new();
    let mut busy = 0;
    for lane in 0..lanes {
        let Some(request) = load.next(lane) else { break };
        let id = wire.acquire()?;
        assign(&mut lane_of, id, Some(lane));
        wire.send(id, |out| request.write(out))?;
        busy += 1;
    }
    while busy > 0 && now() < until {
        wire.turn(until, |wire, answer| {
            // An answer that an earlier, timed-out loop still waited for.
            let Some(lane) = lane_of.get(answer.id).copied().flatten() else { return Ok(()) };
            load.done(lane, &answer);
            if let Some(request) = load.next(lane) {
                wire.send(answer.id, |out| request.write(out))?;
            } else {
                assign(&mut lane_of, answer.id, None);
                wire.release(answer.id);
                busy -= 1;
            }
            Ok(())
        })?;
    }
    Ok(busy)
}

fn assign(lane_of: &mut Vec<Option<usize>>, id: Id, lane: Option<usize>) {
    if lane_of.len() <= id {
        lane_of.resize(id + 1, None);
    }
    lane_of[id] = lane;
}

/// The answer to one request of a [`batch`].
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// The HTTP status; 0 when unanswered.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// From request to answer.
    pub took: Duration,
}

impl Reply {
    /// The body as JSON; `Null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A text field of the body.
    pub fn text(&self, field: &str) -> Option<String> {
        self.json()[field].as_str().map(str::to_owned)
    }

    /// The reply, if its status is 200.
    pub fn ok(&self, what: &str) -> Result<&Self, Trouble> {
        if self.status == 200 {
            return Ok(self);
        }
        let body: String = String::from_utf8_lossy(&self.body).chars().take(200).collect();
        Err(Trouble::Server(format!("{what} failed: {} {body}", self.status)))
    }
}

struct Batch {
    requests: std::vec::IntoIter<Request>,
    given: usize,
    /// The index of the request that each lane waits for.
    current: Vec<usize>,
    replies: Vec<Reply>,
    order: Vec<usize>,
}

impl Load for Batch {
    fn next(&mut self, lane: usize) -> Option<Request> {
        let request = self.requests.next()?;
        self.current[lane] = self.given;
        self.given += 1;
        Some(request)
    }

    fn done(&mut self, lane: usize, answer: &Answer<'_>) {
        let index = self.current[lane];
        self.replies[index] =
            Reply { status: answer.status, body: answer.body.to_vec(), took: answer.took() };
        self.order.push(index);
    }
}

/// The replies to a batch in the order of its requests, and that order in which they came.
pub struct Replies {
    /// One a request.
    pub all: Vec<Reply>,
    /// Indices into `all`, first answered first.
    pub order: Vec<usize>,
}

/// Sends all requests, at most `lanes` at a time; fails when that takes longer than `limit`.
pub fn batch(
    wire: &mut Wire,
    what: &str,
    requests: Vec<Request>,
    lanes: usize,
    limit: Duration,
) -> Result<Replies, Trouble> {
    let count = requests.len();
    let mut load = Batch {
        requests: requests.into_iter(),
        given: 0,
        current: vec![0; lanes],
        replies: vec![Reply::default(); count],
        order: Vec::with_capacity(count),
    };
    drive(wire, lanes, now() + limit, &mut load)?;
    if load.order.len() < count {
        let done = load.order.len();
        return Err(Trouble::Server(format!(
            "{what}: {done} of {count} not reached in {} s",
            limit.as_secs()
        )));
    }
    Ok(Replies { all: load.replies, order: load.order })
}

/// Like [`batch`], and every answer must be 200.
pub fn batch_ok(
    wire: &mut Wire,
    what: &str,
    requests: Vec<Request>,
    lanes: usize,
    limit: Duration,
) -> Result<Replies, Trouble> {
    let replies = batch(wire, what, requests, lanes, limit)?;
    for reply in &replies.all {
        reply.ok(what)?;
    }
    Ok(replies)
}

/// One request, which must be answered with 200.
pub fn one(wire: &mut Wire, what: &str, request: Request, limit: Duration) -> Result<Reply, Trouble> {
    let replies = batch_ok(wire, what, vec![request], 1, limit)?;
    replies.all.into_iter().next().ok_or_else(|| Trouble::Server(format!("{what}: no answer")))
}
