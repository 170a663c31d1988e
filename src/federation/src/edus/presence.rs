//! `m.presence`: who is here (server-server API, "Presence").

use super::is_of;
use crate::Federation;
use rooms::RoomError;
use ruma::{ServerName, api::federation::transactions::edu::PresenceContent};
use users::{HeardPresence, UserError};

/// The most people that one message speaks of.
const MOST: usize = 1_000;

impl Federation {
    pub(super) fn receive_presence(
        &self,
        origin: &ServerName,
        presence: PresenceContent,
    ) -> Result<(), RoomError> {
        for told in presence.push.into_iter().take(MOST).filter(|told| is_of(&told.user_id, origin)) {
            // Whoever is in no room that is known here concerns nobody.
            let Some(user) = self.inner.rooms.ids().find_user(&told.user_id)? else { continue };
            if self.inner.rooms.rooms_of(user)?.joined().next().is_none() {
                continue;
            }
            let heard = HeardPresence {
                state: told.presence,
                status_msg: told.status_msg,
                last_active_ago_ms: told.last_active_ago.into(),
                currently_active: told.currently_active,
            };
            match self.inner.users.presence.hear(user, heard) {
                Ok(()) => {}
                Err(UserError::Room(error)) => return Err(error),
                Err(error) => tracing::warn!(user = %told.user_id, %error, "presence could not be taken in"),
            }
        }
        Ok(())
    }
}
