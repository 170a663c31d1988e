//! Other people's clients against the real server: matrix-nio and matrix-js-sdk.

use anyhow::{Result, bail};

use crate::{
    cache, places, python, server,
    step::{Count, Run, node_count, plain_count, timed},
    web,
};

/// Both clients' tests.
pub(crate) fn run() -> Result<Count> {
    server::build()?;
    let mut count = nio()?;
    count.add(js_sdk()?);
    Ok(count)
}

/// matrix-nio from `PyPI`, in an environment of its own.
fn nio() -> Result<Count> {
    let tests = places::root().join("src/testing/clients/nio");
    let python = python::environment("nio", tests.join("requirements.txt"), &places::cache().join("nio"))?;
    timed("matrix-nio: tests", || {
        Run::new(&python)
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
            .args([&tests])
            .env("CHATSPHERE_BIN", places::server())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .counted(plain_count)
    })
}

/// matrix-js-sdk from npm: the one that the web client uses.
fn js_sdk() -> Result<Count> {
    if !web::exists() {
        bail!("web-client/ has no package-lock.json");
    }
    web::install()?;
    let tests = places::root().join("src/testing/clients/js-sdk");
    let files = cache::files(&tests).into_iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs"));
    timed("matrix-js-sdk: tests", || {
        Run::new(web::node())
            .args(["--test", "--test-reporter=tap"])
            .args(files)
            .env("CHATSPHERE_BIN", places::server())
            .env("CHATSPHERE_WEB_CLIENT", places::web_client())
            .counted(node_count)
    })
}
