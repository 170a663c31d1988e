//! Where a server is (server-server API, "Resolving server names").

mod address;
mod srv;
mod well_known;

use self::{address::Name, srv::Srv, well_known::WellKnown};
use config::clock::SharedClock;
use net::{Client, Detours};
use quick_cache::sync::Cache;
use ruma::{OwnedServerName, ServerName};

/// The port of servers that name none.
const DEFAULT_PORT: u16 = 8448;
/// How many servers' places are remembered.
const REMEMBERED: usize = 5_000;
/// How long a place is remembered that the server's own file does not limit, in milliseconds.
const KEEP_MS: u64 = 15 * 60 * 1000;

/// Where requests for a server go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// `host:port` to connect to; the certificate is for the host.
    pub(crate) authority: String,
    /// The `Host` header.
    pub(crate) host: String,
}

#[derive(Clone)]
struct Remembered {
    route: Route,
    until_ms: u64,
}

/// Finds servers and remembers where they are.
pub(crate) struct Discovery {
    well_known: WellKnown,
    srv: Srv,
    detours: Detours,
    routes: Cache<OwnedServerName, Remembered>,
    clock: SharedClock,
}

impl Discovery {
    /// `client` is for the files that say where a server is.
    pub(crate) fn new(client: Client, detours: Detours, clock: SharedClock) -> Self {
        let well_known = WellKnown::new(client, clock.clone());
        Self { well_known, srv: Srv::default(), detours, routes: Cache::new(REMEMBERED), clock }
    }

    /// Where the server is. Nothing says that it answers there.
    pub(crate) async fn route(&self, server: &ServerName) -> Route {
        let now = self.clock.now_ms();
        if let Some(known) = self.routes.get(server).filter(|known| known.until_ms > now) {
            return known.route;
        }
        let (route, keep_ms) = self.find(server).await;
        let until_ms = now + keep_ms.min(KEEP_MS);
        self.routes.insert(server.to_owned(), Remembered { route: route.clone(), until_ms });
        route
    }

    /// The server does not answer where it was thought to be.
    pub(crate) fn forget(&self, server: &ServerName) {
        self.routes.remove(server);
    }

    async fn find(&self, server: &ServerName) -> (Route, u64) {
        let name = Name::of(server.as_str());
        if let Some(route) = name.fixed() {
            return (route, u64::MAX);
        }
        match self.well_known.of(&name.host).await {
            Some((delegated, keep_ms)) => {
                let name = Name::of(&delegated);
                let route = match name.fixed() {
                    Some(route) => route,
                    None => self.by_name(&name).await,
                };
                (route, keep_ms)
            }
            None => (self.by_name(&name).await, u64::MAX),
        }
    }

    /// For a name without a port: what SRV records say, else the usual port.
    async fn by_name(&self, name: &Name) -> Route {
        let target = self.srv.of(&name.host).await;
        let (at, port) = target
            .as_ref()
            .map_or((name.host.as_str(), DEFAULT_PORT), |target| (target.host.as_str(), target.port));
        self.detours.set(&name.host, at);
        Route { authority: format!("{}:{port}", name.host), host: name.host.clone() }
    }
}
