//! People of this server who leave, decline an invite, or take a knock back.

use super::{MembershipError, PATIENCE, draft::raw};
use crate::Federation;
use rooms::{MemberChange, Membership, Outside, RoomError};
use ruma::{
    RoomId, ServerName, UserId,
    api::federation::membership::{
        create_leave_event::v2::Request as SendLeave, prepare_leave_event::v1::Request as MakeLeave,
    },
};

impl Federation {
    /// Leaves a room: by itself where this server is in it, else through one of the servers that are. Who is outside is out even
    /// if none of them can be told.
    ///
    /// # Errors
    /// 404 and 403 as [`rooms::Rooms::leave`]; other servers stand in nobody's way.
    pub async fn leave(
        &self,
        room: &RoomId,
        user: &UserId,
        change: MemberChange,
    ) -> Result<(), MembershipError> {
        let rooms = &self.inner.rooms;
        let known = rooms.require(room)?;
        let outside = rooms.is_outside(known.num, user)?;
        if rooms.is_present(known.num)? && !outside {
            rooms.leave(room, user, change).await?;
            return Ok(());
        }
        match rooms.membership_of(known.num, user)?.map(|info| info.state) {
            None => return Err(RoomError::Forbidden("You are not in the room".to_owned()).into()),
            Some(Membership::Ban) => {
                return Err(RoomError::Forbidden("You are banned from the room".to_owned()).into());
            }
            Some(Membership::Leave) => return Ok(()),
            Some(Membership::Join | Membership::Invite | Membership::Knock) => {}
        }
        for server in self.candidates(room, user, &[])? {
            match self.leave_through(&server, room, user, &change).await {
                Ok(()) => return Ok(()),
                Err(error) => {
                    tracing::info!(%server, %error, "a server of the room was not told that somebody left");
                }
            }
        }
        rooms.leave_outside(room, user, &change).await?;
        Ok(())
    }

    async fn leave_through(
        &self,
        server: &ServerName,
        room: &RoomId,
        user: &UserId,
        change: &MemberChange,
    ) -> Result<(), MembershipError> {
        let request = MakeLeave::new(room.to_owned(), user.to_owned());
        let begun = self.ask(server, request, PATIENCE).await?;
        let begun =
            self.complete((room, user), (Membership::Leave, change), begun.room_version, &begun.event)?;
        let id = begun.pdu.event_id().to_owned();
        self.ask(server, SendLeave::new(room.to_owned(), id, raw(&begun.pdu)?), PATIENCE).await?;
        let outside = Outside {
            room: room.to_owned(),
            version: begun.version,
            event: begun.pdu,
            shown: Vec::new(),
            told_by: None,
        };
        self.inner.rooms.keep_outside(outside).await?;
        Ok(())
    }
}
