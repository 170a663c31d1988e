//! What a server takes when nobody asks it anything: its start, and its memory before and after load.

use std::time::Duration;

use super::Context;
use super::send::Senders;
use crate::Trouble;
use crate::clock::sleep;
use crate::process::{self, folder_size};
use crate::report::Goal;
use crate::stats::Times;
use crate::target::Running;
use crate::wire::Wire;

/// Starts whose median counts.
const STARTS: usize = 5;

/// Measures the scenario.
pub fn run(context: &mut Context<'_>) -> Result<(), Trouble> {
    if context.target.is_ours_to_start() {
        let mut empty = 0;
        let mut fresh = || {
            empty += 1;
            context.target.data.with_extension(format!("empty{empty}"))
        };
        let (first_answer, server) = starts(context, &mut fresh)?;
        context.sheet.add("idle: first answer, empty database", "s", first_answer, Some(Goal::AtMost(0.1)));
        sleep(context.scale.idle);
        context.sheet.add("idle: memory, empty database", "MiB", resident(&server), Some(Goal::AtMost(40.0)));
        drop(server);
    }
    if context.target.keeps_data() {
        grow(context)?;
        let size = folder_size(&context.target.data);
        context.sheet.add("idle: size of the grown database", "MiB", Some(size), None);
        let data = context.target.data.clone();
        let (first_answer, server) = starts(context, &mut || data.clone())?;
        context.sheet.add("idle: first answer, grown database", "s", first_answer, Some(Goal::AtMost(0.2)));
        drop(server);
    }
    let server = context.target.start()?;
    sleep(context.scale.idle);
    context.sheet.add("idle: memory, grown database", "MiB", resident(&server), Some(Goal::AtMost(40.0)));
    let mut wire = Wire::new(server.address)?;
    let mut senders = Senders::set_up(&mut wire, &format!("{}i", context.prefix), context.scale.stage)?;
    senders.send_for(&mut wire, context.scale.load)?;
    context.sheet.add("idle: memory right after load", "MiB", resident(&server), None);
    sleep(context.scale.after_load);
    let name = format!("idle: memory {} s after load", context.scale.after_load.as_secs());
    context.sheet.add(name, "MiB", resident(&server), None);
    context.add_peak("idle", &server);
    Ok(())
}

/// The median time to the first answer, in seconds, and the server of the last start.
fn starts(
    context: &Context<'_>,
    folder: &mut impl FnMut() -> std::path::PathBuf,
) -> Result<(Option<f64>, Running), Trouble> {
    let mut times = Times::default();
    let mut server = context.target.start_on(&folder())?;
    for _ in 1..STARTS {
        times.add(server.first_answer.unwrap_or_default());
        drop(server);
        server = context.target.start_on(&folder())?;
    }
    times.add(server.first_answer.unwrap_or_default());
    Ok((times.percentile(50.0).map(|millis| millis / 1000.0), server))
}

/// The other scenarios leave a grown database; without them, messages make one.
fn grow(context: &Context<'_>) -> Result<(), Trouble> {
    const ENOUGH: f64 = 200.0;
    if folder_size(&context.target.data) > ENOUGH {
        return Ok(());
    }
    let server = context.target.start()?;
    let mut wire = Wire::new(server.address)?;
    let mut senders = Senders::set_up(&mut wire, &format!("{}g", context.prefix), context.scale.stage)?;
    for _ in 0..3 {
        senders.send_for(&mut wire, context.scale.load)?;
        if folder_size(&context.target.data) > ENOUGH {
            break;
        }
    }
    // Some seconds in which the server may put away what it took in.
    sleep(Duration::from_secs(2));
    Ok(())
}

fn resident(server: &Running) -> Option<f64> {
    server.pid.and_then(process::memory).map(|memory| memory.current)
}
