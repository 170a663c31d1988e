//! One connection after the other.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

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
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Connections {
    pub(super) fn new(router: Router, stop: CancellationToken) -> Self {
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
        Self { router, builder, stop, tasks: TaskTracker::new() }
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
        let service = self.router.clone().map_request(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(axum::body::Body::new)
        });
        let connection = self
            .builder
            .serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
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
