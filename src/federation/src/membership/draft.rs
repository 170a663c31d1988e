//! Completing the events that other servers make the beginning of.

use super::MembershipError;
use crate::{Federation, PeerError};
use events::{EventDraft, Pdu, RoomVersion, RoomVersionRules, seal};
use rooms::{MemberChange, Membership};
use ruma::{MilliSecondsSinceUnixEpoch, RoomId, RoomVersionId, UInt, UserId, events::TimelineEventType};
use serde::Deserialize;
use serde_json::value::RawValue;

/// An event of one of this server's people, begun by another server.
pub(super) struct Begun {
    pub(super) version: RoomVersionId,
    pub(super) rules: RoomVersionRules,
    pub(super) pdu: Pdu,
    /// Whether somebody of the other server vouches for the user, for which that server must sign too.
    pub(super) vouched: bool,
}

/// What a template may add to the content.
#[derive(Deserialize)]
struct Content {
    membership: String,
    #[serde(default)]
    join_authorised_via_users_server: Option<String>,
}

impl Federation {
    /// Makes the user's own event of a template: who vouches for them and where it stands in the room is the template's to say, all
    /// else is not.
    pub(super) fn complete(
        &self,
        (room, user): (&RoomId, &UserId),
        (membership, change): (Membership, &MemberChange),
        version: Option<RoomVersionId>,
        template: &RawValue,
    ) -> Result<Begun, MembershipError> {
        let version = version.unwrap_or(RoomVersionId::V1);
        let Some(rules) = RoomVersion::rules(&version) else {
            return Err(MembershipError::Incompatible(version));
        };
        let mut draft = EventDraft::from_template(template.get(), &rules).map_err(PeerError::nonsense)?;
        let told: Content = serde_json::from_str(&draft.content).map_err(PeerError::nonsense)?;
        let right = draft.sender == user
            && draft.kind == TimelineEventType::RoomMember
            && draft.state_key.as_deref() == Some(user.as_str())
            && draft.room_id.as_deref() == Some(room)
            && told.membership == membership.as_str();
        if !right {
            return Err(PeerError::nonsense("that is not the event that was asked for").into());
        }
        let mut content = change.content(membership);
        let voucher = told.join_authorised_via_users_server.filter(|_| membership == Membership::Join);
        let vouched = voucher.is_some();
        if let Some(voucher) = voucher {
            content.insert("join_authorised_via_users_server".to_owned(), voucher.into());
        }
        draft.content = serde_json::Value::from(content).to_string().into();
        let now = UInt::new_saturating(self.inner.clock.now_ms());
        draft.origin_server_ts = MilliSecondsSinceUnixEpoch(now);
        let pdu = seal(&draft, &rules, self.signing_key()).map_err(rooms::RoomError::from)?;
        Ok(Begun { version, rules, pdu, vouched })
    }
}

/// An event as requests carry it.
pub(super) fn raw(pdu: &Pdu) -> Result<Box<RawValue>, MembershipError> {
    RawValue::from_string(pdu.json().to_owned())
        .map_err(|_| rooms::RoomError::Damaged("an event that is no JSON").into())
}
