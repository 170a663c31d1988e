//! The web client: its packages, checks and build.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{
    cache, places,
    step::{self, Count, Run, timed},
};

/// The node and npm that the web client is built with where the system's are older than it needs (Debian 12's are).
const NODE: &str = "node@22.23.3";
const NPM: &str = "npm@11.19.1";

/// Runs npm in the web client's folder.
fn npm(arguments: &[&str]) -> Result<Run> {
    let run =
        Run::new("npm").args(arguments).dir(&places::web_client()).env("npm_config_update_notifier", "false");
    if system_is_new_enough() {
        return Ok(run);
    }
    let own = places::cache().join("node");
    let programs = own.join("node_modules/.bin");
    if !programs.join("npm").exists() {
        timed("web client: install a newer node and npm (once)", || {
            std::fs::create_dir_all(&own)?;
            let install = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"];
            Run::new("npm").args(install).args([own.as_os_str()]).args([NODE, NPM]).dir(&own).run()
        })?;
    }
    let mut path = programs.into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    Ok(run.program(&own.join("node_modules/.bin/npm")).env("PATH", path))
}

/// Whether the system has npm 11 or newer, with the node that this asks for.
fn system_is_new_enough() -> bool {
    let version = Run::new("npm").args(["--version"]).read().unwrap_or_default();
    version
        .trim()
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .is_some_and(|major: u32| major >= 11)
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
            // Not `ci`: it refuses a lock file that lacks packages of other platforms. This keeps to the lock, and keeps it.
            npm(&["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"])?.run()
        })
    })?;
    Ok(())
}

/// The node for scripts that use its packages: the newer one that they bring, when they do.
pub(crate) fn node() -> PathBuf {
    let own = places::web_client().join("node_modules/.bin/node");
    if own.exists() { own } else { "node".into() }
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
        timed("web client: build", || npm(&["run", "--silent", "build"])?.quietly())
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
    timed("web client: types", || npm(&["run", "--silent", "typecheck"])?.run())?;
    timed("web client: lint", || npm(&["run", "--silent", "lint"])?.run())?;
    let count =
        timed("web client: unit tests", || npm(&["run", "--silent", "test"])?.counted(step::vitest_count))?;
    build()?;
    timed("web client: size budget", || npm(&["run", "--silent", "budget"])?.run())?;
    Ok(count)
}

/// The tests in a browser against the real server.
pub(crate) fn e2e() -> Result<Count> {
    timed("web client: in the browser", || {
        npm(&["run", "--silent", "e2e"])?.env("CHATSPHERE_BIN", places::server()).counted(step::vitest_count)
    })
}
