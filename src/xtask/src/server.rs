//! Building and running the server.

use anyhow::Result;

use crate::{
    places,
    step::{Run, cargo, say, timed},
    web,
};

/// Builds one program. The whole workspace is selected, as the tests do: with a single package cargo would choose other
/// features for what compiles RocksDB, and compile it again.
fn program(name: &str) -> Result<()> {
    cargo(&["build", "--release", "--workspace", "--bin", name]).run()
}

/// Builds the server, with the web client in it.
pub(crate) fn build() -> Result<()> {
    if web::exists() {
        web::build()?;
    }
    timed("server: build", || program("chatsphere"))
}

/// Builds the server and becomes it.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    build()?;
    say("server: start (Ctrl-C stops it)");
    let first = arguments.first().map(String::as_str);
    let command: &[&str] = if first.is_none_or(|first| first.starts_with('-')) { &["run"] } else { &[] };
    Run::new(places::server()).args(command).args(arguments).exec()
}

/// Builds server and harness and runs the harness.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    let asks_only = arguments.iter().any(|argument| argument == "--help" || argument == "-h");
    if !asks_only {
        timed("server: build", || program("chatsphere"))?;
    }
    timed("harness: build", || program("bench"))?;
    Run::new(places::target().join("release/bench"))
        .env("CHATSPHERE_BIN", places::server())
        .args(arguments)
        .exec()
}

/// Writes the sample of the settings from the types.
pub(crate) fn write_sample() -> Result<()> {
    let sample = cargo(&["run", "--release", "--quiet", "-p", "config", "--example", "sample"]).read()?;
    let file = places::root().join("config/chatsphere.example.toml");
    std::fs::create_dir_all(places::root().join("config"))?;
    std::fs::write(&file, sample)?;
    say("wrote config/chatsphere.example.toml");
    Ok(())
}
