//! Running other programs: one line of what is done and how long it took, their output passed on, their tests counted.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command line tool that says how long steps took"
)]

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};

/// What test runners reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Count {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// One line about what is going on.
pub(crate) fn say(text: &str) {
    println!("x: {text}");
    _ = std::io::stdout().flush();
}

/// Does `work` and says how long it took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(what);
    let start = Instant::now();
    let result = work();
    let state = if result.is_ok() { "done" } else { "failed" };
    say(&format!("{what}: {state} in {:.1} s", start.elapsed().as_secs_f64()));
    result
}

/// A program to run in the repository.
pub(crate) struct Run {
    command: Command,
    name: String,
}

/// Cargo with some arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Run {
    Run::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).args(arguments)
}

impl Run {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&program);
        command.current_dir(crate::places::root());
        // Set by the cargo that runs xtask: they would make the inner cargo build everything anew.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text == "CARGO_MANIFEST_DIR" || text == "CARGO_MANIFEST_PATH"
            {
                command.env_remove(&name);
            }
        }
        Self {
            command,
            name: Path::new(program.as_ref()).file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    pub(crate) fn args<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Another program in the place of the one it was made for.
    pub(crate) fn program(mut self, program: &Path) -> Self {
        let mut command = Command::new(program);
        command.args(self.command.get_args());
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        self.command = command;
        self
    }

    pub(crate) fn dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it; its output is shown.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| format!("{} can't be started", self.name))?;
        if !status.success() {
            bail!("{} failed ({status})", self.describe());
        }
        Ok(())
    }

    /// Runs it; its output is shown only when it fails.
    pub(crate) fn quietly(mut self) -> Result<()> {
        let output = self.command.output().with_context(|| format!("{} can't be started", self.name))?;
        if !output.status.success() {
            print!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            bail!("{} failed ({})", self.describe(), output.status);
        }
        Ok(())
    }

    /// Runs it and gives back what it wrote to standard output.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self.command.stderr(Stdio::inherit()).output();
        let output = output.with_context(|| format!("{} can't be started", self.name))?;
        if !output.status.success() {
            bail!("{} failed ({})", self.describe(), output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs tests: shows their output, counts what `counter` sees in each line. A runner that fails without a failed test counts as one.
    pub(crate) fn counted(mut self, counter: fn(&str) -> Count) -> Result<Count> {
        let child = self.command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn();
        let mut child = child.with_context(|| format!("{} can't be started", self.name))?;
        let mut count = Count::default();
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).split(b'\n') {
                let line = line?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                count.add(counter(&line));
            }
        }
        if !child.wait()?.success() && count.failed == 0 {
            count.failed = 1;
        }
        Ok(count)
    }

    /// Replaces this process by it.
    pub(crate) fn exec(mut self) -> Result<()> {
        use std::os::unix::process::CommandExt as _;
        let error = self.command.exec();
        Err(error).with_context(|| format!("{} can't be started", self.name))
    }

    fn describe(&self) -> String {
        let arguments = self.command.get_args().take(3).map(|argument| argument.to_string_lossy());
        let words: Vec<_> = std::iter::once(self.name.as_str().into()).chain(arguments).collect();
        words.join(" ")
    }
}

/// `test result: ok. 12 passed; 0 failed; …` of cargo test.
pub(crate) fn cargo_count(line: &str) -> Count {
    let Some(rest) = line.trim().strip_prefix("test result: ") else { return Count::default() };
    Count { passed: before(rest, " passed"), failed: before(rest, " failed") }
}

/// `Tests  1 failed | 12 passed (13)` of vitest.
pub(crate) fn vitest_count(line: &str) -> Count {
    let plain = without_colours(line);
    let Some(rest) = plain.trim().strip_prefix("Tests ") else { return Count::default() };
    Count { passed: before(rest, " passed"), failed: before(rest, " failed") }
}

/// `12 passed, 1 failed` alone on a line or pytest's `== 1 failed, 12 passed in 3.21s ==`.
pub(crate) fn plain_count(line: &str) -> Count {
    let plain = without_colours(line);
    let rest = plain.trim().trim_matches('=').trim();
    let looks_right = rest.starts_with(|c: char| c.is_ascii_digit())
        && (rest.contains(" passed") || rest.contains(" failed"));
    if looks_right {
        Count { passed: before(rest, " passed"), failed: before(rest, " failed") }
    } else {
        Count::default()
    }
}

/// `# pass 3`, `ℹ fail 0` of node's own test runner.
pub(crate) fn node_count(line: &str) -> Count {
    let plain = without_colours(line);
    let mut words = plain.split_whitespace();
    let (Some("#" | "ℹ"), Some(kind), Some(number)) = (words.next(), words.next(), words.next()) else {
        return Count::default();
    };
    let number = number.parse().unwrap_or_default();
    match kind {
        "pass" => Count { passed: number, failed: 0 },
        "fail" => Count { passed: 0, failed: number },
        _ => Count::default(),
    }
}

/// The number that stands right before `word`.
fn before(text: &str, word: &str) -> u64 {
    let Some((left, _)) = text.split_once(word) else { return 0 };
    let digits = left.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or_default()
}

fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut text, part| {
        text.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_runners_say() {
        let count = |passed, failed| Count { passed, failed };
        assert_eq!(
            cargo_count("test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured"),
            count(12, 3)
        );
        assert_eq!(cargo_count("test some_test ... ok"), count(0, 0));
        assert_eq!(
            vitest_count(
                "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m | 12 passed (13)"
            ),
            count(12, 1)
        );
        assert_eq!(vitest_count(" Test Files  3 passed (3)"), count(0, 0));
        assert_eq!(plain_count("===== 1 failed, 12 passed in 3.21s ====="), count(12, 1));
        assert_eq!(plain_count("9 passed, 0 failed"), count(9, 0));
        assert_eq!(plain_count("the test passed"), count(0, 0));
        assert_eq!(node_count("# pass 3"), count(3, 0));
        assert_eq!(node_count("\u{1b}[34mℹ fail 2\u{1b}[39m"), count(0, 2));
    }
}
