//! Servers that share rooms.

use crate::TestServer;
use std::net::{SocketAddr, TcpListener};

/// The names of the files with the certificate and its key, in the data folder of each server.
const CERTIFICATE: &str = "several.pem";
const KEY: &str = "several.key";

impl TestServer {
    /// Two servers that can reach each other over TLS on the loopback address. Their names are addresses with ports.
    pub async fn pair() -> (Self, Self) {
        let mut both = Self::several(2).await.into_iter();
        let mut next = || both.next().expect("two servers");
        (next(), next())
    }

    /// As many servers that can reach each other.
    pub async fn several(count: usize) -> Vec<Self> {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let mut servers = Vec::with_capacity(count);
        for _ in 0..count {
            servers.push(Self::reachable(&certificate, &key).await);
        }
        servers
    }

    async fn reachable(certificate: &str, key: &str) -> Self {
        // The name has the port in it, so the port must be known before the server starts.
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let address: SocketAddr = address.expect("a free port");
        Self::start_with(|config| {
            let file = |name: &str, text: &str| {
                let path = config.server.data.join(name);
                std::fs::write(&path, text).expect("a file in the data folder");
                Some(path)
            };
            config.tls.certificate = file(CERTIFICATE, certificate);
            config.tls.key = file(KEY, key);
            config.server.extra_ca_file = config.tls.certificate.clone();
            config.tls.listen = vec![address];
            config.server.name = address.to_string();
            config.federation.key_servers.clear();
        })
        .await
    }

    /// The server's name.
    pub fn name(&self) -> &str {
        self.inside().app().rooms.server_name().as_str()
    }
}
