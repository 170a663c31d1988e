//! The handle that everything else holds.

use crate::{
    PeerError, discovery::Discovery, health::Health, inbound::Inbound, keys::KeyRing, keys::OwnKeys,
    outbound::Outbound, turns::Turns,
};
use config::{clock::SharedClock, random::SharedEntropy};
use events::SigningKey;
use media::Media;
use net::{Client, Detours, Options, SetupError};
use rooms::Rooms;
use ruma::{OwnedServerName, ServerName};
use std::sync::Arc;
use storage::Store;
use tokio_util::sync::CancellationToken;
use users::Users;

/// What federation needs to know about the server's configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who may be spoken with.
    pub servers: config::Federation,
    /// What outgoing requests may reach, and what they say they are from.
    pub net: Options,
}

/// What [`Federation::open`] is given.
pub struct FederationDeps {
    /// The database.
    pub store: Store,
    /// The room engine.
    pub rooms: Rooms,
    /// People of this server.
    pub users: Users,
    /// Where copies of others' files are kept.
    pub media: Media,
    /// What requests and events are signed with, and what they were signed with before.
    pub keys: Arc<OwnKeys>,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Configuration.
    pub settings: Settings,
    /// Cancelled when the server begins to stop.
    pub stopping: CancellationToken,
}

/// This server among the others. Cheap to clone.
#[derive(Clone)]
pub struct Federation {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) rooms: Rooms,
    pub(crate) users: Users,
    pub(crate) media: Media,
    pub(crate) own: Arc<OwnKeys>,
    pub(crate) clock: SharedClock,
    pub(crate) entropy: SharedEntropy,
    pub(crate) settings: Settings,
    pub(crate) stopping: CancellationToken,
    /// For requests to the servers themselves.
    pub(crate) peers: Client,
    pub(crate) discovery: Discovery,
    pub(crate) health: Health,
    pub(crate) ring: KeyRing,
    pub(crate) inbound: Inbound,
    pub(crate) outbound: Outbound,
    pub(crate) key_turns: Turns<OwnedServerName>,
}

impl Federation {
    /// Opens what is known of other servers.
    ///
    /// # Errors
    /// When the operator's certificate authorities can't be read.
    pub fn open(deps: FederationDeps) -> Result<Self, SetupError> {
        let FederationDeps { store, rooms, users, media, keys, clock, entropy, settings, stopping } = deps;
        let detours = Detours::default();
        let inner = Inner {
            peers: Client::for_peers(&settings.net, &detours)?,
            discovery: Discovery::new(Client::new(&settings.net)?, detours, Arc::clone(&clock)),
            health: Health::new(Arc::clone(&clock), Arc::clone(&entropy)),
            outbound: Outbound::new(&store),
            key_turns: Turns::of_few(1),
            ring: KeyRing::new(store.clone(), Arc::clone(&clock)),
            inbound: Inbound::default(),
            store,
            rooms,
            users,
            media,
            own: keys,
            clock,
            entropy,
            settings,
            stopping,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What this server signs with, and signed with before.
    pub fn own_keys(&self) -> &OwnKeys {
        &self.inner.own
    }

    /// This server.
    pub fn server_name(&self) -> &ServerName {
        self.signing_key().server_name()
    }

    pub(crate) fn signing_key(&self) -> &SigningKey {
        &self.inner.own.current
    }

    /// Whether the operator lets this server speak with that one.
    pub fn allows(&self, server: &ServerName) -> bool {
        self.inner.settings.servers.allows(server.host())
    }

    /// The server asked for something: it is there again, whatever was thought before.
    pub fn heard(&self, server: &ServerName) {
        self.inner.health.heard(server);
        self.inner.outbound.heard(server);
    }

    pub(crate) fn may_ask(&self, server: &ServerName) -> Result<(), PeerError> {
        if server == self.server_name() {
            return Err(PeerError::nonsense("a server does not ask itself"));
        }
        if self.allows(server) { Ok(()) } else { Err(PeerError::NotAllowed) }
    }
}
