use std::{net::SocketAddr, path::PathBuf};

use url::Url;

use crate::{describe::section, problem::Problems};

section! {
    /// Who this server is, where it listens and where it keeps its data.
    Server {
        /// The part after the colon in the ids of this server's people and rooms: @anna:example.org.
        /// It is written into everything that is stored, so it can't be changed later.
        name: String = "localhost".to_owned();
        /// Addresses for plain HTTP. Behind a reverse proxy keep this to the local machine.
        listen: Vec<SocketAddr> = vec![SocketAddr::from(([127, 0, 0, 1], 8008))];
        /// The folder for everything the server stores; made when missing.
        /// Relative paths start at the folder of this file, or at the current one when there is no file.
        data: PathBuf = PathBuf::from("data");
        /// Where people reach the server, when that is not what it sees itself (behind a proxy, for one).
        public_base_url: Option<Url> = None, example "\"https://chat.example.org\"";
        /// How many proxies stand before the server. The address that rate limits see is taken from that many
        /// entries from the right of X-Forwarded-For; with 0 the header is not looked at.
        trusted_proxies: u8 = 0;
        /// A PEM file with certificate authorities that outgoing requests trust besides the usual ones.
        extra_ca_file: Option<PathBuf> = None, example "\"/etc/chatsphere/ca.pem\"";
        /// Whether outgoing requests (to other servers, push gateways, linked pages) may reach private
        /// addresses, such as 127.0.0.1 or 10.0.0.1. Leave it off unless all of them are yours.
        allow_private_addresses: bool = false;
    }
}

impl Server {
    /// Whether this is a server that only its own machine can use.
    pub fn is_local(&self) -> bool {
        let host = self.name.split(':').next().unwrap_or_default();
        host == "localhost" && self.listen.iter().all(|address| address.ip().is_loopback())
    }

    /// The address to give to people: `public_base_url`, else the first plain listener; without a slash at the end.
    pub fn base_url(&self) -> String {
        if let Some(url) = &self.public_base_url {
            return url.as_str().trim_end_matches('/').to_owned();
        }
        match self.listen.first() {
            Some(address) if address.ip().is_loopback() || address.ip().is_unspecified() => {
                format!("http://localhost:{}", address.port())
            }
            Some(address) => format!("http://{address}"),
            None => format!("https://{}", self.name),
        }
    }

    pub(crate) fn validate(&self, problems: &mut Problems) {
        if ruma_identifiers_validation::server_name::validate(&self.name).is_err() {
            problems.add(
                "name",
                format!("{:?} is no server name", self.name),
                "use a host name such as \"chat.example.org\", without https://",
            );
        } else if self.name.chars().any(|c| c.is_ascii_uppercase()) {
            problems.add(
                "name",
                format!("{:?} has capital letters", self.name),
                format!("write {:?}", self.name.to_lowercase()),
            );
        }
        if let Some(url) = &self.public_base_url
            && (!matches!(url.scheme(), "http" | "https")
                || url.query().is_some()
                || url.fragment().is_some())
        {
            problems.add(
                "public_base_url",
                format!("{url} is no base address"),
                "use one like \"https://chat.example.org\"",
            );
        }
        problems.file_exists("extra_ca_file", self.extra_ca_file.as_deref());
    }
}
