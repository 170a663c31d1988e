//! People of this server who ask to be let in.

use super::{MembershipError, PATIENCE, candidates::Failures, draft::raw, invited::shown_state};
use crate::Federation;
use events::RoomVersion;
use rooms::{MemberChange, Membership, Outside};
use ruma::{
    OwnedServerName, RoomId, ServerName, UserId,
    api::federation::membership::{
        create_knock_event::v1::Request as SendKnock, prepare_knock_event::v1::Request as MakeKnock,
    },
};

impl Federation {
    /// Asks to be let into a room: by itself where this server is in it, else through one of the servers that are.
    ///
    /// # Errors
    /// All of them; a refusal is that of the first server that refused.
    pub async fn knock(
        &self,
        room: &RoomId,
        user: &UserId,
        change: MemberChange,
        via: &[OwnedServerName],
    ) -> Result<(), MembershipError> {
        let rooms = &self.inner.rooms;
        if let Some(known) = rooms.room(room)?
            && rooms.is_present(known.num)?
        {
            rooms.knock(room, user, change).await?;
            return Ok(());
        }
        let change = &change;
        let attempt =
            |server: OwnedServerName| async move { self.knock_through(&server, room, user, change).await };
        self.through_one((room, user), via, Failures::default(), attempt).await
    }

    async fn knock_through(
        &self,
        server: &ServerName,
        room: &RoomId,
        user: &UserId,
        change: &MemberChange,
    ) -> Result<(), MembershipError> {
        let mut request = MakeKnock::new(room.to_owned(), user.to_owned());
        request.ver = RoomVersion::SUPPORTED.to_vec();
        let begun = self.ask(server, request, PATIENCE).await?;
        let version = Some(begun.room_version);
        let begun = self.complete((room, user), (Membership::Knock, change), version, &begun.event)?;
        let id = begun.pdu.event_id().to_owned();
        let request = SendKnock::new(room.to_owned(), id, raw(&begun.pdu)?);
        let told = self.ask(server, request, PATIENCE).await?;
        let outside = Outside {
            room: room.to_owned(),
            version: begun.version,
            event: begun.pdu,
            shown: shown_state(&told.knock_room_state),
            told_by: Some(server.to_owned()),
        };
        self.inner.rooms.keep_outside(outside).await?;
        Ok(())
    }
}
