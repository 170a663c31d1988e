//! Which addresses may be reached.

use crate::NetError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Knows which addresses may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// Private and special addresses too.
    pub allow_private: bool,
}

impl Guard {
    /// Whether an address may be connected to: all when private ones are allowed, else those of the public internet alone.
    pub fn allows(self, address: IpAddr) -> bool {
        self.allow_private || is_public(address)
    }

    /// Whether `url` is an http address whose host, if it is an address already, may be reached. Names are looked at when
    /// they are resolved.
    ///
    /// # Errors
    /// `Address` or `Forbidden`.
    pub fn check(self, url: &Url) -> Result<(), NetError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NetError::Address(url.to_string()));
        }
        let literal = match url.host() {
            None => return Err(NetError::Address(url.to_string())),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if self.allows(literal) { Ok(()) } else { Err(NetError::Forbidden(literal.to_string())) }
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Networks of the IANA registry of special IPv4 addresses, and their prefix lengths.
const SPECIAL_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let address = address.to_bits();
    !SPECIAL_V4.iter().any(|(network, length)| (address ^ network.to_bits()) >> (32 - length) == 0)
}

/// Networks within `2000::/3` that are not of the public internet: protocol assignments (Teredo among them), documentation, 6to4.
const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped().or_else(|| translated(address)) {
        return is_public_v4(inner);
    }
    let bits = address.to_bits();
    let is_global = bits >> 125 == 1;
    is_global && !SPECIAL_V6.iter().any(|(network, length)| (bits ^ network.to_bits()) >> (128 - length) == 0)
}

/// The IPv4 address in one of `64:ff9b::/96` (RFC 6052), which networks without IPv4 reach the rest by.
fn translated(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            let [.., a, b, c, d] = address.octets();
            Some(Ipv4Addr::new(a, b, c, d))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STRICT: Guard = Guard { allow_private: false };

    #[test]
    fn special_addresses_are_not_reached() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "239.255.255.255",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert!(!STRICT.allows(address), "{address}");
            assert!(Guard { allow_private: true }.allows(address), "{address}");
        }
    }

    #[test]
    fn public_addresses_are_reached() {
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "198.17.255.255",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert!(STRICT.allows(address), "{address}");
        }
    }

    #[test]
    fn hosts_that_are_addresses_are_seen_in_every_spelling() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://[::ffff:7f00:1]/",
            "http://127.1:8080/x",
        ] {
            let url = Url::parse(url).expect("a URL");
            assert!(matches!(STRICT.check(&url), Err(NetError::Forbidden(_))), "{url}");
        }
        for url in ["ftp://example.org/", "file:///etc/passwd", "data:text/html,x"] {
            let url = Url::parse(url).expect("a URL");
            assert!(matches!(STRICT.check(&url), Err(NetError::Address(_))), "{url}");
        }
        assert!(STRICT.check(&Url::parse("https://example.org/").expect("a URL")).is_ok());
    }

    proptest! {
        #[test]
        fn an_address_is_judged_alike_in_its_ipv6_forms(bits: u32) {
            let plain = Ipv4Addr::from_bits(bits);
            let [a, b, c, d] = plain.octets();
            let low = (u16::from(a) << 8 | u16::from(b), u16::from(c) << 8 | u16::from(d));
            let translated = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, low.0, low.1);
            let verdict = STRICT.allows(plain.into());
            prop_assert_eq!(STRICT.allows(plain.to_ipv6_mapped().into()), verdict);
            prop_assert_eq!(STRICT.allows(translated.into()), verdict);
            if plain.is_private() || plain.is_loopback() || plain.is_link_local() || plain.is_multicast() {
                prop_assert!(!verdict);
            }
        }

        #[test]
        fn nothing_outside_of_the_global_space_is_reached(bits: u128) {
            let address = Ipv6Addr::from_bits(bits);
            if bits >> 125 != 1 && address.to_ipv4_mapped().is_none() && translated(address).is_none() {
                prop_assert!(!STRICT.allows(address.into()));
            }
        }
    }
}
