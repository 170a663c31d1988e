//! The files that the rules look at: what git knows or would add.

use anyhow::Result;

use crate::{places, step::Run};

/// One file, by its path in the repository.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All files that are text.
pub(crate) struct Sources(pub(crate) Vec<Source>);

impl Sources {
    pub(crate) fn read() -> Result<Self> {
        let list = Run::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).read()?;
        let root = places::root();
        let file = |path: &str| {
            let text = std::fs::read_to_string(root.join(path)).ok()?;
            Some(Source { path: path.to_owned(), text })
        };
        Ok(Self(list.lines().filter_map(file).collect()))
    }

    /// Rust sources.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &Source> {
        self.0.iter().filter(|source| source.path.starts_with("src/") && source.path.ends_with(".rs"))
    }

    /// The manifests of the crates, with the crate's folder.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.0.iter().filter_map(|source| {
            let folder = source.path.strip_prefix("src/")?.strip_suffix("/Cargo.toml")?;
            (!folder.contains('/')).then_some((folder, source))
        })
    }

    pub(crate) fn find(&self, path: &str) -> Option<&Source> {
        self.0.iter().find(|source| source.path == path)
    }
}

impl Source {
    /// The lines before the first test module, numbered from 1.
    pub(crate) fn shipped_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = ["/tests/", "/testing/"].iter().any(|folder| self.path.contains(folder))
            || self.path.ends_with("/tests.rs");
        let lines = if tests { "" } else { self.text.as_str() };
        lines
            .lines()
            .take_while(|line| line.trim() != "#[cfg(test)]")
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}
