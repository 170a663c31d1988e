//! What passes between servers and is in no room's history (server-server API, "EDUs").

mod devices;
mod presence;
mod receipts;
mod typing;

use crate::Federation;
use rooms::{RoomError, RoomRef};
use ruma::{RoomId, ServerName, UserId, api::federation::transactions::edu::Edu, serde::Raw};
use serde::Deserialize;

impl Federation {
    /// Takes in what another server says. What makes no sense, and what is not its to say, is left out.
    ///
    /// # Errors
    /// Only when the database can't be read or written.
    pub(crate) async fn receive_edu(&self, origin: &ServerName, edu: &Raw<Edu>) -> Result<(), RoomError> {
        let edu = match read(edu) {
            Ok(edu) => edu,
            Err(error) => {
                tracing::debug!(server = %origin, %error, "an EDU that makes no sense");
                return Ok(());
            }
        };
        match edu {
            Heard::Presence(told) => self.receive_presence(origin, told),
            Heard::Other(edu) => self.receive_other(origin, edu).await,
        }
    }

    async fn receive_other(&self, origin: &ServerName, edu: Edu) -> Result<(), RoomError> {
        match edu {
            Edu::Typing(typing) => self.receive_typing(origin, typing).await,
            Edu::Receipt(receipts) => self.receive_receipts(origin, receipts).await,
            Edu::DirectToDevice(messages) => self.receive_to_device(origin, messages).await,
            Edu::DeviceListUpdate(change) => self.receive_device_change(origin, change).await,
            Edu::SigningKeyUpdate(keys) => self.receive_signing_keys(origin, keys).await,
            _ => Ok(()),
        }
    }

    /// The room, if this server is in it and the room lets the other one take part.
    fn open_room(&self, origin: &ServerName, room: &RoomId) -> Result<Option<RoomRef>, RoomError> {
        let Some(room) = self.inner.rooms.room(room)? else { return Ok(None) };
        let open =
            self.inner.rooms.is_resident(room.num)? && self.inner.rooms.acl_allows(room.num, origin)?;
        Ok(open.then_some(room))
    }
}

/// What an EDU says.
enum Heard {
    Presence(presence::Told),
    Other(Edu),
}

fn read(edu: &Raw<Edu>) -> serde_json::Result<Heard> {
    #[derive(Deserialize)]
    struct Presence {
        content: presence::Told,
    }
    if edu.get_field::<&str>("edu_type")? == Some("m.presence") {
        return Ok(Heard::Presence(edu.deserialize_as_unchecked::<Presence>()?.content));
    }
    edu.deserialize().map(Heard::Other)
}

/// Whether it is the server's to speak for this user.
fn is_of(user: &UserId, origin: &ServerName) -> bool {
    user.server_name() == origin
}
