//! Synapse, the reference to compare with: installed from `PyPI` into the cache folder, configured with `SQLite` and
//! without rate limits.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::Trouble;
use crate::authority::Certificates;
use crate::report::say;

/// The version that the project's published figures name, as pip understands it.
const REQUIREMENTS: &str = include_str!("../../testing/synapse/requirements.txt");
/// Settings without limits of rate.
const UNLIMITED: &str = include_str!("../../testing/synapse/unlimited.yaml");

/// The Python of Synapse's virtual environment in `cache`, made if it is missing.
pub fn install(cache: &Path) -> Result<PathBuf, Trouble> {
    let folder = cache.join("synapse");
    let python = folder.join("venv/bin/python");
    if works(&python) {
        return Ok(python);
    }
    let package = REQUIREMENTS.trim();
    say(&format!("Installing {package} in {} (some minutes, once)", folder.display()));
    std::fs::create_dir_all(&folder).map_err(Trouble::io(folder.display().to_string()))?;
    let venv = folder.join("venv");
    let make =
        || Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv).stdout(Stdio::null()).status();
    if !make().is_ok_and(|status| status.success()) {
        say("Python's venv module is missing: installing python3-venv");
        let apt = Command::new("apt-get")
            .args(["install", "-y", "-q", "python3-venv"])
            .stdout(Stdio::null())
            .status();
        if !apt.is_ok_and(|status| status.success()) || !make().is_ok_and(|status| status.success()) {
            return Err(Trouble::Setup("Synapse needs Python: install python3 and python3-venv".to_owned()));
        }
    }
    let pip = Command::new(&python).args(["-m", "pip", "install", "-q", package]).status();
    if pip.is_ok_and(|status| status.success()) && works(&python) {
        return Ok(python);
    }
    Err(Trouble::Setup(format!("{package} could not be installed in {}; see above", folder.display())))
}

fn works(python: &Path) -> bool {
    let check = Command::new(python)
        .args(["-c", "import synapse"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    check.is_ok_and(|status| status.success())
}

/// The command that runs Synapse on a port of the loopback address with all its data in `data`; with `peer` as one that speaks with
/// other servers there, by that name.
pub fn command(
    python: &Path,
    data: &Path,
    port: u16,
    peer: Option<(SocketAddr, &Certificates)>,
) -> Result<Command, Trouble> {
    let generated = data.join("homeserver.yaml");
    let module = ["-m", "synapse.app.homeserver"];
    if !generated.exists() {
        let made = Command::new(python)
            .args(module)
            .args(["--generate-config", "--report-stats=no", "-H"])
            .arg(peer.map_or_else(|| "localhost".to_owned(), |(address, _)| address.to_string()))
            .arg("-c")
            .arg(&generated)
            .current_dir(data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !made.is_ok_and(|status| status.success()) {
            return Err(Trouble::Setup("Synapse could not generate its configuration".to_owned()));
        }
    }
    let write = |name: &str, text: &str| {
        let path = data.join(name);
        std::fs::write(&path, text).map_err(Trouble::io(path.display().to_string())).map(|()| path)
    };
    // YAML reads JSON.
    let logging = json!({"version": 1, "root": {"level": "ERROR"}, "disable_existing_loggers": false});
    let logging = write("log.json", &logging.to_string())?;
    let mut settings = settings(port, &logging);
    if let Some((address, certificates)) = peer {
        speak_with_others(&mut settings, address, certificates);
    }
    let settings = write("bench.json", &settings.to_string())?;
    let unlimited = write("unlimited.yaml", UNLIMITED)?;
    let mut command = Command::new(python);
    command.args(module);
    for file in [generated, unlimited, settings] {
        command.arg("-c").arg(file);
    }
    command.current_dir(data);
    Ok(command)
}

fn speak_with_others(settings: &mut serde_json::Value, address: SocketAddr, certificates: &Certificates) {
    if let Some(listeners) = settings["listeners"].as_array_mut() {
        listeners.push(json!({
            "port": address.port(), "type": "http", "tls": true, "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["federation"], "compress": false}],
        }));
    }
    settings["tls_certificate_path"] = json!(certificates.certificate);
    settings["tls_private_key_path"] = json!(certificates.key);
    settings["federation_custom_ca_list"] = json!([certificates.authority]);
}

fn settings(port: u16, logging: &Path) -> serde_json::Value {
    json!({
        "listeners": [{
            "port": port, "type": "http", "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"], "compress": false}],
        }],
        "log_config": logging,
    })
}
