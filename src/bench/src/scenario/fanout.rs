//! Fan-out: people who long-poll in one room, and write in turn, at a steady rate.

mod crowd;
mod tally;

use std::time::Duration;

use super::{Context, Meter, millis_each};
use crate::Trouble;
use crate::clock::now;
use crate::people;
use crate::report::Goal;
use crate::target::Running;
use crate::wire::Wire;
use crowd::Crowd;

/// Measures the scenario.
pub fn run(context: &mut Context<'_>) -> Result<(), Trouble> {
    let server = context.target.start()?;
    let mut behind = None;
    for (people, rates) in &context.scale.fanout {
        let points: Vec<String> = rates.iter().map(|rate| format!("fanout {people}@{rate}")).collect();
        let room = match &behind {
            Some(reason) => Err(Trouble::Server(String::clone(reason))),
            None => gather(context, &server, *people),
        };
        match room {
            Ok(mut crowd) => {
                for (rate, point) in rates.iter().zip(points) {
                    if let Some(reason) = &behind {
                        context.sheet.missing(point, reason);
                        continue;
                    }
                    if !measure(context, &server, &mut crowd, *rate, &point)? {
                        behind = Some(format!("not run: too far behind at {point}"));
                    }
                }
            }
            Err(trouble) => {
                for point in points {
                    context.sheet.missing(point, &trouble.to_string());
                }
            }
        }
    }
    context.add_peak("fanout", &server);
    Ok(())
}

/// Brings the people into a room and lets them poll until the server has nothing more to tell them.
fn gather(context: &Context<'_>, server: &Running, count: usize) -> Result<Crowd, Trouble> {
    let limit = context.scale.stage;
    let prefix = format!("{}f{count}x", context.prefix);
    let mut wire = Wire::new(server.address)?;
    let people = people::register(&mut wire, &prefix, count, limit)?;
    let maker = people.first().ok_or_else(|| Trouble::Server("nobody registered".to_owned()))?;
    let room = people::create_room(&mut wire, maker, &prefix, limit)?;
    people::join(&mut wire, people.get(1..).unwrap_or_default(), &room, limit)?;
    let mut crowd = Crowd::gather(server.address, people, room, context.scale.lazy, limit)?;
    crowd.settle(Duration::from_secs(1), Duration::from_secs(30))?;
    Ok(crowd)
}

/// Measures one rate. False when the server could not follow, so that more load would only take time.
fn measure(
    context: &mut Context<'_>,
    server: &Running,
    crowd: &mut Crowd,
    rate: u32,
    point: &str,
) -> Result<bool, Trouble> {
    let count = usize::try_from(u64::from(rate) * context.scale.load.as_secs()).unwrap_or(usize::MAX);
    let meter = Meter::start(server);
    crowd.send(count, Duration::from_secs(1) / rate)?;
    let until = now() + context.scale.drain;
    crowd.drain(until)?;
    let used = meter.stop();
    let (tally, polls) = crowd.result();
    // A server that falls behind has not paid yet for what it did not deliver.
    let done = (tally.expected() - tally.missing) / tally.people().max(1);
    let sheet = &mut *context.sheet;
    let twice = Some(Goal::FloorTimes(2.0));
    sheet.add(format!("{point}: delivery p50"), "ms", tally.times.percentile(50.0), twice);
    sheet.add(format!("{point}: delivery p99"), "ms", tally.times.percentile(99.0), twice);
    sheet.add(format!("{point}: lost"), "deliveries", Some(tally.missing as f64), Some(Goal::AtMost(0.0)));
    sheet.add(format!("{point}: CPU"), "ms/message", millis_each(used.server, done), twice);
    sheet.add(format!("{point}: generator CPU"), "ms/message", millis_each(used.own, done), None);
    sheet.add(format!("{point}: server CPU"), "s", used.server, None);
    sheet.add(format!("{point}: messages a delivery"), "messages", Some(tally.bundle(polls)), None);
    if tally.failures > 0 {
        sheet.add(format!("{point}: requests refused"), "requests", Some(tally.failures as f64), None);
    }
    if tally.repeated > 0 {
        sheet.add(format!("{point}: delivered twice"), "deliveries", Some(tally.repeated as f64), None);
    }
    Ok(tally.missing * 20 < tally.expected())
}
