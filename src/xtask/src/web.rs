//! The web client: its packages, checks and build.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{
    cache, places,
    step::{self, Count, Run, timed},
};

/// Runs a script of the web client's package.json.
fn npm(arguments: &[&str]) -> Run {
    Run::new("npm").args(arguments).dir(&places::web_client()).env("npm_config_update_notifier", "false")
}

/// Whether there is a web client to build.
pub(crate) fn exists() -> bool {
    places::web_client().join("package-lock.json").exists()
}

/// Installs the packages when the lock file changed.
pub(crate) fn install() -> Result<()> {
    let folder = places::web_client();
    let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
    cache::once("npm", &inputs, &folder.join("node_modules/.package-lock.json"), || {
        timed("web client: install packages", || {
            npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"]).run()
        })
    })?;
    Ok(())
}

/// Builds it when a source changed.
pub(crate) fn build() -> Result<()> {
    install()?;
    let folder = places::web_client();
    let inputs = [
        "index.html",
        "package-lock.json",
        "package.json",
        "public",
        "src",
        "tsconfig.json",
        "vite.config.ts",
    ];
    let inputs: Vec<PathBuf> = inputs.iter().map(|name| folder.join(name)).collect();
    let built = cache::once("web-client", &inputs, &folder.join("dist/index.html"), || {
        timed("web client: build", || npm(&["run", "--silent", "build"]).quietly())
    })?;
    if built {
        touch(&places::root().join("src/web/src/assets.rs"))?;
    }
    Ok(())
}

/// Lets cargo see that what a source file embeds has changed: it knows of no files that were added.
fn touch(source: &Path) -> Result<()> {
    let file = std::fs::File::options().append(true).open(source)?;
    #[expect(clippy::disallowed_methods, reason = "a file's time is the real one")]
    file.set_modified(std::time::SystemTime::now())?;
    Ok(())
}

/// Types, lint, unit tests and the size budget.
pub(crate) fn test() -> Result<Count> {
    install()?;
    timed("web client: types", || npm(&["run", "--silent", "typecheck"]).run())?;
    timed("web client: lint", || npm(&["run", "--silent", "lint"]).run())?;
    let count =
        timed("web client: unit tests", || npm(&["run", "--silent", "test"]).counted(step::vitest_count))?;
    build()?;
    timed("web client: size budget", || npm(&["run", "--silent", "budget"]).run())?;
    Ok(count)
}

/// The tests in a browser against the real server.
pub(crate) fn e2e() -> Result<Count> {
    timed("web client: in the browser", || {
        npm(&["run", "--silent", "e2e"]).env("CHATSPHERE_BIN", places::server()).counted(step::plain_count)
    })
}
