use crate::{Period, describe::section, problem::Problems};

section! {
    /// Events that people have sent later: scheduled messages, and what a client leaves behind in case it falls silent.
    DelayedEvents {
        /// The longest delay.
        max_delay: Period = Period::days(366);
        /// How many one person may have waiting. 0 switches delayed events off.
        max_scheduled: u16 = 100;
    }
}

impl DelayedEvents {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        if self.max_delay.duration().is_zero() {
            problems.add(
                "max_delay",
                "no event could be delayed",
                "use a time such as \"366d\", or max_scheduled = 0",
            );
        }
    }
}
