//! A server in the process of the test.

use crate::{Gate, Home};
use config::{ByteSize, Config, RegistrationMode, Secret, clock::SharedClock};
use server::{Overrides, Server};
use std::{net::SocketAddr, ops::Deref, sync::Arc};
use tempfile::TempDir;
use tracing_subscriber::EnvFilter;

/// A running server on a free port of the loopback address, with a data folder that goes with it. Anybody may register, and
/// nothing is rate limited, unless the test says otherwise.
pub struct TestServer {
    server: Server,
    home: Home,
    kept: Stopped,
}

/// A server that does not run, with its data.
pub struct Stopped {
    /// Goes with the server.
    _folder: TempDir,
    config: Arc<Config>,
    gate: Option<Gate>,
    /// The time that it goes by, if not the real one.
    clock: Option<SharedClock>,
}

/// The settings of [`TestServer::start`], for tests that change some.
pub(crate) fn settings() -> Config {
    let mut config = Config::default();
    config.server.name = "localhost".into();
    config.server.listen = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
    config.server.allow_private_addresses = true;
    config.registration.mode = Some(RegistrationMode::Open);
    config.registration.shared_secret = Some(Secret::new("shared secret"));
    config.registration.guests = true;
    config.rate_limits.enabled = false;
    // Hashing passwords is slow on purpose, and no test is about that.
    config.passwords.memory = ByteSize::mib(1);
    config.passwords.iterations = 1;
    config
}

/// Writes what servers log to standard error, when `RUST_LOG` says what.
fn log() {
    if std::env::var_os("RUST_LOG").is_some() {
        let log = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::from_default_env())
            .with_writer(std::io::stderr);
        // Another test may have begun it.
        drop(log.try_init());
    }
}

impl TestServer {
    /// A fresh server.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// A fresh server with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_at(None, None, change).await
    }

    pub(crate) async fn start_at(
        gate: Option<Gate>,
        clock: Option<SharedClock>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the data");
        let mut config = settings();
        config.server.data = folder.path().to_owned();
        change(&mut config);
        Stopped { _folder: folder, config: Arc::new(config), gate, clock }.start().await
    }

    /// Stops the server and starts it on the same data. People keep what they know, but have to be told the new address
    /// with [`TestUser::at`](crate::TestUser::at).
    pub async fn restart(self) -> Self {
        self.restart_after(|| ()).await
    }

    /// As [`TestServer::restart`], with something done to the data meanwhile.
    pub async fn restart_after(self, meanwhile: impl FnOnce()) -> Self {
        let stopped = self.stop().await;
        meanwhile();
        stopped.start().await
    }

    /// Stops the server, for good unless it is started again.
    pub async fn stop(self) -> Stopped {
        self.server.stop().await.expect("the server stops");
        self.kept
    }

    /// Another server with the same settings on other data.
    pub async fn beside(&self, folder: TempDir) -> Self {
        let mut config = Config::clone(&self.kept.config);
        folder.path().clone_into(&mut config.server.data);
        Stopped { _folder: folder, config: Arc::new(config), gate: None, clock: None }.start().await
    }

    /// The server's parts, for tests that look below HTTP.
    pub fn inside(&self) -> &Server {
        &self.server
    }
}

impl Stopped {
    /// Starts the server on the data that it left.
    pub async fn start(self) -> TestServer {
        log();
        let overrides = Overrides { clock: self.clock.clone(), entropy: None };
        let server = Server::start_with(Arc::clone(&self.config), overrides).await;
        let server = server.expect("the server starts");
        let address = server.addresses().first().expect("an address");
        let home = Home::new(&self.config.server.name, format!("http://{address}"));
        if let Some(gate) = &self.gate {
            gate.lead_to(home.base());
        }
        TestServer { server, home, kept: self }
    }
}

impl Deref for TestServer {
    type Target = Home;

    fn deref(&self) -> &Home {
        &self.home
    }
}
