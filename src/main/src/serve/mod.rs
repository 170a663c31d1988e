//! From sockets to the router: plain HTTP and TLS, and a stop that is quick and loses nothing.
//!
//! A stop closes the listeners, lets requests that are being answered finish for [`GRACE`], and drops what is left.

mod connection;
mod tls;

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

use axum::Router;
use config::Config;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::tls::TlsError;
use self::{connection::Connections, tls::Certificate};

/// How long requests may take to finish once the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait before accepting again when the system has run out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where to listen.
pub(crate) struct Listen {
    /// How many proxies stand before the server.
    pub(crate) proxies: usize,
    /// Plain HTTP.
    pub(crate) plain: Vec<SocketAddr>,
    /// HTTPS, with the certificate's and the key's files.
    pub(crate) tls: Option<(Vec<SocketAddr>, PathBuf, PathBuf)>,
    /// Figures for operators, plain HTTP.
    pub(crate) metrics: Option<SocketAddr>,
}

impl Listen {
    /// Where the settings say.
    pub(crate) fn of(config: &Config) -> Self {
        let tls = match (&config.tls.certificate, &config.tls.key) {
            (Some(certificate), Some(key)) if !config.tls.listen.is_empty() => {
                Some((config.tls.listen.clone(), certificate.clone(), key.clone()))
            }
            _ => None,
        };
        Self {
            proxies: usize::from(config.server.trusted_proxies),
            plain: config.server.listen.clone(),
            tls,
            metrics: config.metrics.listen,
        }
    }
}

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has the port.
    #[error("{address} is taken by another program: stop that one, or set {key} to another port")]
    Taken {
        /// What was asked for.
        address: SocketAddr,
        /// The setting.
        key: &'static str,
    },
    /// The system refuses the address.
    #[error("{address} can't be listened on ({why}): set {key} to an address of this machine{hint}")]
    Refused {
        /// What was asked for.
        address: SocketAddr,
        /// The setting.
        key: &'static str,
        /// The system's own words.
        why: io::Error,
        /// More to try.
        hint: &'static str,
    },
    /// The certificate or key is not usable.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Sockets that are bound and not served yet.
pub(crate) struct Bound {
    proxies: usize,
    plain: Vec<TcpListener>,
    tls: Vec<TcpListener>,
    certificate: Option<Certificate>,
    metrics: Option<TcpListener>,
}

impl Bound {
    /// Takes all addresses, or none.
    pub(crate) async fn bind(listen: Listen) -> Result<Self, ListenError> {
        let mut bound = Self {
            proxies: listen.proxies,
            plain: Vec::new(),
            tls: Vec::new(),
            certificate: None,
            metrics: None,
        };
        for address in listen.plain {
            bound.plain.push(bind(address, "server.listen").await?);
        }
        if let Some((addresses, certificate, key)) = listen.tls {
            bound.certificate = Some(Certificate::load(certificate, key)?);
            for address in addresses {
                bound.tls.push(bind(address, "tls.listen").await?);
            }
        }
        if let Some(address) = listen.metrics {
            bound.metrics = Some(bind(address, "metrics.listen").await?);
        }
        Ok(bound)
    }

    /// Starts answering with `router`, and to operators with `metrics`, until `stop` is cancelled.
    pub(crate) fn serve(self, router: Router, metrics: Router, stop: CancellationToken) -> Serving {
        let addresses = self.addresses();
        let metrics_address = self.metrics.as_ref().and_then(|listener| listener.local_addr().ok());
        let connections = Connections::new(router, self.proxies, stop);
        let accepting = TaskTracker::new();
        for listener in self.plain {
            accepting.spawn(connections.clone().accept(listener, None));
        }
        if let Some(certificate) = self.certificate {
            let acceptor = certificate.acceptor();
            for listener in self.tls {
                accepting.spawn(connections.clone().accept(listener, Some(acceptor.clone())));
            }
            let stop = connections.stop.clone();
            accepting.spawn(async move { stop.run_until_cancelled(certificate.keep_fresh()).await });
        }
        if let Some(listener) = self.metrics {
            accepting.spawn(connections.with(metrics).accept(listener, None));
        }
        accepting.close();
        Serving { addresses, metrics_address, connections, accepting }
    }

    fn addresses(&self) -> Vec<SocketAddr> {
        self.plain.iter().chain(&self.tls).filter_map(|listener| listener.local_addr().ok()).collect()
    }
}

async fn bind(address: SocketAddr, key: &'static str) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ListenError::Taken { address, key },
        kind => {
            let low = kind == io::ErrorKind::PermissionDenied && address.port() < 1024;
            let hint = if low { ", or to a port from 1024 up, as lower ones need rights" } else { "" };
            ListenError::Refused { address, key, why: error, hint }
        }
    })
}

/// A router that is being served.
pub(crate) struct Serving {
    addresses: Vec<SocketAddr>,
    metrics_address: Option<SocketAddr>,
    connections: Connections,
    accepting: TaskTracker,
}

impl Serving {
    /// What is really listened on; port 0 has become a number.
    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where operators ask for figures, if they can.
    pub(crate) fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Ends it. Requests that are being answered have [`GRACE`] to finish.
    pub(crate) async fn stop(self) {
        self.connections.stop.cancel();
        self.accepting.wait().await;
        self.connections.tasks.close();
        if tokio::time::timeout(GRACE, self.connections.tasks.wait()).await.is_err() {
            tracing::warn!(
                left = self.connections.tasks.len(),
                "some requests did not end in time and are dropped"
            );
        }
    }
}
