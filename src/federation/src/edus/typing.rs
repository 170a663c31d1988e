//! `m.typing`: who types (server-server API, "Typing Notifications").

use super::is_of;
use crate::Federation;
use rooms::RoomError;
use ruma::{ServerName, api::federation::transactions::edu::TypingContent};
use std::time::Duration;

/// How long somebody types whose server says no more about it.
const LASTS: Duration = Duration::from_secs(30);

impl Federation {
    pub(super) async fn receive_typing(
        &self,
        origin: &ServerName,
        typing: TypingContent,
    ) -> Result<(), RoomError> {
        if !is_of(&typing.user_id, origin) {
            return Ok(());
        }
        let Some(room) = self.open_room(origin, &typing.room_id)? else { return Ok(()) };
        let Some(user) = self.inner.rooms.ids().find_user(&typing.user_id)? else { return Ok(()) };
        if self.inner.rooms.is_joined(room.num, user)? {
            self.inner.rooms.set_typing(room.num, user, typing.typing.then_some(LASTS)).await?;
        }
        Ok(())
    }
}
