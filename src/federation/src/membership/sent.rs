//! Memberships that other servers send on their own: leaving and knocking, and what these have in common with joining.

use super::{MembershipError, invited::shown_for};
use crate::Federation;
use events::{Pdu, RoomVersionRules};
use rooms::{EventNum, Membership, Outcome, Received, RoomError, RoomRef};
use ruma::{EventId, RoomId, ServerName, UserId, events::TimelineEventType};
use serde_json::value::RawValue;

/// An event that another server sends for one of its people.
#[derive(Debug, Clone, Copy)]
pub struct SentEvent<'a> {
    /// The room, by the path of the request.
    pub room: &'a RoomId,
    /// The event's id, by the path of the request.
    pub id: &'a EventId,
    /// The event.
    pub pdu: &'a RawValue,
}

impl Federation {
    /// Takes in that somebody of another server leaves, declines an invite, or takes a knock back.
    ///
    /// # Errors
    /// 404 for rooms that this server is not in; 403 where the room does not allow it; [`MembershipError::Wrong`] for what is no
    /// such event.
    pub async fn take_leave(&self, origin: &ServerName, sent: SentEvent<'_>) -> Result<(), MembershipError> {
        let room = self.shared_room(origin, sent.room)?;
        let pdu = sent_event(origin, &room, sent, Membership::Leave)?;
        let pdu = self.check_pdu(sent.pdu, &room.rules).await?.map(|checked| same(checked, &pdu))??;
        self.take_in(&room, pdu).await.map(drop)
    }

    /// Takes in that somebody of another server asks to be let in; what they are told of the room.
    ///
    /// # Errors
    /// As [`Federation::take_leave`].
    pub async fn take_knock(
        &self,
        origin: &ServerName,
        sent: SentEvent<'_>,
    ) -> Result<Vec<Box<RawValue>>, MembershipError> {
        let room = self.shared_room(origin, sent.room)?;
        let pdu = sent_event(origin, &room, sent, Membership::Knock)?;
        let pdu = self.check_pdu(sent.pdu, &room.rules).await?.map(|checked| same(checked, &pdu))??;
        self.take_in(&room, pdu).await?;
        shown_for(&self.inner.rooms, &room, None)
    }

    /// Has the room take the event, which is checked by itself, and passes it on to the other servers in the room.
    pub(super) async fn take_in(&self, room: &RoomRef, pdu: Pdu) -> Result<EventNum, MembershipError> {
        match self.inner.rooms.receive(&room.id, pdu, Received::Live).await? {
            Outcome::Accepted(num) => {
                self.pass_on(num).await?;
                Ok(num)
            }
            Outcome::SoftFailed(_, why) | Outcome::Rejected(_, why) => {
                Err(RoomError::Forbidden(format!("The room does not allow this: {why}")).into())
            }
            Outcome::Missing { .. } => Err(MembershipError::wrong(
                "The event follows events that this server does not know; ask for a new template",
            )),
        }
    }
}

/// Reads an event that somebody of `origin` sends about themselves. Its signatures are not looked at.
pub(super) fn sent_event(
    origin: &ServerName,
    room: &RoomRef,
    sent: SentEvent<'_>,
    membership: Membership,
) -> Result<Pdu, MembershipError> {
    let pdu = read(sent, &room.rules)?;
    if pdu.sender().server_name() != origin {
        return Err(MembershipError::forbidden("The event is by nobody of your server"));
    }
    let own = pdu.state_key() == Some(pdu.sender().as_str());
    if !own || Membership::of_event(&pdu) != Some(membership) {
        let why = format!("That is no {} of the event's sender", membership.as_str());
        return Err(MembershipError::Wrong(why));
    }
    Ok(pdu)
}

/// A member event as the path of the request says it.
pub(super) fn read(sent: SentEvent<'_>, rules: &RoomVersionRules) -> Result<Pdu, MembershipError> {
    let pdu = Pdu::from_json(sent.pdu.get(), rules)
        .map_err(|error| MembershipError::Wrong(format!("That is no event of such a room: {error}")))?;
    if pdu.event_id() != sent.id || pdu.room_id() != sent.room {
        return Err(MembershipError::wrong("The event is not the one that the path names"));
    }
    let user = pdu.state_key().map(<&UserId>::try_from);
    if *pdu.kind() != TimelineEventType::RoomMember || !matches!(user, Some(Ok(_))) {
        return Err(MembershipError::wrong("That is no membership"));
    }
    Ok(pdu)
}

/// A checked event must be whole: the redacted copy of one with a wrong hash is not what was sent.
pub(super) fn same(checked: Pdu, sent: &Pdu) -> Result<Pdu, MembershipError> {
    if checked.content_json() == sent.content_json() {
        return Ok(checked);
    }
    Err(MembershipError::wrong("The event is not what its hash says"))
}
