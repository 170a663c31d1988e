//! People of this server who invite people of other servers.

use super::{MembershipError, PATIENCE, draft::raw, invited::shown_for};
use crate::{Federation, PeerError};
use events::Pdu;
use rooms::{MemberChange, RoomRef};
use ruma::{
    RoomId, UserId,
    api::federation::membership::{RawStrippedState, create_invite::v2},
};
use serde_json::value::RawValue;

impl Federation {
    /// Invites somebody, of this server or another. The invite is in the room once the invited person's server has signed it.
    ///
    /// # Errors
    /// What the room does not allow, or what the other server says.
    pub async fn invite(
        &self,
        room: &RoomId,
        sender: &UserId,
        target: &UserId,
        change: MemberChange,
    ) -> Result<(), MembershipError> {
        let rooms = &self.inner.rooms;
        if rooms.is_local(target) {
            rooms.invite(room, sender, target, change).await?;
            return Ok(());
        }
        let invite = rooms.invite_to_sign(room, sender, target, &change).await?;
        let room = rooms.require(room)?;
        let signed = self.signed_invite(&room, target, &invite).await?;
        self.take_in(&room, signed).await?;
        Ok(())
    }

    async fn signed_invite(
        &self,
        room: &RoomRef,
        target: &UserId,
        invite: &Pdu,
    ) -> Result<Pdu, MembershipError> {
        let shown = shown_for(&self.inner.rooms, room, Some(invite.sender()))?;
        let request = v2::Request::new(
            room.id.clone(),
            invite.event_id().to_owned(),
            room.version.clone(),
            raw(invite)?,
            shown.into_iter().map(RawStrippedState::Pdu).collect(),
        );
        let told: Box<RawValue> = self.ask(target.server_name(), request, PATIENCE).await?.event;
        let signed = self.check_pdu(&told, &room.rules).await?.map_err(PeerError::nonsense)?;
        let same = signed.event_id() == invite.event_id() && signed.content_json() == invite.content_json();
        if same { Ok(signed) } else { Err(PeerError::nonsense("it signed another event").into()) }
    }
}
