//! Another homeserver that does as the test says: it signs, has a room, answers honestly or otherwise, and keeps what it is asked.

mod answers;
mod joins;
mod listen;
mod send;

use crate::{TestServer, TestUser, tls};
use config::{Config, clock::SharedClock};
use events::{
    Pdu,
    testing::{TestRoom, signing_key},
};
use parking_lot::Mutex;
use reqwest::Method;
use ruma::{OwnedServerName, RoomVersionId};
use serde_json::Value;
use std::{collections::HashSet, sync::Arc, time::Duration};

/// How long anything that is waited for may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request that the peer got.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The endpoint: the part of the path after the version, such as `state_ids`.
    pub what: String,
    /// The whole path, with its query.
    pub path: String,
    /// The body; null if there is none.
    pub body: Value,
}

/// An answer that the test wants given.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Status and body.
    Json(u16, Value),
    /// None at all: the connection stays open.
    Silence,
    /// None at all: the connection ends.
    HangUp,
    /// The beginning of a list, and a space more each second.
    Trickle,
}

type Script = Box<dyn Fn(&Asked) -> Option<Reply> + Send + Sync>;

pub(crate) struct Shared {
    name: OwnedServerName,
    room: Mutex<TestRoom>,
    asked: Mutex<Vec<Asked>>,
    withheld: Mutex<HashSet<String>>,
    script: Mutex<Script>,
}

/// Another homeserver, on the loopback address, with TLS. Its keys are those of [`signing_key`], and it has one public room,
/// made by `@alice` of it.
pub struct Peer {
    shared: Arc<Shared>,
}

impl Peer {
    /// A peer whose room has this version.
    pub async fn start(version: RoomVersionId) -> Self {
        let (listener, name) = listen::bind().await;
        let shared = Arc::new(Shared {
            room: Mutex::new(TestRoom::public(&version, &format!("@alice:{name}"))),
            name,
            asked: Mutex::default(),
            withheld: Mutex::default(),
            script: Mutex::new(Box::new(|_| None)),
        });
        listen::serve(listener, Arc::clone(&shared));
        Self { shared }
    }

    /// A server that believes the peer's certificate.
    pub async fn server(&self) -> TestServer {
        self.server_with(|_| {}).await
    }

    /// The same, with further settings.
    pub async fn server_with(&self, change: impl FnOnce(&mut Config)) -> TestServer {
        TestServer::start_with(|config| {
            believe(config);
            change(config);
        })
        .await
    }

    /// The same, in a time of its own.
    pub async fn server_in(&self, time: SharedClock) -> TestServer {
        TestServer::start_at(None, Some(time), believe).await
    }

    /// Its name, an address and a port.
    pub fn name(&self) -> &str {
        self.shared.name.as_str()
    }

    /// Somebody of it.
    pub fn person(&self, name: &str) -> String {
        format!("@{name}:{}", self.name())
    }

    /// The maker of its room.
    pub fn alice(&self) -> String {
        self.person("alice")
    }

    /// The id of its room.
    pub fn room_id(&self) -> String {
        self.room(|room| room.room_id().to_string())
    }

    /// Does something in its room. Nobody hears of it.
    pub fn room<T>(&self, act: impl FnOnce(&mut TestRoom) -> T) -> T {
        act(&mut self.shared.room.lock())
    }

    /// Alice says something in its room. Nobody hears of it.
    pub fn say(&self, text: &str) -> Pdu {
        let alice = self.alice();
        self.room(|room| room.message(&alice, text).valid())
    }

    /// Brings somebody of the server into the room, by the back door: the server knows all that happened there so far.
    pub async fn bring_in(&self, server: &TestServer, user: &TestUser) {
        let (id, version, events) = self.room(|room| {
            room.join(&user.id).expect("the room is public");
            (room.room_id().to_owned(), room.version().clone(), room.events())
        });
        let rooms = &server.inside().app().rooms;
        rooms.adopt(&id, &version).await.expect("a known version");
        for outcome in rooms.receive_all(&id, events).await.expect("a room") {
            outcome.expect("an event that can be taken in");
        }
    }

    /// From now on it tells nobody of this event on its own.
    pub fn withhold(&self, event: &Pdu) {
        self.shared.withheld.lock().insert(event.event_id().to_string());
    }

    /// From now on requests are answered as `script` says; where it says nothing, honestly.
    pub fn script(&self, script: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) {
        *self.shared.script.lock() = Box::new(script);
    }

    /// What it was asked at an endpoint so far.
    pub fn asked(&self, what: &str) -> Vec<Asked> {
        self.shared.asked.lock().iter().filter(|asked| asked.what == what).cloned().collect()
    }

    /// What it was sent in transactions, in order: the `pdus` or the `edus`.
    pub fn sent(&self, kind: &str) -> Vec<Value> {
        let bodies = self.asked("send").into_iter().map(|asked| asked.body);
        bodies.flat_map(|body| body[kind].as_array().cloned().unwrap_or_default()).collect()
    }

    /// The contents of the EDUs of one type that it was sent.
    pub fn edus(&self, kind: &str) -> Vec<Value> {
        let edus = self.sent("edus").into_iter().filter(|edu| edu["edu_type"] == kind);
        edus.map(|edu| edu["content"].clone()).collect()
    }

    /// A peer, a server that knows it, and somebody of that server in the peer's room.
    pub async fn with_guest(version: RoomVersionId) -> (Self, TestServer, TestUser) {
        let peer = Self::start(version).await;
        let server = peer.server().await;
        let bob = server.user("bob").await;
        peer.bring_in(&server, &bob).await;
        (peer, server, bob)
    }

    /// Waits until it was asked so often at an endpoint.
    pub async fn until_asked(&self, what: &str, times: usize) -> Vec<Asked> {
        let asked = async {
            loop {
                let asked = self.asked(what);
                if asked.len() >= times {
                    return asked;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asked)
            .await
            .unwrap_or_else(|_| panic!("asked for {what} {} times in time", self.asked(what).len()))
    }

    /// A signed request to the server.
    pub async fn ask(
        &self,
        server: &TestServer,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> crate::Answer {
        send::signed(&signing_key(&self.shared.name), server, (method, path, body)).await
    }
}

/// Has a server believe the certificate that all peers show.
fn believe(config: &mut Config) {
    config.server.extra_ca_file = Some(tls::write_certificate(&config.server.data));
    config.federation.key_servers.clear();
}
