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
    }
}

impl Federation {
    /// Whether the server with this host name may be spoken with.
    pub fn allows(&self, host: &str) -> bool {
        let is_in = |list: &[String]| list.iter().any(|pattern| is_match(pattern, host));
        self.enabled
            && !is_in(&self.denied_servers)
            && (self.allowed_servers.is_empty() || is_in(&self.allowed_servers))
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
        for (key, list) in
            [("allowed_servers", &self.allowed_servers), ("denied_servers", &self.denied_servers)]
        {
            for pattern in list {
                let name = pattern.strip_prefix("*.").unwrap_or(pattern);
                if name.is_empty() || name.contains(['*', '/', ' ']) {
                    problems.add(
                        key,
                        format!("{pattern:?} is no server name"),
                        "write it like \"example.org\" or \"*.example.org\"",
                    );
                }
            }
        }
    }
}

/// Whether `host` is the one that `pattern` names or, for `*.parent`, one below it. Case makes no difference.
fn is_match(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(parent) => {
            let end = host.len().checked_sub(parent.len()).and_then(|at| host.get(at..));
            host.len() > parent.len() && end.is_some_and(|end| end.eq_ignore_ascii_case(parent))
        }
        None => pattern.eq_ignore_ascii_case(host),
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
