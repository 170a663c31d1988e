//! The requests of the client-server API (spec v1.19) that the scenarios send.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{http, people::Person};

/// One request, ready to be written to a connection.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    target: String,
    token: Option<String>,
    body: Option<Vec<u8>>,
}

impl Request {
    fn get(target: String, token: &str) -> Self {
        Self { method: "GET", target, token: Some(token.to_owned()), body: None }
    }

    fn with_body(method: &'static str, target: String, token: Option<&str>, body: &Value) -> Self {
        Self { method, target, token: token.map(str::to_owned), body: Some(body.to_string().into_bytes()) }
    }

    /// Appends the request as HTTP/1.1.
    pub fn write(&self, out: &mut Vec<u8>) {
        http::request(out, self.method, &self.target, self.token.as_deref(), self.body.as_deref());
    }
}

/// Percent-encodes what may stand in ids and tokens but not in a path segment or query value.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// `GET /versions`, which every server answers without a token.
pub fn versions() -> Request {
    Request { method: "GET", target: "/_matrix/client/versions".to_owned(), token: None, body: None }
}

/// `POST /register` with the dummy flow; with the `session` of an earlier 401 for servers that insist on one.
pub fn register(name: &str, session: Option<&str>) -> Request {
    let mut auth = json!({"type": "m.login.dummy"});
    if let Some(session) = session {
        auth["session"] = session.into();
    }
    let body = json!({"username": name, "password": "bench password", "auth": auth});
    Request::with_body("POST", "/_matrix/client/v3/register".to_owned(), None, &body)
}

/// `POST /createRoom`: a room that anybody may join.
pub fn create_room(token: &str, name: &str) -> Request {
    let body = json!({"name": name, "preset": "public_chat"});
    Request::with_body("POST", "/_matrix/client/v3/createRoom".to_owned(), Some(token), &body)
}

/// `POST /rooms/{room}/join`.
pub fn join(token: &str, room: &str) -> Request {
    let target = format!("/_matrix/client/v3/rooms/{}/join", encode(room));
    Request::with_body("POST", target, Some(token), &json!({}))
}

/// `POST /join/{room}` by way of another server.
pub fn join_through(token: &str, room: &str, server: &str) -> Request {
    let server = encode(server);
    let target = format!("/_matrix/client/v3/join/{}?server_name={server}&via={server}", encode(room));
    Request::with_body("POST", target, Some(token), &json!({}))
}

/// `PUT /rooms/{room}/send/m.room.message/{txn}`.
pub fn send(token: &str, room: &str, txn: &str, text: &str) -> Request {
    let target = format!("/_matrix/client/v3/rooms/{}/send/m.room.message/{txn}", encode(room));
    Request::with_body("PUT", target, Some(token), &json!({"msgtype": "m.text", "body": text}))
}

/// `PUT /rooms/{room}/state/m.room.member/{user}`, by which a member goes by another name there.
pub fn rename(person: &Person, room: &str, name: &str) -> Request {
    let target =
        format!("/_matrix/client/v3/rooms/{}/state/m.room.member/{}", encode(room), encode(&person.id));
    Request::with_body(
        "PUT",
        target,
        Some(&person.token),
        &json!({"membership": "join", "displayname": name}),
    )
}

/// Which events a sync is to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// None given: the server's default.
    Default,
    /// Members only of those who wrote, and at most so many events a room.
    Lazy(u32),
}

impl Filter {
    /// The query parameter, starting with `&`, or nothing.
    pub fn query(self) -> String {
        match self {
            Self::Default => String::new(),
            Self::Lazy(limit) => {
                let filter =
                    json!({"room": {"state": {"lazy_load_members": true}, "timeline": {"limit": limit}}});
                format!("&filter={}", encode(&filter.to_string()))
            }
        }
    }
}

/// `GET /sync`; without `since` an initial one. `timeout` in milliseconds.
pub fn sync(token: &str, since: Option<&str>, timeout: u32, filter: Filter) -> Request {
    let since = since.map(|since| format!("&since={}", encode(since))).unwrap_or_default();
    Request::get(format!("/_matrix/client/v3/sync?timeout={timeout}{}{since}", filter.query()), token)
}

/// `GET /rooms/{room}/{what}`, where `what` may carry a query.
pub fn room_read(token: &str, room: &str, what: &str) -> Request {
    Request::get(format!("/_matrix/client/v3/rooms/{}/{what}", encode(room)), token)
}

#[cfg(test)]
mod tests {
    use super::{Filter, encode, sync};

    #[test]
    fn ids_are_safe_in_paths() {
        assert_eq!(encode("!a/b:c"), "%21a%2Fb%3Ac");
        assert_eq!(encode("s1_2~3.x-y"), "s1_2~3.x-y");
    }

    #[test]
    fn a_sync_goes_on_from_its_token() {
        let mut out = Vec::new();
        sync("t", Some("a b"), 0, Filter::Default).write(&mut out);
        assert!(out.starts_with(b"GET /_matrix/client/v3/sync?timeout=0&since=a%20b HTTP/1.1\r\n"));
    }
}
