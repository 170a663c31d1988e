//! House rules as a command.

mod files;
mod layers;
mod rules;
mod sizes;

use anyhow::Result;

use crate::{
    deny,
    step::{Count, cargo, say, timed},
};

/// A rule: its name, and a check that gives back what breaks it, a line each.
type Rule = (&'static str, fn(&files::Sources) -> Vec<String>);

const RULES: &[Rule] = &[
    ("crates are the ones of docs/architecture.md and depend only on crates above them", layers::check),
    ("files and functions stay small", sizes::check),
    ("tables are named only in the catalogue", rules::table_names),
    ("no paths of one machine", rules::machine_paths),
    ("lints come from the workspace", rules::workspace_lints),
    ("one integration test program a crate", rules::one_test_program),
    ("no leftovers", rules::leftovers),
];

/// Formatting, house rules, clippy and licences; each counts as one test.
pub(crate) fn run() -> Result<Count> {
    let mut count = Count::default();
    let mut note = |name: &str, result: Result<()>| match result {
        Ok(()) => count.passed += 1,
        Err(error) => {
            count.failed += 1;
            say(&format!("{name}: {error:#}"));
        }
    };
    note("formatting", timed("tidy: formatting", || cargo(&["fmt", "--all", "--check"]).run()));
    let sources = files::Sources::read()?;
    for (name, check) in RULES {
        let broken = check(&sources);
        let result =
            if broken.is_empty() { Ok(()) } else { Err(anyhow::anyhow!("\n  {}", broken.join("\n  "))) };
        note(&format!("tidy: {name}"), result);
    }
    note(
        "clippy",
        timed("tidy: clippy", || {
            cargo(&["clippy", "--release", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])
                .run()
        }),
    );
    note("licences", deny::check());
    Ok(count)
}
