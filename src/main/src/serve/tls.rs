//! A certificate that is read again when its file changes, so that a renewal needs no restart.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use parking_lot::RwLock;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const CHECK_EVERY: Duration = Duration::from_secs(30);

/// Why a certificate can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate's file.
    #[error("tls.certificate: {} holds no certificate chain in PEM form ({why})", .path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The key's file.
    #[error("tls.key: {} holds no private key in PEM form that fits the certificate ({why})", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// The files and what was last read from them.
pub(super) struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    /// When the files were changed that were read at the start.
    read: Option<[SystemTime; 2]>,
    current: Arc<Current>,
}

impl Certificate {
    /// Reads both files.
    pub(super) fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        // In this order: what changes in between is read once more.
        let changed = changed_at(&certificate, &key).ok();
        let current = Arc::new(Current(RwLock::new(read(&certificate, &key)?)));
        Ok(Self { certificate, key, read: changed, current })
    }

    /// Accepts connections with whatever certificate is the current one.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring speaks the default protocol versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }

    /// Reads the files again whenever one has changed; never ends.
    pub(super) async fn keep_fresh(self) {
        self.look_every(CHECK_EVERY).await;
    }

    async fn look_every(self, period: Duration) {
        let mut seen = self.read;
        loop {
            tokio::time::sleep(period).await;
            let now = changed_at(&self.certificate, &self.key).ok();
            if now.is_some() && now != seen {
                seen = now;
                self.reload();
            }
        }
    }

    fn reload(&self) {
        match read(&self.certificate, &self.key) {
            Ok(key) => {
                *self.current.0.write() = key;
                tracing::info!("the certificate was read again");
            }
            Err(error) => tracing::error!(%error, "the new certificate can't be used, the old one stays"),
        }
    }
}

fn changed_at(certificate: &Path, key: &Path) -> io::Result<[SystemTime; 2]> {
    let of = |path: &Path| fs::metadata(path)?.modified();
    Ok([of(certificate)?, of(key)?])
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<CertifiedKey>, TlsError> {
    let bad_certificate = |why: String| TlsError::Certificate { path: certificate.to_owned(), why };
    let bad_key = |why: String| TlsError::Key { path: key.to_owned(), why };
    let chain =
        CertificateDer::pem_file_iter(certificate).map_err(|error| bad_certificate(error.to_string()))?;
    let chain: Vec<_> =
        chain.collect::<Result<_, _>>().map_err(|error| bad_certificate(error.to_string()))?;
    if chain.is_empty() {
        return Err(bad_certificate("it has none".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| bad_key(error.to_string()))?;
    let provider: CryptoProvider = ring::default_provider();
    let certified =
        CertifiedKey::from_der(chain, key, &provider).map_err(|error| bad_key(error.to_string()))?;
    Ok(Arc::new(certified))
}

/// The certificate in use.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        (certificate, key)
    }

    #[test]
    fn a_new_certificate_replaces_the_old_one_and_a_broken_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = write(folder.path(), "one.example");
        let loaded = Certificate::load(certificate.clone(), key).unwrap();
        let shown = || loaded.current.0.read().cert[0].clone();
        let first = shown();
        write(folder.path(), "two.example");
        loaded.reload();
        let second = shown();
        assert_ne!(first, second);
        fs::write(&certificate, "nonsense").unwrap();
        loaded.reload();
        assert_eq!(shown(), second);
    }

    /// Connects as somebody who believes this certificate and no other.
    async fn connect(acceptor: TlsAcceptor, believed: CertificateDer<'static>) -> io::Result<()> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(believed).unwrap();
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let (here, there) = tokio::io::duplex(1 << 16);
        let name = rustls_pki_types::ServerName::try_from("one.example").unwrap();
        let (connected, accepted) = tokio::join!(
            tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, here),
            acceptor.accept(there),
        );
        connected.and(accepted.map(drop))
    }

    #[tokio::test]
    async fn who_connects_is_shown_the_files_as_they_are_now() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = write(folder.path(), "one.example");
        let believed = || CertificateDer::from_pem_file(&certificate).unwrap();
        let first = believed();
        let loaded = Certificate::load(certificate.clone(), key).unwrap();
        let acceptor = loaded.acceptor();
        connect(acceptor.clone(), first.clone()).await.unwrap();
        let looking = tokio::spawn(loaded.look_every(Duration::from_millis(5)));
        write(folder.path(), "one.example");
        // On disks whose clock is coarse both were written at once, which never happens to real ones.
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        fs::File::options().append(true).open(&certificate).unwrap().set_modified(later).unwrap();
        let second = believed();
        let renewed = async {
            while connect(acceptor.clone(), second.clone()).await.is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), renewed).await.expect("the new one is shown");
        assert!(connect(acceptor, first).await.is_err(), "and the old one no more");
        looking.abort();
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (certificate, _) = write(one.path(), "one.example");
        let (_, key) = write(two.path(), "two.example");
        assert!(matches!(Certificate::load(certificate.clone(), key.clone()), Err(TlsError::Key { .. })));
        assert!(matches!(Certificate::load(key, certificate), Err(TlsError::Certificate { .. })));
    }
}
