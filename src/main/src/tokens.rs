//! The registration token that a server makes up when the settings name none.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use config::{
    Secret,
    random::{Entropy, token},
};

const FILE: &str = "registration-token";

/// The token in the data folder; made when it is not there yet.
pub(crate) fn in_folder(data: &Path, entropy: &dyn Entropy) -> std::io::Result<Secret> {
    let path = data.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => return Ok(Secret::new(text.trim())),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let made = token(entropy, 32);
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    writeln!(file, "{made}")?;
    file.sync_all()?;
    Ok(Secret::new(made))
}

#[cfg(test)]
mod tests {
    use config::random::SystemEntropy;

    use super::*;

    #[test]
    fn the_token_stays_and_is_nobody_elses_to_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let first = in_folder(folder.path(), &SystemEntropy).unwrap();
        assert_eq!(first.expose().len(), 32);
        assert_eq!(in_folder(folder.path(), &SystemEntropy).unwrap(), first);
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
