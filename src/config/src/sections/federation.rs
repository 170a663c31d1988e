use super::hosts;
use crate::{describe::section, problem::Problems};

section! {
    /// Rooms that are shared with other homeservers.
    Federation {
        /// Whether this server speaks with others at all.
        enabled: bool = true;
        /// Where other servers reach this one, when that is not port 8448 of its name: told at
        /// `https://NAME/.well-known/matrix/server`.
        address: Option<String> = None, example "\"matrix.example.org:443\"";
        /// The only servers that are spoken with, such as "example.org" or "*.example.org"; all when empty.
        allowed_servers: Vec<String> = Vec::new(), example "[\"example.org\", \"*.example.org\"]";
        /// Servers that are never spoken with.
        denied_servers: Vec<String> = Vec::new(), example "[\"spam.example\"]";
        /// Servers that are asked for the keys of those that don't answer any more. They are believed, so name only such that
        /// you trust.
        key_servers: Vec<String> = vec!["matrix.org".to_owned()], example "[\"matrix.org\"]";
        /// Whether other servers are told the names that people here give their devices.
        share_device_names: bool = false;
    }
}

impl Federation {
    /// Whether the server with this host name may be spoken with.
    pub fn allows(&self, host: &str) -> bool {
        self.enabled && hosts::allows(&self.allowed_servers, &self.denied_servers, host)
    }

    pub(crate) fn validate(&self, problems: &mut Problems) {
        if let Some(address) = &self.address
            && (address.is_empty() || address.contains(['/', ' ', '@']))
        {
            problems.add(
                "address",
                format!("{address:?} is no host"),
                "write it like \"matrix.example.org:443\"",
            );
        }
        hosts::validate(problems, "allowed_servers", &self.allowed_servers, "server name");
        hosts::validate(problems, "denied_servers", &self.denied_servers, "server name");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_a_server_or_all_below_one() {
        let some = Federation {
            allowed_servers: vec!["a.example".to_owned(), "*.b.example".to_owned()],
            denied_servers: vec!["bad.b.example".to_owned()],
            ..Federation::default()
        };
        assert!(some.allows("a.example") && some.allows("A.example") && some.allows("x.b.example"));
        for host in ["b.example", "xb.example", "bad.b.example", "c.example", ""] {
            assert!(!some.allows(host), "{host}");
        }
        assert!(Federation::default().allows("anything.example"));
        assert!(!Federation { enabled: false, ..Federation::default() }.allows("anything.example"));
    }
}
