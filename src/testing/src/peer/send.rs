//! What the peer sends.

use super::Peer;
use crate::{Answer, TestServer};
use events::{Pdu, SigningKey};
use reqwest::Method;
use ruma::{
    OwnedServerName,
    api::federation::authentication::{XMatrix, XMatrixSigningInput},
};
use serde_json::{Value, json};

/// The name of every test's server.
const DESTINATION: &str = "localhost";

impl Peer {
    /// Sends events in a transaction of this name.
    pub async fn transaction(&self, server: &TestServer, txn: &str, pdus: &[Pdu], edus: &[Value]) -> Answer {
        let pdus: Vec<Value> =
            pdus.iter().map(|pdu| serde_json::from_str(pdu.json()).expect("events are JSON")).collect();
        let body = json!({ "origin": self.name(), "origin_server_ts": 1, "pdus": pdus, "edus": edus });
        let path = format!("/_matrix/federation/v1/send/{txn}");
        self.ask(server, Method::PUT, &path, Some(body)).await
    }

    /// Sends events; what the server says of each.
    pub async fn send(&self, server: &TestServer, pdus: &[Pdu]) -> Value {
        let txn = pdus.last().map_or("none", |pdu| pdu.event_id().as_str()).replace(['$', '/', '+'], "-");
        self.transaction(server, &txn, pdus, &[]).await.ok()["pdus"].clone()
    }
}

pub(super) async fn signed(
    key: &SigningKey,
    server: &TestServer,
    (method, path, body): (Method, &str, Option<Value>),
) -> Answer {
    let url = format!("{}{path}", server.base());
    let text = body.map(|body| body.to_string()).unwrap_or_default();
    let request =
        axum::http::Request::builder().method(method.clone()).uri(&url).body(text.clone().into_bytes());
    let request = request.expect("a request");
    let destination = OwnedServerName::try_from(DESTINATION).expect("a server name");
    let input = XMatrixSigningInput::new(key.server_name().to_owned(), destination, key.pair());
    let proof = XMatrix::sign_http_request(&request, input).expect("a signature");
    let header = axum::http::HeaderValue::from(&proof);
    let sent = server.http().request(method.clone(), &url).header("authorization", header);
    let sent = sent.header("content-type", "application/json").body(text).send().await.expect("an answer");
    let (status, text) = (sent.status().as_u16(), sent.text().await.expect("a body"));
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { request: format!("{method} {path} of a peer"), status, body }
}
