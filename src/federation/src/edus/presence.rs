//! `m.presence`: who is here (server-server API, "Presence").

use super::is_of;
use crate::Federation;
use rooms::RoomError;
use ruma::{OwnedUserId, ServerName, UInt, presence::PresenceState, serde::Raw};
use serde::Deserialize;
use users::{HeardPresence, UserError};

/// The most people that one message speaks of.
const MOST: usize = 1_000;

/// What a server says of its people.
#[derive(Deserialize)]
pub(super) struct Told {
    push: Vec<Raw<Update>>,
}

/// How one of them is. Synapse does not say when somebody was active who has not been since it started, though the spec wants it.
#[derive(Deserialize)]
struct Update {
    user_id: OwnedUserId,
    presence: PresenceState,
    status_msg: Option<String>,
    last_active_ago: Option<UInt>,
    #[serde(default)]
    currently_active: bool,
}

impl Federation {
    pub(super) fn receive_presence(&self, origin: &ServerName, told: Told) -> Result<(), RoomError> {
        let updates = told.push.into_iter().take(MOST).filter_map(|update| update.deserialize().ok());
        for update in updates.filter(|update| is_of(&update.user_id, origin)) {
            // Whoever is in no room that is known here concerns nobody.
            let Some(user) = self.inner.rooms.ids().find_user(&update.user_id)? else { continue };
            if self.inner.rooms.rooms_of(user)?.joined().next().is_none() {
                continue;
            }
            let heard = HeardPresence {
                state: update.presence,
                status_msg: update.status_msg,
                last_active_ago_ms: update.last_active_ago.map(Into::into),
                currently_active: update.currently_active,
            };
            match self.inner.users.presence.hear(user, heard) {
                Ok(()) => {}
                Err(UserError::Room(error)) => return Err(error),
                Err(error) => {
                    tracing::warn!(user = %update.user_id, %error, "presence could not be taken in");
                }
            }
        }
        Ok(())
    }
}
