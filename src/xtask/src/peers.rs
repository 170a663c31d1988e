//! Other people's servers against ours: Synapse.

use anyhow::{Result, bail};

use crate::{
    places, python,
    step::{self, Count, cargo, timed},
    web,
};

/// The tests that need Synapse: those that are ignored elsewhere.
pub(crate) fn run() -> Result<Count> {
    let python = synapse()?;
    // One test drives two clients of the web client's SDK.
    web::install()?;
    let count = timed("peers: tests", || {
        cargo(&["test", "--release", "--quiet", "--workspace", "--test", "http"])
            .args(["--", "--ignored", "synapse::"])
            .env("CHATSPHERE_SYNAPSE", &python)
            .env("CHATSPHERE_NODE", web::node())
            .env("CHATSPHERE_WEB_CLIENT", places::web_client())
            .counted(step::cargo_count)
    })?;
    if count.passed + count.failed == 0 {
        bail!("no test is named synapse:: any more");
    }
    Ok(count)
}

/// The Python of an environment that has Synapse from `PyPI`, which the load harness uses too.
fn synapse() -> Result<std::path::PathBuf> {
    let requirements = places::root().join("src/testing/synapse/requirements.txt");
    python::environment("synapse", requirements, &places::cache().join("synapse/venv"))
}
