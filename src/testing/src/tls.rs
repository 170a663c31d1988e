//! One certificate for the loopback address, which all servers of a test show and believe.

use rcgen::CertifiedKey;
use reqwest::Client;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};
use tokio_rustls::{TlsAcceptor, rustls};

type Made = CertifiedKey<rcgen::KeyPair>;

fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate"))
}

/// Writes the certificate to a file in the folder.
pub(crate) fn write_certificate(folder: &Path) -> PathBuf {
    write(folder, "loopback.pem", &made().cert.pem())
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

/// Takes connections of those who believe the certificate.
pub(crate) fn acceptor() -> TlsAcceptor {
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
