//! How people of other servers are, as those servers tell.

use super::{LONGEST_STATUS, Presence, person::State, shown::PresenceNote};
use crate::error::Result;
use rooms::ids::UserNum;
use ruma::presence::PresenceState;

/// What a server tells of one of its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardPresence {
    /// Online, unavailable or offline.
    pub state: PresenceState,
    /// What they say about it; too long a text is left out.
    pub status_msg: Option<String>,
    /// How many milliseconds ago they last did something.
    pub last_active_ago_ms: u64,
    /// They are doing something just now.
    pub currently_active: bool,
}

impl Presence {
    /// Takes in how somebody of another server is. Those here who share a room with them hear of it when it is news.
    pub fn hear(&self, user: UserNum, heard: HeardPresence) -> Result<()> {
        if !self.enabled() {
            return Ok(());
        }
        let state = match heard.state {
            PresenceState::Online => State::Online,
            PresenceState::Unavailable => State::Unavailable,
            _ => State::Offline,
        };
        let status_msg = heard.status_msg.filter(|text| !text.is_empty() && text.len() <= LONGEST_STATUS);
        let note = PresenceNote {
            user: user.0,
            state,
            status_msg,
            active_ms: self.core.now_ms().saturating_sub(heard.last_active_ago_ms),
            currently_active: heard.currently_active,
        };
        if self.shown.get(user).is_some_and(|known| says_the_same(&known, &note)) {
            return Ok(());
        }
        let people = self.people.lock();
        let here: Vec<UserNum> =
            people.iter().filter(|(_, person)| person.is_live()).map(|(user, _)| *user).collect();
        // Nobody waits: it is news for a moment only.
        self.tell(&note, &here).map(drop)
    }
}

fn says_the_same(known: &PresenceNote, new: &PresenceNote) -> bool {
    known.state == new.state
        && known.status_msg == new.status_msg
        && known.currently_active == new.currently_active
}
