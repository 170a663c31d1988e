//! A large account: its initial sync, and the incremental one that has nothing to say.

use std::time::Duration;

use super::{Context, Meter, millis_each};
use crate::Trouble;
use crate::api::{self, Filter};
use crate::clock::sleep;
use crate::drive::{batch_ok, one};
use crate::people;
use crate::report::Goal;
use crate::stats::Times;
use crate::wire::Wire;

/// Measures the scenario.
pub fn run(context: &mut Context<'_>) -> Result<(), Trouble> {
    let mut server = context.target.start()?;
    let limit = context.scale.stage;
    let token = set_up(&mut Wire::new(server.address)?, context)?;
    if context.target.keeps_data() {
        // The first sync is to find no warm cache.
        drop(server);
        server = context.target.start()?;
        sleep(Duration::from_secs(1));
    }
    let mut wire = Wire::new(server.address)?;
    let filter = Filter::Lazy(u32::try_from(context.scale.messages).unwrap_or(u32::MAX));
    let meter = Meter::start(&server);
    let initial = api::sync(&token, None, 0, filter);
    let first = one(&mut wire, "the first initial sync", initial.clone(), limit)?;
    let mut repeated = Times::default();
    for reply in batch_ok(&mut wire, "initial syncs", vec![initial; context.scale.reads], 1, limit)?.all {
        repeated.add(reply.took);
    }
    let plain = api::sync(&token, None, 0, Filter::Default);
    let mut unfiltered = Times::default();
    for reply in batch_ok(&mut wire, "initial syncs", vec![plain; context.scale.reads], 1, limit)?.all {
        unfiltered.add(reply.took);
    }
    let size = first.body.len() as f64 / 1000.0;
    let sheet = &mut *context.sheet;
    let first_millis = first.took.as_secs_f64() * 1000.0;
    sheet.add("sync: initial, first after start", "ms", Some(first_millis), Some(Goal::AtMost(60.0)));
    sheet.add("sync: initial, repeated p50", "ms", repeated.percentile(50.0), Some(Goal::AtMost(30.0)));
    sheet.add("sync: initial, no filter, p50", "ms", unfiltered.percentile(50.0), None);
    sheet.add("sync: initial, size", "kB", Some(size), None);

    let since = latest(&mut wire, &token, &first.json(), limit)?;
    let empty = vec![api::sync(&token, Some(&since), 0, Filter::Default); context.scale.empty_syncs];
    let meter_empty = Meter::start(&server);
    let replies = batch_ok(&mut wire, "empty syncs", empty, 1, limit)?.all;
    let used = meter_empty.stop();
    let mut times = Times::default();
    for reply in &replies {
        times.add(reply.took);
    }
    let sheet = &mut *context.sheet;
    sheet.add(
        "sync: empty, CPU",
        "ms/request",
        millis_each(used.server, replies.len()),
        Some(Goal::AtMost(0.5)),
    );
    sheet.add("sync: empty, p50", "ms", times.percentile(50.0), None);
    sheet.add("sync: server CPU", "s", meter.stop().server, None);
    context.add_peak("sync", &server);
    Ok(())
}

/// The token after which nothing is left to say (one's own presence may follow the initial sync).
fn latest(
    wire: &mut Wire,
    token: &str,
    initial: &serde_json::Value,
    limit: Duration,
) -> Result<String, Trouble> {
    let no_token = || Trouble::Server("a sync without next_batch".to_owned());
    let mut since = initial["next_batch"].as_str().ok_or_else(no_token)?.to_owned();
    for _ in 0..3 {
        let reply =
            one(wire, "an incremental sync", api::sync(token, Some(&since), 300, Filter::Default), limit)?;
        since = reply.text("next_batch").ok_or_else(no_token)?;
    }
    Ok(since)
}

/// Two people in all rooms, who write in turn. Returns the token of the one who syncs.
fn set_up(wire: &mut Wire, context: &Context<'_>) -> Result<String, Trouble> {
    let limit = context.scale.stage;
    let people = people::register(wire, &format!("{}y", context.prefix), 2, limit)?;
    let [maker, reader] = people.as_slice() else {
        return Err(Trouble::Server("nobody registered".to_owned()));
    };
    let rooms = people::create_rooms(wire, maker, &context.prefix, context.scale.rooms, limit)?;
    let joins = rooms.iter().map(|room| api::join(&reader.token, room)).collect();
    batch_ok(wire, "joining the rooms", joins, 4, limit)?;
    for number in 0..context.scale.messages {
        let writer = if number % 2 == 0 { maker } else { reader };
        let text =
            format!("This is message {number}, as long as what people write to each other most of the time.");
        let txn = format!("{}{number}", context.prefix);
        let messages = rooms.iter().map(|room| api::send(&writer.token, room, &txn, &text)).collect();
        batch_ok(wire, "filling the rooms", messages, 8, limit)?;
    }
    Ok(reader.token.clone())
}
