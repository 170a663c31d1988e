//! A server in the process of the test.

use crate::{Answer, TestUser};
use config::{ByteSize, Config, RegistrationMode, Secret};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use server::Server;
use std::{net::SocketAddr, sync::Arc};
use tempfile::TempDir;

/// A running server on a free port of the loopback address, with a data folder that goes with it. Anybody may register, and
/// nothing is rate limited, unless the test says otherwise.
pub struct TestServer {
    folder: TempDir,
    config: Arc<Config>,
    server: Server,
    http: Client,
    base: String,
}

/// The settings of [`TestServer::start`], for tests that change some.
fn settings() -> Config {
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

impl TestServer {
    /// A fresh server.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// A fresh server with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the data");
        let mut config = settings();
        config.server.data = folder.path().to_owned();
        change(&mut config);
        Self::open(folder, Arc::new(config)).await
    }

    async fn open(folder: TempDir, config: Arc<Config>) -> Self {
        let server = Server::start(Arc::clone(&config)).await.expect("the server starts");
        let address = server.addresses().first().expect("an address");
        let base = format!("http://{address}");
        Self { folder, config, server, http: Client::new(), base }
    }

    /// Stops the server for good.
    pub async fn stop(self) {
        self.server.stop().await.expect("the server stops");
    }

    /// Stops the server and starts it on the same data. People keep what they know, but have to be told the new address
    /// with [`TestUser::at`].
    pub async fn restart(self) -> Self {
        self.restart_after(|| ()).await
    }

    /// As [`TestServer::restart`], with something done to the data meanwhile.
    pub async fn restart_after(self, meanwhile: impl FnOnce()) -> Self {
        let Self { folder, config, server, .. } = self;
        server.stop().await.expect("the server stops");
        meanwhile();
        Self::open(folder, config).await
    }

    /// Another server with the same settings on other data.
    pub async fn beside(&self, folder: TempDir) -> Self {
        let mut config = Config::clone(&self.config);
        folder.path().clone_into(&mut config.server.data);
        Self::open(folder, Arc::new(config)).await
    }

    /// The server's parts, for tests that look below HTTP.
    pub fn inside(&self) -> &Server {
        &self.server
    }

    /// The server's address without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// One client for all requests, so that connections are used again.
    pub fn http(&self) -> &Client {
        &self.http
    }

    /// Somebody new, with one device.
    pub async fn user(&self, name: &str) -> TestUser {
        let body = json!({"username": name, "password": password(name), "auth": {"type": "m.login.dummy"}});
        let account = self.post("/_matrix/client/v3/register", body).await.ok();
        TestUser::of(self, &account)
    }

    /// Another device of somebody who was made by [`TestServer::user`].
    pub async fn login(&self, name: &str) -> TestUser {
        let body = json!({
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": password(name),
        });
        TestUser::of(self, &self.post("/_matrix/client/v3/login", body).await.ok())
    }

    /// A `GET` of nobody in particular.
    pub async fn get(&self, path: &str) -> Answer {
        self.stranger().request(Method::GET, path, None).await
    }

    /// A `POST` of nobody in particular.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.stranger().request(Method::POST, path, Some(body)).await
    }

    /// Somebody without an account.
    pub fn stranger(&self) -> TestUser {
        TestUser::of(self, &Value::Null)
    }
}

/// The password that [`TestServer::user`] gives.
fn password(name: &str) -> String {
    format!("the password of {name}")
}
