//! The parts of a server name.

use super::{DEFAULT_PORT, Route};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A server name, or what a server's file gives as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The host: a DNS name, an IPv4 address, or an IPv6 address in brackets.
    pub(super) host: String,
    /// The port, if there is one.
    pub(super) port: Option<u16>,
    whole: String,
}

impl Name {
    pub(super) fn of(text: &str) -> Self {
        let after_host = text.rfind(']').map_or(0, |at| at + 1);
        let colon = text.get(after_host..).and_then(|rest| rest.find(':')).map(|at| after_host + at);
        let port = colon.and_then(|at| text.get(at + 1..)?.parse().ok());
        let host = if port.is_some() { colon.and_then(|at| text.get(..at)) } else { Some(text) };
        Self { host: host.unwrap_or(text).to_owned(), port, whole: text.to_owned() }
    }

    fn is_address(&self) -> bool {
        let v6 = self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        self.host.parse::<Ipv4Addr>().is_ok() || v6.is_some_and(|host| host.parse::<Ipv6Addr>().is_ok())
    }

    /// Where it is if nobody need be asked: it is an address, or has a port.
    pub(super) fn fixed(&self) -> Option<Route> {
        if self.port.is_none() && !self.is_address() {
            return None;
        }
        let port = self.port.unwrap_or(DEFAULT_PORT);
        Some(Route { authority: format!("{}:{port}", self.host), host: self.whole.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ports_need_no_look_up() {
        for (name, authority) in [
            ("1.2.3.4", "1.2.3.4:8448"),
            ("1.2.3.4:80", "1.2.3.4:80"),
            ("[::1]", "[::1]:8448"),
            ("[2001:db8::1]:443", "[2001:db8::1]:443"),
            ("matrix.example:8449", "matrix.example:8449"),
        ] {
            let route = Route { authority: authority.to_owned(), host: name.to_owned() };
            assert_eq!(Name::of(name).fixed(), Some(route), "{name}");
        }
        assert_eq!(Name::of("matrix.example").fixed(), None);
        assert_eq!(Name::of("matrix.example:99999").port, None);
    }
}
