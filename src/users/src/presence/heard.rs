//! How people of other servers are, as those servers tell.
//!
//! Promise: who is not spoken of for half an hour is gone, as a server that stops can't say so.

use super::{LONGEST_STATUS, Presence, person::State, shown::PresenceNote};
use crate::error::Result;
use rooms::ids::UserNum;
use ruma::presence::PresenceState;
use std::collections::HashMap;

/// How long what a server tells of somebody holds, in milliseconds. Servers repeat it sooner.
const HOLDS_MS: u64 = 31 * 60_000;
/// The most people of other servers who are here at once; of others nothing is known.
const MOST: usize = 100_000;

/// The people of other servers who are here: when they were last spoken of.
pub(super) type LastHeard = HashMap<UserNum, u64>;

/// What a server tells of one of its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardPresence {
    /// Online, unavailable or offline.
    pub state: PresenceState,
    /// What they say about it; too long a text is left out.
    pub status_msg: Option<String>,
    /// How many milliseconds ago they last did something, if their server knows.
    pub last_active_ago_ms: Option<u64>,
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
        if !self.remember(user, state) {
            return Ok(());
        }
        let status_msg = heard.status_msg.filter(|text| !text.is_empty() && text.len() <= LONGEST_STATUS);
        let note = PresenceNote {
            user: user.0,
            state,
            status_msg,
            active_ms: heard.last_active_ago_ms.map_or(0, |ago| self.core.now_ms().saturating_sub(ago)),
            currently_active: heard.currently_active,
        };
        self.tell_heard(&note)
    }

    /// Notes that somebody was spoken of; not when there are too many.
    fn remember(&self, user: UserNum, state: State) -> bool {
        let mut heard = self.heard.lock();
        if state == State::Offline {
            heard.remove(&user);
        } else if heard.len() < MOST || heard.contains_key(&user) {
            heard.insert(user, self.core.now_ms());
        } else {
            return false;
        }
        true
    }

    /// Those who were not spoken of for too long are gone.
    pub(super) fn forget_silent(&self, now: u64) -> Result<()> {
        let mut silent = Vec::new();
        self.heard.lock().retain(|user, at| {
            let holds = now < at.saturating_add(HOLDS_MS);
            if !holds {
                silent.push(*user);
            }
            holds
        });
        for user in silent {
            if let Some(known) = self.shown.get(user) {
                self.tell_heard(&PresenceNote { state: State::Offline, currently_active: false, ..known })?;
            }
        }
        Ok(())
    }

    fn tell_heard(&self, note: &PresenceNote) -> Result<()> {
        if self.shown.get(note.user()).is_some_and(|known| says_the_same(&known, note)) {
            return Ok(());
        }
        let people = self.people.lock();
        let here: Vec<UserNum> =
            people.iter().filter(|(_, person)| person.is_live()).map(|(user, _)| *user).collect();
        // Nobody waits: it is news for a moment only.
        self.tell(note, &here).map(drop)
    }

    /// The people of this server who are here, as others were told.
    pub fn here(&self) -> Vec<UserNum> {
        let people = self.people.lock();
        let is_here =
            |person: &super::Person| person.told.as_ref().is_some_and(|told| told.state != State::Offline);
        people.iter().filter(|(_, person)| is_here(person)).map(|(user, _)| *user).collect()
    }
}

fn says_the_same(known: &PresenceNote, new: &PresenceNote) -> bool {
    known.state == new.state
        && known.status_msg == new.status_msg
        && known.currently_active == new.currently_active
}
