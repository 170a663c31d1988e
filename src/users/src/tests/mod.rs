//! A server's people on a database of their own, and what they do.

mod accounts;
mod backup;
mod data;
mod elsewhere;
mod keys;
mod presence;
mod to_device;
mod tokens;

use crate::{
    Identity, Issued, Login, NewAccount, Session, Settings, Users, UsersDeps,
    accounts::password::tests::quick,
};
use config::{clock::ManualClock, random::SystemEntropy};
use events::SigningKey;
use rooms::{CreateRoom, MemberChange, Preset, Rooms, RoomsDeps, Settings as RoomSettings};
use ruma::{OwnedRoomId, OwnedUserId, RoomVersionId, UserId, server_name};
use std::sync::Arc;
use storage::{Options, Position, Store};
use tempfile::TempDir;

struct Here {
    users: Users,
    rooms: Rooms,
    store: Store,
    clock: Arc<ManualClock>,
    folder: TempDir,
}

fn settings() -> Settings {
    Settings {
        passwords: quick(),
        registration_tokens: vec![config::Secret::new("letmein")],
        ..Settings::default()
    }
}

impl Here {
    async fn new() -> Self {
        Self::with(settings()).await
    }

    async fn with(settings: Settings) -> Self {
        Self::open(tempfile::tempdir().expect("a folder"), settings, Arc::new(ManualClock::default())).await
    }

    async fn open(folder: TempDir, settings: Settings, clock: Arc<ManualClock>) -> Self {
        let store = Store::open(folder.path(), Options::default()).expect("a store");
        let server_name = server_name!("here.org").to_owned();
        let signing_key = SigningKey::from_seed(server_name.clone(), "1", [7; 32]).expect("a key");
        let entropy = Arc::new(SystemEntropy);
        let rooms = Rooms::open(RoomsDeps {
            store: store.clone(),
            server_name: server_name.clone(),
            signing_key: Arc::new(signing_key),
            clock: clock.clone(),
            entropy: entropy.clone(),
            settings: RoomSettings { default_version: RoomVersionId::V12, cache_bytes: 8 << 20 },
        })
        .expect("rooms");
        let deps = UsersDeps {
            store: store.clone(),
            rooms: rooms.clone(),
            clock: clock.clone(),
            entropy,
            server_name,
            settings,
        };
        let users = Users::open(deps).await.expect("users");
        Self { users, rooms, store, clock, folder }
    }

    /// As after a restart.
    async fn again(self) -> Self {
        let Self { users, rooms, store, clock, folder } = self;
        drop((users, rooms));
        store.close().expect("closed");
        drop(store);
        Self::open(folder, settings(), clock).await
    }

    async fn register(&self, name: &str) -> OwnedUserId {
        let new = NewAccount { name: Some(name), password: Some("correct horse"), ..NewAccount::default() };
        self.users.accounts.register(new).await.expect("registered").user_id
    }

    async fn login(&self, user: &UserId, device: &str, refresh: bool) -> Issued {
        let login = Login { device_id: Some(device.into()), refresh, ..Login::default() };
        let Session { tokens, .. } = self.users.devices.login(user, login).await.expect("logged in");
        tokens
    }

    fn who(&self, token: &str) -> Arc<Identity> {
        self.users.tokens.authenticate(Some(token)).expect("a good token")
    }

    /// A registered person with a device.
    async fn person(&self, name: &str, device: &str) -> Arc<Identity> {
        let user = self.register(name).await;
        let tokens = self.login(&user, device, false).await;
        self.who(&tokens.access_token)
    }

    async fn room(&self, creator: &UserId) -> OwnedRoomId {
        let mut wish = CreateRoom::by(creator.to_owned());
        wish.preset = Some(Preset::PublicChat);
        self.rooms.create(wish).await.expect("a room")
    }

    async fn join(&self, room: &OwnedRoomId, user: &UserId) {
        self.rooms.join(room, user, MemberChange::default()).await.expect("joined");
    }

    fn now(&self) -> Position {
        self.store.visible()
    }
}
