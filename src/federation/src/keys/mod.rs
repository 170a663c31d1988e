//! The keys that servers sign with (server-server API, "Retrieving server keys").

mod fetch;
mod own;
mod ring;
mod signed;
mod told;

pub(crate) use self::signed::is_signed_by;
pub use self::{
    own::{OldKey, OwnKeys},
    ring::{KeyRing, TidyError},
};

use events::verify::VerifyKey;
use ruma::{MilliSecondsSinceUnixEpoch, OwnedServerName, ServerName};
use std::collections::{BTreeSet, HashMap};

/// A key that is needed: whose, its id, and the time that it must be good for, milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    pub(crate) server: OwnedServerName,
    pub(crate) id: String,
    pub(crate) at_ms: u64,
}

/// Keys at hand.
#[derive(Debug, Default)]
pub struct Keys(HashMap<OwnedServerName, HashMap<String, VerifyKey>>);

impl Keys {
    /// The key of a server with this id (`ed25519:VERSION`).
    pub fn get(&self, server: &ServerName, id: &str) -> Option<VerifyKey> {
        self.0.get(server)?.get(id).cloned()
    }

    fn insert(&mut self, server: &ServerName, id: &str, key: VerifyKey) {
        self.0.entry(server.to_owned()).or_default().insert(id.to_owned(), key);
    }
}

/// A set of wanted keys, by server.
fn by_server(wanted: &BTreeSet<Wanted>) -> HashMap<&ServerName, Vec<&Wanted>> {
    let mut servers: HashMap<&ServerName, Vec<&Wanted>> = HashMap::new();
    for key in wanted {
        servers.entry(&key.server).or_default().push(key);
    }
    servers
}

fn good_until(ms: u64) -> Option<MilliSecondsSinceUnixEpoch> {
    ruma::UInt::new(ms).map(MilliSecondsSinceUnixEpoch)
}
