//! Names become addresses, and only those that may be reached.

use crate::{Guard, NetError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// The most names with a detour; beyond it all are forgotten, and their owners find them again.
const MOST_DETOURS: usize = 10_000;

/// Hosts that are reached at other hosts, as SRV records say: certificates are still those of the first.
#[derive(Debug, Clone, Default)]
pub struct Detours(Arc<Mutex<HashMap<String, String>>>);

impl Detours {
    /// From now on `host` is reached at `target`.
    pub fn set(&self, host: &str, target: &str) {
        let mut detours = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if detours.len() >= MOST_DETOURS {
            detours.clear();
        }
        detours.insert(host.to_ascii_lowercase(), target.to_owned());
    }

    fn of(&self, host: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned()
    }
}

/// The system's resolver behind the guard. What it returns is what is connected to, so a name that resolves otherwise the
/// next time gains nothing.
pub(crate) struct GuardedResolver {
    pub(crate) guard: Guard,
    pub(crate) detours: Detours,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard;
        let host = self.detours.of(name.as_str()).unwrap_or_else(|| name.as_str().to_owned());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((&*host, 0)).await?.collect();
            let is_empty = found.is_empty();
            let allowed: Vec<_> = found.into_iter().filter(|address| guard.allows(address.ip())).collect();
            if allowed.is_empty() && !is_empty {
                return Err(NetError::Forbidden(host).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
