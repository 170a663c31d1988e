//! A server as its people see it, whoever made it.

use crate::{Answer, TestUser, tls};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A server's name and the address of its client API.
#[derive(Debug, Clone)]
pub struct Home {
    name: String,
    base: String,
    http: Client,
}

impl Home {
    pub(crate) fn new(name: &str, base: String) -> Self {
        Self { name: name.to_owned(), base, http: tls::client() }
    }

    /// The same server with connections of its own. Connections end with the test that made them, so a server that several
    /// tests share has to be entered anew by each.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self::new(&self.name, self.base.clone())
    }

    /// The server's name.
    pub fn name(&self) -> &str {
        &self.name
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

    /// Another device of somebody who was made by [`Home::user`].
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

/// The password that [`Home::user`] gives.
fn password(name: &str) -> String {
    format!("the password of {name}")
}
