use super::hosts;
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
        hosts::allows(&self.allowed_hosts, &self.denied_hosts, host.trim_end_matches('.'))
    }

    pub(crate) fn validate(&self, problems: &mut Problems) {
        if self.max_page_bytes.bytes() == 0 || self.max_page_bytes > ByteSize::mib(16) {
            problems.add("max_page_bytes", "a page is not read like this", "use 1 byte to \"16 MiB\"");
        }
        if self.timeout.duration().is_zero() {
            problems.add("timeout", "no page is that fast", "use a time such as \"10s\"");
        }
        hosts::validate(problems, "allowed_hosts", &self.allowed_hosts, "host");
        hosts::validate(problems, "denied_hosts", &self.denied_hosts, "host");
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
