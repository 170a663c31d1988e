use crate::{describe::section, problem::Problems};

section! {
    /// Notifications for devices that are not connected: through the push gateways of apps, and as Web Push to browsers.
    Push {
        /// Whether any are sent.
        enabled: bool = true;
        /// How the operators of push services reach whoever runs this server, a "mailto:" or "https:" address; the server's own
        /// address when not set.
        contact: Option<String> = None, example "\"mailto:admin@example.org\"";
    }
}

impl Push {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        if let Some(contact) = &self.contact
            && !["mailto:", "https:"].iter().any(|scheme| contact.starts_with(scheme))
        {
            problems.add(
                "contact",
                format!("{contact:?} is neither a mail nor a web address"),
                "write it like \"mailto:admin@example.org\"",
            );
        }
    }
}
