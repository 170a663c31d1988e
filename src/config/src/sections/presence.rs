use crate::{Period, describe::section};

section! {
    /// Who is online.
    Presence {
        /// Whether the server tells people who else is online.
        enabled: bool = true;
        /// The time without any action after which a person counts as away.
        idle_after: Period = Period::minutes(5);
        /// The time without any request after which a person counts as offline.
        offline_after: Period = Period::seconds(30);
    }
}
