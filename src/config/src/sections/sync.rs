use crate::{Period, describe::section, problem::Problems};

section! {
    /// How clients learn what is new.
    Sync {
        /// The longest time that a request waits for news, whatever the client asks for.
        max_wait: Period = Period::minutes(5);
        /// How many of the latest events of a room a client gets, unless it says how many it wants; of a room that it
        /// has followed, up to five times as many before there is a gap.
        timeline_limit: u16 = 10;
        /// The most events of a room that one answer holds, whatever the client asks for.
        max_timeline_limit: u16 = 100;
    }
}

impl Sync {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        if self.timeline_limit == 0 || self.timeline_limit > self.max_timeline_limit {
            problems.add(
                "timeline_limit",
                format!(
                    "{} is not between 1 and sync.max_timeline_limit ({})",
                    self.timeline_limit, self.max_timeline_limit
                ),
                "use 10, or raise sync.max_timeline_limit",
            );
        }
    }
}
