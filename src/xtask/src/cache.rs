//! Stamps: what was done for which inputs, so that a second run does nothing.

use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// Does `work` unless it was done for the same `inputs` (files and folders) before and `result` is still there.
pub(crate) fn once(
    name: &str,
    inputs: &[PathBuf],
    result: &Path,
    work: impl FnOnce() -> Result<()>,
) -> Result<bool> {
    let stamp = stamp_path(name);
    let hash = hash(inputs)?;
    if result.exists() && fs::read_to_string(&stamp).is_ok_and(|old| old == hash) {
        return Ok(false);
    }
    work()?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&stamp, hash).with_context(|| format!("{} can't be written", stamp.display()))?;
    Ok(true)
}

/// Clones in different folders do not share stamps, as what they stand for lies in the clone.
fn stamp_path(name: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    hasher.write(crate::places::root().as_os_str().as_encoded_bytes());
    crate::places::cache().join("stamps").join(format!("{name}-{:x}", hasher.finish()))
}

/// One number for the names and contents of all files.
pub(crate) fn hash(inputs: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in inputs.iter().flat_map(|input| files(input)) {
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The file itself, or all files in the folder, in order.
pub(crate) fn files(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return if path.is_file() { vec![path.to_owned()] } else { Vec::new() };
    };
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().flat_map(|entry| files(entry)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_follows_names_and_contents() {
        let folder = tempfile::tempdir().unwrap();
        let input = [folder.path().to_owned()];
        fs::write(folder.path().join("a"), "one").unwrap();
        let first = hash(&input).unwrap();
        assert_eq!(hash(&input).unwrap(), first);
        fs::write(folder.path().join("a"), "two").unwrap();
        let second = hash(&input).unwrap();
        assert_ne!(second, first);
        fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
        assert_ne!(hash(&input).unwrap(), second);
    }
}
