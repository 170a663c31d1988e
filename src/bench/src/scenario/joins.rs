//! A room that many people join, and what reading it costs then.

use std::time::Duration;

use super::{Context, Meter, millis_each};
use crate::Trouble;
use crate::api::{self, Filter, Request};
use crate::drive::batch_ok;
use crate::people;
use crate::report::Goal;
use crate::stats::Times;
use crate::wire::Wire;

/// The joins at the start and at the end whose times are compared.
const EDGE: usize = 50;

/// Measures the scenario.
pub fn run(context: &mut Context<'_>) -> Result<(), Trouble> {
    let limit = context.scale.stage;
    let server = context.target.start()?;
    let mut wire = Wire::new(server.address)?;
    let people =
        people::register(&mut wire, &format!("{}j", context.prefix), context.scale.joins + 1, limit)?;
    let (owner, joiners) =
        people.split_first().ok_or_else(|| Trouble::Server("nobody registered".to_owned()))?;
    let room = people::create_room(&mut wire, owner, &context.prefix, limit)?;

    let meter = Meter::start(&server);
    let took = people::join(&mut wire, joiners, &room, limit)?;
    let used = meter.stop();
    let rate = took.len() as f64 / used.wall.as_secs_f64();
    let mut times = Times::default();
    for time in took {
        times.add(time);
    }
    let first = times.mean(0, EDGE);
    let last = times.mean(times.len().saturating_sub(EDGE), EDGE);
    let growth = first.zip(last).map(|(first, last)| last / first);
    let sheet = &mut *context.sheet;
    sheet.add("joins: throughput", "joins/s", Some(rate), Some(Goal::AtLeast(300.0)));
    sheet.add("joins: CPU", "ms/join", millis_each(used.server, times.len()), None);
    sheet.add("joins: first 50, mean", "ms", first, None);
    sheet.add("joins: last 50, mean", "ms", last, None);
    sheet.add("joins: last 50 by first 50", "times", growth, Some(Goal::AtMost(1.5)));

    let token = &owner.token;
    let reads: [(&str, Request); 5] = [
        ("/members", api::room_read(token, &room, "members")),
        ("/joined_members", api::room_read(token, &room, "joined_members")),
        ("/state", api::room_read(token, &room, "state")),
        ("/messages", api::room_read(token, &room, "messages?dir=b&limit=100")),
        ("initial /sync, lazy", api::sync(token, None, 0, Filter::Lazy(20))),
    ];
    for (name, request) in reads {
        let p50 = median(&mut wire, name, &request, context.scale.reads, limit)?;
        context.sheet.add(format!("joins: {name} p50"), "ms", p50, None);
    }
    context.sheet.add("joins: server CPU", "s", meter.stop().server, None);
    context.add_peak("joins", &server);
    Ok(())
}

/// The median of `count` such requests, one after another, in milliseconds.
fn median(
    wire: &mut Wire,
    what: &str,
    request: &Request,
    count: usize,
    limit: Duration,
) -> Result<Option<f64>, Trouble> {
    let mut times = Times::default();
    for reply in batch_ok(wire, what, vec![request.clone(); count], 1, limit)?.all {
        times.add(reply.took);
    }
    Ok(times.percentile(50.0))
}
