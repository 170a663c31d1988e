//! Rooms of each version, made on either side.

use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use testing::{Home, Synapse, TestServer, TestUser, segment};
use tokio::sync::OnceCell;

/// The room versions that people make rooms of today.
pub(super) const VERSIONS: [&str; 3] = ["10", "11", "12"];

/// Two people of different servers, and the version of their room.
pub(super) struct Scene {
    pub(super) version: &'static str,
    /// Makes the room.
    pub(super) alice: TestUser,
    /// Comes to it from the other server.
    pub(super) bob: TestUser,
    /// The server of the room.
    pub(super) host: Home,
    /// The other one.
    pub(super) guest: Home,
}

impl Scene {
    pub(super) async fn new(version: &'static str, host: &Home, guest: &Home) -> Self {
        let (alice, bob) = (person(host, "alice").await, person(guest, "bob").await);
        Self { version, alice, bob, host: host.clone(), guest: guest.clone() }
    }

    /// The one of the two who is of this server.
    pub(super) fn of(&self, home: &Home) -> &TestUser {
        if home.name() == self.host.name() { &self.alice } else { &self.bob }
    }

    /// This server came back at another address.
    pub(super) fn move_to(&mut self, home: &Home) {
        let person = if home.name() == self.host.name() { &mut self.alice } else { &mut self.bob };
        person.move_to(home);
    }

    /// A room made by Alice with these options.
    pub(super) async fn room_with(&self, mut options: Value) -> String {
        options["room_version"] = json!(self.version);
        self.alice.room_with(options).await
    }

    /// A public room made by Alice in which Bob is.
    pub(super) async fn shared_room(&self) -> String {
        let room = self.room_with(json!({"preset": "public_chat", "name": "Bees"})).await;
        let since = self.alice.now().await;
        self.enter(&self.bob, &room).await;
        self.alice.sees_member(&since, &room, &self.bob.id, "join").await;
        room
    }

    /// Somebody of the other server joins through the room's server.
    pub(super) async fn enter(&self, who: &TestUser, room: &str) {
        who.post(&self.entry(room), json!({})).await.ok();
    }

    /// The path of a join through the room's server.
    pub(super) fn entry(&self, room: &str) -> String {
        let via = segment(self.host.name());
        format!("/v3/join/{}?via={via}&server_name={via}", segment(room))
    }
}

/// Somebody whom no other test knows.
pub(super) async fn person(home: &Home, name: &str) -> TestUser {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    home.user(&format!("{name}{}", NUMBER.fetch_add(1, Ordering::Relaxed))).await
}

/// The Synapse of all tests that don't stop it.
pub(super) async fn synapse() -> Home {
    static SYNAPSE: OnceCell<Synapse> = OnceCell::const_new();
    SYNAPSE.get_or_init(Synapse::start_for_all).await.afresh()
}

/// Plays a scene in a room of each version, once with the room made here and once with it made by Synapse.
pub(super) async fn everywhere(play: impl AsyncFn(Scene)) {
    let (ours, theirs) = (TestServer::reachable().await, synapse().await);
    let ours: &Home = &ours;
    for version in VERSIONS {
        for (host, guest) in [(ours, &theirs), (&theirs, ours)] {
            announce(version, if std::ptr::eq(host, ours) { "here" } else { "at Synapse" });
            play(Scene::new(version, host, guest).await).await;
        }
    }
}

#[expect(clippy::print_stdout, reason = "the last line says where a test failed")]
fn announce(version: &str, place: &str) {
    println!("a room of version {version}, made {place}");
}
