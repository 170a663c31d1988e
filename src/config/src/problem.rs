//! What can be wrong with the settings, in words that say what to do.

use std::{fmt, path::Path};

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where the value came from: a file's name or an environment variable; empty for a default.
    pub source: String,
    /// The key, as `section.key`; empty when the file as a whole can't be read.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.source, &self.key] {
            if !part.is_empty() {
                write!(f, "{part}: ")?;
            }
        }
        f.write_str(&self.message)?;
        if !self.fix.is_empty() {
            write!(f, "; {}", self.fix)?;
        }
        Ok(())
    }
}

/// The settings can't be used. Shown with one line a problem.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(pub Vec<Problem>);

/// Collects what a section finds wrong with itself.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    section: &'static str,
    found: Vec<Problem>,
}

impl Problems {
    pub(crate) fn enter(&mut self, section: &'static str) -> &mut Self {
        self.section = section;
        self
    }

    pub(crate) fn add(&mut self, key: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.found.push(Problem {
            source: String::new(),
            key: format!("{}.{key}", self.section),
            message: message.into(),
            fix: fix.into(),
        });
    }

    /// Adds a problem when `path` is given and no file is there that can be opened.
    pub(crate) fn file_exists(&mut self, key: &str, path: Option<&Path>) {
        if let Some((path, error)) = path.and_then(|path| Some((path, std::fs::File::open(path).err()?))) {
            self.add(
                key,
                format!("{} can't be read ({error})", path.display()),
                "name a file that the server may read",
            );
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.found
    }
}
