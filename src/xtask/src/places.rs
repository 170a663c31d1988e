//! Where things are.

use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A clone that moved has xtask built with another path: the script always starts in the repository.
    let built = own.ancestors().nth(2).unwrap_or(own);
    std::env::current_dir().ok().filter(|here| here.join("x").exists()).unwrap_or_else(|| built.to_owned())
}

/// The web client.
pub(crate) fn web_client() -> PathBuf {
    root().join("web-client")
}

/// What is kept between runs and may be deleted at any time.
pub(crate) fn cache() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("CHATSPHERE_CACHE").unwrap_or_else(|| {
        let base = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
        base.unwrap_or_else(std::env::temp_dir).join("chatsphere")
    })
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The server's program.
pub(crate) fn server() -> PathBuf {
    target().join("release/chatsphere")
}
