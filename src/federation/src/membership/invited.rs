//! People of this server whom people of other servers invite.

use super::{
    MembershipError,
    draft::raw,
    sent::{SentEvent, read, same},
};
use crate::Federation;
use events::RoomVersion;
use rooms::{Membership, Outside, RoomError, RoomRef, Rooms};
use ruma::{RoomVersionId, ServerName, UserId, api::federation::membership::RawStrippedState};
use serde_json::value::{RawValue, to_raw_value};

/// An invite as another server sends it.
#[derive(Debug, Clone, Copy)]
pub struct Invitation<'a> {
    /// The event.
    pub sent: SentEvent<'a>,
    /// The room's version.
    pub version: &'a RoomVersionId,
    /// What the invited person is told of the room.
    pub shown: &'a [RawStrippedState],
}

impl Federation {
    /// Signs an invite for somebody of this server, who sees it if the server is not in the room; otherwise it comes as every event
    /// of the room does.
    ///
    /// # Errors
    /// [`MembershipError::Incompatible`] for room versions that this server does not know; 403 for people that are not here and for
    /// servers that the room keeps out; [`MembershipError::Wrong`] for what is no invite.
    pub async fn take_invite(
        &self,
        origin: &ServerName,
        invitation: Invitation<'_>,
    ) -> Result<Box<RawValue>, MembershipError> {
        let Invitation { sent, version, shown } = invitation;
        let Some(rules) = RoomVersion::rules(version) else {
            return Err(MembershipError::Incompatible(version.clone()));
        };
        let pdu = read(sent, &rules)?;
        if pdu.sender().server_name() != origin {
            return Err(MembershipError::forbidden("The invite is by nobody of your server"));
        }
        if Membership::of_event(&pdu) != Some(Membership::Invite) {
            return Err(MembershipError::wrong("That is no invite"));
        }
        self.check_invited(origin, (sent, version), pdu.state_key().unwrap_or_default())?;
        let pdu = self.check_pdu(sent.pdu, &rules).await?.map(|checked| same(checked, &pdu))??;
        let signed = self.signing_key().add_signature(&pdu, &rules).map_err(RoomError::from)?;
        let outside = Outside {
            room: sent.room.to_owned(),
            version: version.clone(),
            event: signed.clone(),
            shown: shown_state(shown),
            told_by: Some(origin.to_owned()),
        };
        self.inner.rooms.keep_outside(outside).await?;
        raw(&signed)
    }

    fn check_invited(
        &self,
        origin: &ServerName,
        (sent, version): (SentEvent<'_>, &RoomVersionId),
        user: &str,
    ) -> Result<(), MembershipError> {
        let user = <&UserId>::try_from(user).map_err(|_| MembershipError::wrong("That invites nobody"))?;
        if !self.inner.users.accounts.is_active(user)? {
            return Err(MembershipError::forbidden(format!("There is nobody called {user} here")));
        }
        self.inner.users.account_data.check_invite(user)?;
        let rooms = &self.inner.rooms;
        let Some(room) = rooms.room(sent.room)? else { return Ok(()) };
        if room.version != *version {
            return Err(MembershipError::Wrong(format!("The room is of version {}", room.version)));
        }
        if rooms.is_resident(room.num)? && !rooms.acl_allows(room.num, origin)? {
            return Err(MembershipError::forbidden("The room keeps your server out"));
        }
        Ok(())
    }
}

/// What others told of a room, as it is kept.
pub(super) fn shown_state(told: &[RawStrippedState]) -> Vec<Box<RawValue>> {
    told.iter().filter_map(|event| to_raw_value(event).ok()).collect()
}

/// What people outside are told of a room (client-server API, "Stripped state"), as whole events.
pub(super) fn shown_for(
    rooms: &Rooms,
    room: &RoomRef,
    by: Option<&UserId>,
) -> Result<Vec<Box<RawValue>>, MembershipError> {
    let events = rooms.shown_to_outsiders(room, by)?;
    events.iter().map(|event| raw(&event.pdu)).collect()
}
