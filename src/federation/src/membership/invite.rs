//! People of this server who invite people of other servers.

use super::{MembershipError, PATIENCE, draft::raw, invited::shown_for};
use crate::{Federation, PeerError};
use events::Pdu;
use rooms::{MemberChange, RoomError, RoomRef};
use ruma::{
    RoomId, RoomVersionId, ServerName, UserId,
    api::federation::membership::{
        RawStrippedState,
        create_invite::{v1, v2},
    },
};
use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};

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
        self.inner.users.account_data.check_invite(target)?;
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

    /// The invite with the signature of the invited person's server.
    async fn signed_invite(
        &self,
        room: &RoomRef,
        target: &UserId,
        invite: &Pdu,
    ) -> Result<Pdu, MembershipError> {
        let shown = shown_for(&self.inner.rooms, room, Some(invite.sender()))?;
        let server = target.server_name();
        let request = v2::Request::new(
            room.id.clone(),
            invite.event_id().to_owned(),
            room.version.clone(),
            raw(invite)?,
            shown.iter().cloned().map(RawStrippedState::Pdu).collect(),
        );
        let told = match self.ask(server, request, PATIENCE).await {
            Err(error) if error.is_unknown_endpoint() => {
                self.ask_as_before(server, room, invite, &shown).await?
            }
            told => told?.event,
        };
        let signed = self.countersigned(invite, (server, &told), &room.rules).await?;
        Ok(signed.map_err(PeerError::nonsense)?)
    }

    /// Asks for the signature at the first version of the endpoint, which knows the first two room versions only.
    async fn ask_as_before(
        &self,
        server: &ServerName,
        room: &RoomRef,
        invite: &Pdu,
        shown: &[Box<RawValue>],
    ) -> Result<Box<RawValue>, MembershipError> {
        #[derive(Deserialize)]
        struct Told {
            event: Box<RawValue>,
        }
        if !matches!(room.version, RoomVersionId::V1 | RoomVersionId::V2) {
            return Err(MembershipError::Incompatible(room.version.clone()));
        }
        let mut body: Map<String, Value> = serde_json::from_str(invite.json())
            .map_err(|_| RoomError::Damaged("an invite that is no JSON"))?;
        body.insert("unsigned".to_owned(), json!({ "invite_room_state": shown }));
        let request =
            self.signed_put::<v1::Request>(server, &[&room.id, &invite.event_id()], &body.into())?;
        let told: (u16, Told) = self.ask_with(server, request, PATIENCE).await?;
        Ok(told.1.event)
    }
}
