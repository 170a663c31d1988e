use crate::{ByteSize, Period, describe::section, problem::Problems};

section! {
    /// Previews of linked pages. The server gets a page, and so the page learns of the server and not of the people. What
    /// [server] says of private addresses and authorities holds here too.
    UrlPreviews {
        /// Turns them on or off.
        enabled: bool = true;
        /// The only hosts that are asked, such as "example.org" or "*.example.org" for all below it; all when empty.
        allowed_hosts: Vec<String> = Vec::new(), example "[\"example.org\", \"*.example.org\"]";
        /// Hosts that are never asked.
        denied_hosts: Vec<String> = Vec::new(), example "[\"*.internal.example\"]";
        /// The most that is read of a page; what comes after it is not looked at.
        max_page_bytes: ByteSize = ByteSize::mib(1);
        /// All pictures of previews together. Beyond it, previews come without pictures until older ones are gone.
        max_stored_bytes: ByteSize = ByteSize::mib(1024);
        /// How long a page, and then its picture, may take.
        timeout: Period = Period::seconds(10);
        /// How long a preview is kept before the page is asked again.
        keep: Period = Period::days(1);
    }
}

impl UrlPreviews {
    /// Whether a host may be asked.
    pub fn allows(&self, host: &str) -> bool {
        let is_any = |list: &[String]| list.iter().any(|pattern| matches(pattern, host));
        !is_any(&self.denied_hosts) && (self.allowed_hosts.is_empty() || is_any(&self.allowed_hosts))
    }

    pub(crate) fn validate(&self, problems: &mut Problems) {
        if self.max_page_bytes.bytes() == 0 || self.max_page_bytes > ByteSize::mib(16) {
            problems.add("max_page_bytes", "a page is not read like this", "use 1 byte to \"16 MiB\"");
        }
        if self.timeout.duration().is_zero() {
            problems.add("timeout", "no page is that fast", "use a time such as \"10s\"");
        }
        for (key, list) in [("allowed_hosts", &self.allowed_hosts), ("denied_hosts", &self.denied_hosts)] {
            for pattern in list {
                let name = pattern.strip_prefix("*.").unwrap_or(pattern);
                if name.is_empty() || name.contains(['*', '/', ' ']) {
                    problems.add(
                        key,
                        format!("{pattern:?} is no host"),
                        "write it like \"example.org\" or \"*.example.org\"",
                    );
                }
            }
        }
    }
}

fn matches(pattern: &str, host: &str) -> bool {
    let host = host.trim_end_matches('.');
    match pattern.strip_prefix("*.") {
        Some(parent) => {
            let rest = host.len().checked_sub(parent.len()).and_then(|at| host.split_at_checked(at));
            rest.is_some_and(|(child, end)| {
                child.len() > 1 && child.ends_with('.') && end.eq_ignore_ascii_case(parent)
            })
        }
        None => host.eq_ignore_ascii_case(pattern),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_match_by_name_and_parent() {
        let settings = UrlPreviews {
            allowed_hosts: vec!["example.org".into(), "*.example.org".into()],
            denied_hosts: vec!["bad.example.org".into()],
            ..UrlPreviews::default()
        };
        for host in ["example.org", "EXAMPLE.org", "a.example.org", "a.b.example.org."] {
            assert!(settings.allows(host), "{host}");
        }
        for host in ["bad.example.org", "notexample.org", ".example.org", "org", "example.org.evil", ""] {
            assert!(!settings.allows(host), "{host}");
        }
        assert!(UrlPreviews::default().allows("anything.example"));
    }
}
