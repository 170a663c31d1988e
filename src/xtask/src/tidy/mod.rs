//! House rules as a command.

mod files;
mod layers;
mod sizes;
mod words;

use anyhow::{Result, anyhow};

use crate::{
    deny,
    step::{Count, cargo, say, timed},
};

/// A rule: its name, and a check that gives back what breaks it, a line each.
type Rule = (&'static str, fn(&files::Sources) -> Vec<String>);

const RULES: &[Rule] = &[
    ("crates are the ones of docs/architecture.md and depend only on crates above them", layers::check),
    ("files and functions stay small", sizes::check),
    ("tables are named only in the catalogue", words::table_names),
    ("no paths of one machine", words::machine_paths),
    ("lints come from the workspace", words::workspace_lints),
    ("one integration test program a crate", words::one_test_program),
    ("no leftovers", words::leftovers),
    ("no unwrap in shipped code", words::unwraps),
];

/// Collects how the checks went; each counts as one test.
#[derive(Default)]
struct Report(Count);

impl Report {
    fn note(&mut self, name: &str, result: Result<()>) {
        match result {
            Ok(()) => self.0.passed += 1,
            Err(error) => {
                self.0.failed += 1;
                say(&format!("tidy: {name}: {error:#}"));
            }
        }
    }
}

/// The house rules alone.
pub(crate) fn rules() -> Result<Count> {
    let mut report = Report::default();
    let sources = files::Sources::read()?;
    for (name, check) in RULES {
        let broken = check(&sources);
        let result = if broken.is_empty() { Ok(()) } else { Err(anyhow!("\n  {}", broken.join("\n  "))) };
        report.note(name, result);
    }
    Ok(report.0)
}

/// Formatting, house rules, clippy and licences.
pub(crate) fn run() -> Result<Count> {
    let mut report = Report::default();
    report.note("formatting", timed("tidy: formatting", || cargo(&["fmt", "--all", "--check"]).run()));
    report.0.add(timed("tidy: house rules", rules)?);
    let clippy = || {
        cargo(&[
            "clippy",
            "--release",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--keep-going",
            "--",
            "-D",
            "warnings",
        ])
        .run()
    };
    report.note("clippy", timed("tidy: clippy", clippy));
    report.note("licences", deny::check());
    Ok(report.0)
}
