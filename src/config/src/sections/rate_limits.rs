use crate::{Rate, describe::section};

section! {
    /// How often people may do things; "5/s burst 20" is 5 a second in the long run and 20 at once.
    RateLimits {
        /// Turns all of them on or off.
        enabled: bool = true;
        /// Attempts to log in, from one address and to one account.
        login: Rate = Rate::per_minute(10, 10);
        /// New accounts, from one address.
        registration: Rate = Rate::per_minute(5, 10);
        /// Messages and other events that one person sends.
        messages: Rate = Rate::per_second(10, 50);
        /// Rooms that one person makes.
        rooms: Rate = Rate::per_minute(10, 20);
        /// Joins and knocks by one person.
        joins: Rate = Rate::per_second(1, 20);
        /// Invites that one person sends.
        invites: Rate = Rate::per_second(1, 30);
        /// Reports of events, rooms and people by one person.
        reports: Rate = Rate::per_minute(6, 20);
        /// Uploads by one person.
        uploads: Rate = Rate::per_second(2, 30);
        /// Previews of linked pages that one person asks for.
        previews: Rate = Rate::per_second(5, 50);
        /// Everything else that one person or, without an account, one address asks for.
        requests: Rate = Rate::per_second(100, 500);
    }
}
