//! One connection after the other.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, extract::ConnectInfo};
use http::{HeaderMap, Request};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;
use tracing::{Instrument as _, debug_span};

use super::ACCEPT_PAUSE;

/// A client that sends its headers slower than this is cut off.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// The same for a TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Headers beyond this are refused.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// What all connections share.
#[derive(Clone)]
pub(super) struct Connections {
    router: Router,
    builder: Builder<TokioExecutor>,
    /// How many proxies stand before the server.
    proxies: usize,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Connections {
    pub(super) fn new(router: Router, proxies: usize, stop: CancellationToken) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .max_buf_size(MAX_HEADER_BYTES);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(64 * 1024)
            .keep_alive_interval(Duration::from_secs(60))
            .keep_alive_timeout(Duration::from_secs(20));
        Self { router, builder, proxies, stop, tasks: TaskTracker::new() }
    }

    /// The same for another router.
    pub(super) fn with(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    /// Accepts until the server stops.
    pub(super) async fn accept(self, listener: TcpListener, tls: Option<TlsAcceptor>) {
        while let Some(accepted) = self.stop.run_until_cancelled(listener.accept()).await {
            match accepted {
                Ok((stream, peer)) => {
                    let connection = self.clone().open(stream, peer, tls.clone());
                    self.tasks.spawn(connection);
                }
                // The peer is gone already, or there are too many open files: both pass.
                Err(error) => {
                    tracing::debug!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn open(self, stream: TcpStream, peer: SocketAddr, tls: Option<TlsAcceptor>) {
        // Answers are written whole; waiting for more would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
        let Some(acceptor) = tls else { return self.serve(stream, peer).await };
        let handshake = self.stop.run_until_cancelled(timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)));
        match handshake.await {
            Some(Ok(Ok(stream))) => self.serve(stream, peer).await,
            Some(Ok(Err(error))) => tracing::debug!(%peer, %error, "TLS handshake"),
            Some(Err(_)) | None => {}
        }
    }

    async fn serve(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: SocketAddr) {
        let proxies = self.proxies;
        let service = service_fn(|mut request: Request<Incoming>| {
            let client = client_address(peer, request.headers(), proxies);
            request.extensions_mut().insert(ConnectInfo(client));
            // The path alone: a query may hold an access token.
            let span = debug_span!("request", method = %request.method(), path = %request.uri().path());
            self.router.clone().oneshot(request).instrument(span)
        });
        let connection = self.builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "connection");
        }
    }
}

/// Whose request it is: the peer, or behind `proxies` proxies the entry that the outermost of them wrote.
fn client_address(peer: SocketAddr, headers: &HeaderMap, proxies: usize) -> SocketAddr {
    let Some(back) = proxies.checked_sub(1) else { return peer };
    let values = headers.get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok());
    let entries: Vec<_> = values.flat_map(|value| value.split(',')).collect();
    let entry = entries.len().checked_sub(1 + back).and_then(|index| entries.get(index));
    entry.and_then(|entry| entry.trim().parse().ok()).map_or(peer, |ip| SocketAddr::new(ip, peer.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_as_many_proxies_are_believed_as_there_are() {
        let peer = SocketAddr::from(([127, 0, 0, 1], 9));
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "10.0.0.1, 10.0.0.2".parse().unwrap());
        headers.append("x-forwarded-for", "2001:db8::3".parse().unwrap());
        let seen = |proxies| client_address(peer, &headers, proxies).ip().to_string();
        assert_eq!(
            [seen(0), seen(1), seen(2), seen(3)],
            ["127.0.0.1", "2001:db8::3", "10.0.0.2", "10.0.0.1"]
        );
        assert_eq!(seen(4), "127.0.0.1");
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(client_address(peer, &headers, 1), peer);
    }
}
