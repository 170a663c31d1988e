use crate::{Period, describe::section, problem::Problems};

section! {
    /// Access tokens, for clients that renew them; others get one that lasts until they log out.
    Tokens {
        /// How long an access token works before the client has to renew it.
        access_lifetime: Period = Period::minutes(15);
        /// How long a client may stay away and still renew its token.
        refresh_lifetime: Period = Period::days(7);
    }
}

impl Tokens {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        if self.access_lifetime < Period::seconds(10) {
            problems.add(
                "access_lifetime",
                format!("{} is too short for clients to keep up", self.access_lifetime),
                "use at least \"10s\"; \"15m\" is usual",
            );
        }
        if self.refresh_lifetime <= self.access_lifetime {
            problems.add(
                "refresh_lifetime",
                format!("{} is not longer than tokens.access_lifetime", self.refresh_lifetime),
                "use \"7d\"",
            );
        }
    }
}
