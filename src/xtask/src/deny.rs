//! Licences and sources of everything we depend on, by cargo-deny.

use anyhow::Result;

use crate::{
    places,
    step::{Run, cargo, say, timed},
};

const VERSION: &str = "0.20.2";

/// Checks licences, bans and sources. Advisories come from a git repository, which a build must not depend on.
pub(crate) fn check() -> Result<()> {
    let root = places::cache().join("tools").join(format!("cargo-deny-{VERSION}"));
    let program = root.join("bin/cargo-deny");
    if !program.exists() {
        let installed = timed("cargo-deny: install (once, some minutes)", || {
            let root = root.display().to_string();
            cargo(&[
                "install",
                "--quiet",
                "--locked",
                "--root",
                &root,
                "--no-default-features",
                "cargo-deny",
                "--version",
                VERSION,
            ])
            .env("CARGO_TARGET_DIR", places::cache().join("tools/target"))
            .run()
        });
        if let Err(error) = installed {
            say(&format!("cargo-deny can't be had, so licences are not checked: {error:#}"));
            return Ok(());
        }
        _ = std::fs::remove_dir_all(places::cache().join("tools/target"));
    }
    timed("licences, bans and sources", || {
        Run::new(program).args(["--log-level", "error", "check", "licenses", "bans", "sources"]).quietly()
    })
}
