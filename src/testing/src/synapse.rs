//! Synapse as another server. `./x test peers` installs it and says where it is.

use crate::{Gate, Home, several::free_address, tls};
use serde_json::json;
use std::{
    fs::File,
    net::SocketAddr,
    ops::Deref,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// Names the Python of an environment in which Synapse is installed.
const PYTHON: &str = "CHATSPHERE_SYNAPSE";
/// How long a start or a stop may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// The key that it signs with: the seed is nobody's secret.
const SIGNING_KEY: &str = "ed25519 a_test AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// A running Synapse. Its name is the address at which other servers reach it over TLS.
pub struct Synapse {
    process: Child,
    home: Home,
    kept: StoppedSynapse,
}

/// A Synapse that does not run, with its data.
pub struct StoppedSynapse {
    data: Data,
    name: String,
    clients: SocketAddr,
    gate: Option<Gate>,
}

enum Data {
    Ours(TempDir),
    /// Removed by the process when it ends.
    Theirs(PathBuf),
}

impl Data {
    fn path(&self) -> &Path {
        match self {
            Self::Ours(folder) => folder.path(),
            Self::Theirs(path) => path,
        }
    }
}

impl Synapse {
    /// A fresh one.
    pub async fn start() -> Self {
        StoppedSynapse::new(Data::Ours(folder()), None).start().await
    }

    /// A fresh one for a `static`, which is never dropped: it ends when this process does, and its data go with it.
    pub async fn start_for_all() -> Self {
        StoppedSynapse::new(Data::Theirs(folder().keep()), None).start().await
    }

    /// A fresh one that others reach only through the gate.
    pub async fn behind(gate: &Gate) -> Self {
        StoppedSynapse::new(Data::Ours(folder()), Some(gate.clone())).start().await
    }

    /// Stops it.
    pub async fn stop(mut self) -> StoppedSynapse {
        // It ends when its input does.
        drop(self.process.stdin.take());
        let ended = async {
            while self.process.try_wait().expect("the state of a child").is_none() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, ended).await.expect("Synapse ends when its input does");
        self.kept
    }
}

impl Deref for Synapse {
    type Target = Home;

    fn deref(&self) -> &Home {
        &self.home
    }
}

impl StoppedSynapse {
    fn new(data: Data, gate: Option<Gate>) -> Self {
        let others = free_address();
        let name = gate.as_ref().map_or_else(|| others.to_string(), |gate| gate.name().to_owned());
        let stopped = Self { data, name, clients: free_address(), gate };
        stopped.configure(others);
        stopped
    }

    fn configure(&self, others: SocketAddr) {
        let folder = self.data.path();
        let listener = |address: SocketAddr, tls: bool| {
            let resources = json!([{"names": ["client", "federation"], "compress": false}]);
            json!({
                "port": address.port(), "type": "http", "bind_addresses": ["127.0.0.1"], "tls": tls,
                "resources": resources,
            })
        };
        let mut listeners = vec![listener(self.clients, false)];
        if self.gate.is_none() {
            listeners.push(listener(others, true));
        }
        let settings = json!({
            "server_name": self.name,
            "listeners": listeners,
            "database": {"name": "sqlite3", "args": {"database": folder.join("homeserver.db")}},
            "media_store_path": folder.join("media"),
            "log_config": write(folder, "log.json", &logging(folder)),
            "signing_key_path": write(folder, "signing.key", SIGNING_KEY),
            "macaroon_secret_key": "nobody's secret",
            "form_secret": "nobody's secret",
            "registration_shared_secret": "nobody's secret",
            "tls_certificate_path": tls::write_certificate(folder),
            "tls_private_key_path": tls::write_key(folder),
            "federation_custom_ca_list": [tls::write_certificate(folder)],
            // Whoever comes back is to be noticed within a test. Milliseconds.
            "federation": {
                "max_short_retries": 1, "max_short_retry_delay": 500,
                "max_long_retries": 2, "max_long_retry_delay": 500,
                "destination_min_retry_interval": 500, "destination_retry_multiplier": 1,
                "destination_max_retry_interval": "1s",
            },
        });
        // YAML reads JSON.
        write(folder, "homeserver.json", &settings.to_string());
    }

    /// Starts it on the data that it left.
    pub async fn start(self) -> Synapse {
        let home = Home::new(&self.name, format!("http://{}", self.clients));
        if let Some(gate) = &self.gate {
            gate.lead_to(home.base());
        }
        let mut synapse = Synapse { process: spawn(&self.data), home, kept: self };
        let up = async {
            while !synapse.answers().await {
                let ended = synapse.process.try_wait().expect("the state of a child");
                assert_eq!(ended, None, "Synapse ended: {}", synapse.kept.said());
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, up).await.expect("Synapse answers in time");
        synapse
    }

    /// What it wrote to its log and its standard error.
    fn said(&self) -> String {
        let file = |name| std::fs::read_to_string(self.data.path().join(name)).unwrap_or_default();
        file("stderr") + &file("homeserver.log")
    }
}

impl Synapse {
    async fn answers(&self) -> bool {
        let request = self.http().get(format!("{}/health", self.base())).send().await;
        request.is_ok_and(|answer| answer.status().is_success())
    }
}

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("synapse-").tempdir().expect("a folder for the data")
}

fn spawn(data: &Data) -> Child {
    let Some(python) = std::env::var_os(PYTHON) else {
        panic!("{PYTHON} names no Python with Synapse: run `./x test peers`, which installs one");
    };
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("synapse");
    let errors = File::create(data.path().join("stderr")).expect("a file in the folder");
    let mut command = Command::new(python);
    command.arg(ours.join("serve.py")).arg("-c").arg(ours.join("unlimited.yaml"));
    command.arg("-c").arg("homeserver.json").current_dir(data.path());
    if matches!(data, Data::Theirs(_)) {
        command.env("CHATSPHERE_FORGET", "yes");
    }
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(errors);
    command.spawn().expect("Python runs")
}

fn logging(folder: &Path) -> String {
    let logging = json!({
        "version": 1,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"file": {
            "class": "logging.FileHandler", "filename": folder.join("homeserver.log"), "formatter": "plain",
        }},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": false,
    });
    logging.to_string()
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file in the folder");
    path
}
