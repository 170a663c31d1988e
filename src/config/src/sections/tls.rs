use std::{net::SocketAddr, path::PathBuf};

use crate::{describe::section, problem::Problems};

section! {
    /// HTTPS without a proxy in front. Off as long as `listen` is empty.
    Tls {
        /// Addresses for HTTPS.
        listen: Vec<SocketAddr> = Vec::new(), example "[\"0.0.0.0:443\", \"0.0.0.0:8448\"]";
        /// The certificate chain, a PEM file. A file that changes is read again within a minute.
        certificate: Option<PathBuf> = None, example "\"/etc/chatsphere/fullchain.pem\"";
        /// The certificate's private key, a PEM file.
        key: Option<PathBuf> = None, example "\"/etc/chatsphere/privkey.pem\"";
    }
}

impl Tls {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        problems.file_exists("certificate", self.certificate.as_deref());
        problems.file_exists("key", self.key.as_deref());
        for (name, path) in [("certificate", &self.certificate), ("key", &self.key)] {
            if !self.listen.is_empty() && path.is_none() {
                problems.add(
                    name,
                    "missing, but tls.listen is set",
                    "name the PEM file, or remove tls.listen",
                );
            }
        }
    }
}
