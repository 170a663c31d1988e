//! Python environments with packages from `PyPI`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{
    cache,
    step::{Run, timed},
};

/// The Python of an environment in the folder `venv` that has what the file `requirements` lists; made if it is not there, and
/// made whole if it is half made.
pub(crate) fn environment(name: &str, requirements: PathBuf, venv: &Path) -> Result<PathBuf> {
    let python = venv.join("bin/python");
    let inputs = [requirements];
    cache::once(name, &inputs, &python, || {
        timed(&format!("{name}: install"), || {
            Run::new("python3").args(["-m", "venv"]).args([venv]).quietly()?;
            Run::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
                .args(&inputs)
                .quietly()
        })
    })?;
    Ok(python)
}
