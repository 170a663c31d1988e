//! One certificate for the loopback address, which all servers of a test show and believe.

use axum::body::Body;
use hyper::{Request, Response, body::Incoming, service::Service};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use rcgen::CertifiedKey;
use reqwest::Client;
use std::{
    error::Error,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};
use tokio::net::TcpListener;
use tokio_rustls::{TlsAcceptor, rustls};

/// The certificate's file.
const CERTIFICATE: &str = "loopback.pem";

type Made = CertifiedKey<rcgen::KeyPair>;

fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate"))
}

/// Writes the certificate to a file in the folder.
pub(crate) fn write_certificate(folder: &Path) -> PathBuf {
    write(folder, CERTIFICATE, &made().cert.pem())
}

/// The file that [`write_certificate`] writes.
pub(crate) fn certificate_in(folder: &Path) -> PathBuf {
    folder.join(CERTIFICATE)
}

/// Writes the certificate's key to a file in the folder.
pub(crate) fn write_key(folder: &Path) -> PathBuf {
    write(folder, "loopback.key", &made().signing_key.serialize_pem())
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file in the folder");
    path
}

/// Has a service answer whoever connects and believes the certificate, until the test ends.
pub(crate) fn serve<S>(listener: TcpListener, service: S)
where
    S: Service<Request<Incoming>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let acceptor = acceptor();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, service) = (acceptor.clone(), service.clone());
            tokio::spawn(async move {
                // Whoever hangs up has heard enough.
                if let Ok(stream) = acceptor.accept(stream).await {
                    let http = Builder::new(TokioExecutor::new());
                    drop(http.serve_connection(TokioIo::new(stream), service).await);
                }
            });
        }
    });
}

fn acceptor() -> TlsAcceptor {
    let made = made();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a key that goes with its certificate");
    TlsAcceptor::from(Arc::new(config))
}

/// A client for requests without TLS. It wants to know whose cryptography it would use with it, which a server that runs says;
/// clients of tests may be made before.
pub(crate) fn client() -> Client {
    // Whoever was first has said the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::new()
}
