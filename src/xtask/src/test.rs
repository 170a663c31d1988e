//! `./x test`: every part goes on when another has failed; the last line sums up.
#![expect(clippy::print_stdout, reason = "the closing line stands alone")]

use anyhow::{Result, bail};

use crate::{
    clients, peers,
    step::{self, Count, cargo, say, timed},
    tidy, web,
};

/// A part's name and its tests.
type Part = (&'static str, fn() -> Result<Count>);

const PARTS: &[Part] = &[
    ("tidy", tidy::run),
    ("rust", rust),
    ("web", web::test),
    ("e2e", e2e),
    ("clients", clients::run),
    ("peers", peers::run),
];

/// Runs the named parts, or all.
pub(crate) fn run(names: &[String]) -> Result<bool> {
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|(part, _)| part != name)) {
        bail!("there is no part {unknown:?}; there are tidy, rust, web, e2e, clients and peers");
    }
    let mut total = Count::default();
    let mut lines = Vec::new();
    for (part, work) in PARTS.iter().filter(|(part, _)| wanted(names, part)) {
        let count = work().unwrap_or_else(|error| {
            say(&format!("{part}: {error:#}"));
            lines.push(format!("{part}: {error:#}"));
            Count { passed: 0, failed: 1 }
        });
        lines.push(format!("{part}: {} passed, {} failed", count.passed, count.failed));
        total.add(count);
    }
    for line in lines {
        say(&line);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(total.failed == 0 && total.passed > 0)
}

/// Everything in Rust, in the profile that the server ships in; the server itself is built on the way.
fn rust() -> Result<Count> {
    timed("rust: compile", || cargo(&["test", "--release", "--workspace", "--no-run"]).run())?;
    timed("rust: tests", || {
        cargo(&["test", "--release", "--quiet", "--workspace", "--no-fail-fast"])
            .env("CHATSPHERE_BIN", crate::places::server())
            .counted(step::cargo_count)
    })
}

/// The web client in a browser, against the server.
fn e2e() -> Result<Count> {
    crate::server::build()?;
    web::e2e()
}

fn wanted(names: &[String], part: &str) -> bool {
    names.is_empty() || names.iter().any(|name| name == part)
}
