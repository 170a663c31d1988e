//! Rooms of another server: how long joining them takes, what their messages cost, and how long a message is on its way. The
//! other server is always this project's, so that joining servers compare.

use std::time::{Duration, Instant};

use super::{Context, Meter, rest};
use crate::Trouble;
use crate::api::{self, Filter};
use crate::authority::Certificates;
use crate::clock::{now, sleep};
use crate::drive::{batch_ok, one};
use crate::people::{self, Person};
use crate::report::Goal;
use crate::stats::Times;
use crate::target::Running;
use crate::wire::{Id, Wire};

/// Requests of senders in flight.
const SENDERS: usize = 16;
/// The room size at which joining is compared with Synapse, and messages are timed.
const USUAL: usize = 1_000;

/// The two servers, and somebody on each.
struct Both {
    resident: Side,
    joining: Side,
    /// The resident's name.
    name: String,
}

struct Side {
    server: Running,
    wire: Wire,
    person: Person,
}

/// Measures the scenario.
pub fn run(context: &mut Context<'_>) -> Result<(), Trouble> {
    let Some(mut both) = start(context)? else {
        let why = "this server can't be started as one that speaks with others";
        context.sheet.missing("federation", why);
        return Ok(());
    };
    let limit = context.scale.stage;
    let most = context.scale.shared.iter().max().copied().unwrap_or_default();
    let prefix = format!("{}m", context.prefix);
    let members = people::register(&mut both.resident.wire, &prefix, most, limit)?;
    let (mut rates, mut forks) = (Vec::new(), Vec::new());
    for size in context.scale.shared.clone() {
        let name = format!("federation {size}");
        let room = people::create_room(&mut both.resident.wire, &both.resident.person, &name, limit)?;
        let joiners = members.get(..size.saturating_sub(1)).unwrap_or_default();
        people::join(&mut both.resident.wire, joiners, &room, limit)?;
        let request = api::join_through(&both.joining.person.token, &room, &both.name);
        let joined = one(&mut both.joining.wire, "joining a room of the other server", request, limit)?;
        let goal = (size == USUAL).then_some(Goal::SynapsePart(0.2));
        context.sheet.add(format!("{name}: join"), "s", Some(joined.took.as_secs_f64()), goal);
        let rate = inbound(context, &mut both, &room)?;
        context.sheet.add(format!("{name}: inbound"), "messages/CPU s", rate, Some(Goal::AtLeast(1_000.0)));
        rates.extend(rate);
        let mut times = across(context, &mut both, &room)?;
        let goal = (size == USUAL).then_some(Goal::AtMost(15.0));
        context.sheet.add(format!("{name}: message across p50"), "ms", times.percentile(50.0), goal);
        context.sheet.add(format!("{name}: message across p99"), "ms", times.percentile(99.0), None);
        let cost = forked(context, &mut both, &room)?;
        context.sheet.add(format!("{name}: forked changes"), "CPU ms/change", cost, None);
        forks.extend(cost);
    }
    if let [first, .., last] = rates.as_slice() {
        let growth = Some(first / last);
        context.sheet.add("federation: cost, largest by smallest", "times", growth, Some(Goal::AtMost(1.5)));
    }
    if let [first, .., last] = forks.as_slice() {
        let (name, growth) = ("federation: forks, largest by smallest", Some(last / first));
        context.sheet.add(name, "times", growth, Some(Goal::AtMost(1.5)));
    }
    context.add_peak("federation", &both.joining.server);
    Ok(())
}

fn start(context: &Context<'_>) -> Result<Option<Both>, Trouble> {
    let Some(resident) = context.resident else { return Ok(None) };
    let folder = |what: &str| context.target.data.with_extension(format!("{}-{what}", context.prefix));
    let certificates = Certificates::make(&folder("certificates"))?;
    let Some((joining, _)) = context.target.start_among_others(&folder("joining"), &certificates)? else {
        return Ok(None);
    };
    let Some((resident, name)) = resident.start_among_others(&folder("resident"), &certificates)? else {
        return Ok(None);
    };
    let side = |server: Running, who: &str| {
        let mut wire = Wire::new(server.address)?;
        let who = format!("{}{who}", context.prefix);
        let people = people::register(&mut wire, &who, 1, context.scale.stage)?;
        let person = people.into_iter().next();
        let person = person.ok_or_else(|| Trouble::Server("nobody registered".to_owned()))?;
        Ok::<_, Trouble>(Side { server, wire, person })
    };
    Ok(Some(Both { resident: side(resident, "r")?, joining: side(joining, "j")?, name }))
}

/// Messages that the joining server takes in for each second of its CPU.
fn inbound(context: &Context<'_>, both: &mut Both, room: &str) -> Result<Option<f64>, Trouble> {
    let limit = context.scale.stage;
    let since = since(both, limit)?;
    let sender = &both.resident.person.token;
    let count = context.scale.inbound;
    let txn = |number: usize| format!("{}i{number}", context.prefix);
    let messages = (0..count).map(|number| api::send(sender, room, &txn(number), "from elsewhere")).collect();
    // What the join left to do grows with the room, as the join does; it is no part of a message's cost.
    sleep(context.scale.settle);
    rest(&both.joining.server, limit);
    let meter = Meter::start(&both.joining.server);
    batch_ok(&mut both.resident.wire, "sending", messages, SENDERS, limit)?;
    let last = one(
        &mut both.resident.wire,
        "sending the last message",
        api::send(sender, room, &txn(count), "the last one"),
        limit,
    )?;
    let last = last.text("event_id").unwrap_or_default();
    wait_for(both, since, &last, limit)?;
    let used = meter.stop();
    Ok(used.server.filter(|seconds| *seconds > 0.0).map(|seconds| (count + 1) as f64 / seconds))
}

/// What changes of the room's state cost the joining server, each of which is made while the other server makes one, so that
/// the servers' views fork and are resolved all the time.
fn forked(context: &Context<'_>, both: &mut Both, room: &str) -> Result<Option<f64>, Trouble> {
    let limit = context.scale.stage;
    let since = since(both, limit)?;
    let meter = Meter::start(&both.joining.server);
    let mut last = String::new();
    for number in 0..context.scale.forks {
        let renamed = |side: &Side| api::rename(&side.person, room, &format!("{number}"));
        let (here, there) = (renamed(&both.joining), renamed(&both.resident));
        let id = both.joining.wire.acquire()?;
        both.joining.wire.send(id, |out| here.write(out))?;
        let reply = one(&mut both.resident.wire, "changing a name", there, limit)?;
        last = reply.text("event_id").unwrap_or_default();
        answer_to(&mut both.joining.wire, id, limit)?;
    }
    wait_for(both, since, &last, limit)?;
    let used = meter.stop();
    Ok(used.server.map(|seconds| seconds * 1000.0 / (2 * context.scale.forks) as f64))
}

/// How long messages take from the resident's client to the joining server's client, one at a time.
fn across(context: &Context<'_>, both: &mut Both, room: &str) -> Result<Times, Trouble> {
    let limit = context.scale.stage;
    let mut since = since(both, limit)?;
    let mut times = Times::default();
    for number in 0..context.scale.across {
        let poll = api::sync(&both.joining.person.token, Some(&since), 30_000, Filter::Lazy(5));
        let id = both.joining.wire.acquire()?;
        both.joining.wire.send(id, |out| poll.write(out))?;
        let txn = format!("{}a{number}", context.prefix);
        let begin = now();
        let message = api::send(&both.resident.person.token, room, &txn, "across");
        one(&mut both.resident.wire, "sending", message, limit)?;
        let (at, body) = answer_to(&mut both.joining.wire, id, Duration::from_secs(30))?;
        times.add(at.duration_since(begin));
        since = next_batch(&body)?;
    }
    Ok(times)
}

/// Waits for the answer on a connection, and gives the connection back.
fn answer_to(wire: &mut Wire, id: Id, limit: Duration) -> Result<(Instant, Vec<u8>), Trouble> {
    let until = now() + limit;
    let mut answered = None;
    while answered.is_none() && now() < until {
        wire.turn(until, |_, answer| {
            if answer.id == id {
                answered = Some((answer.at, answer.status, answer.body.to_vec()));
            }
            Ok(())
        })?;
    }
    wire.release(id);
    match answered {
        Some((at, 200, body)) => Ok((at, body)),
        Some((_, status, body)) => {
            Err(Trouble::Server(format!("{status} {}", String::from_utf8_lossy(&body))))
        }
        None => Err(Trouble::Server(format!("no answer within {} s", limit.as_secs()))),
    }
}

/// Where the joining server's person is in their sync, once nothing more is to come.
fn since(both: &mut Both, limit: Duration) -> Result<String, Trouble> {
    let first = api::sync(&both.joining.person.token, None, 0, Filter::Lazy(5));
    let reply = one(&mut both.joining.wire, "syncing", first, limit)?;
    next_batch(&reply.body)
}

/// Polls until the joining server's person has been told of an event.
fn wait_for(both: &mut Both, since: String, event: &str, limit: Duration) -> Result<(), Trouble> {
    let (mut since, until) = (since, now() + limit);
    while now() < until {
        let poll = api::sync(&both.joining.person.token, Some(&since), 10_000, Filter::Lazy(5));
        let reply = one(&mut both.joining.wire, "waiting for the last message", poll, limit)?;
        if memchr::memmem::find(&reply.body, event.as_bytes()).is_some() {
            return Ok(());
        }
        since = next_batch(&reply.body)?;
    }
    Err(Trouble::Server("the last message did not arrive".to_owned()))
}

fn next_batch(body: &[u8]) -> Result<String, Trouble> {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let token = body["next_batch"].as_str().map(str::to_owned);
    token.ok_or_else(|| Trouble::Server("a sync has no next_batch".to_owned()))
}
