//! Who may redact what (each room version's page, "Redactions" and "Handling redactions").

use std::sync::Arc;

use events::Pdu;
use ruma::{OwnedEventId, events::TimelineEventType};
use serde::Deserialize;

use super::{Append, Draft};
use crate::{Code, RoomError, StoredEvent};

impl Append<'_> {
    /// A redaction by someone of this server must be one that takes effect.
    pub(super) fn check_redaction(&self, draft: &Draft) -> Result<(), RoomError> {
        let Some(target) = self.redaction_target(draft) else {
            return Err(RoomError::bad(Code::MissingParam, "A redaction must say what it redacts"));
        };
        let known = self.rooms.event_by_id(&target)?;
        if known.is_none() && self.may_redact_unseen(draft)? {
            return Ok(());
        }
        let target = known.filter(|event| event.meta.room == self.head.room.num && event.meta.in_timeline());
        let target = target.ok_or(RoomError::NotFound("There is no such event in the room"))?;
        if *target.pdu.kind() == TimelineEventType::RoomCreate {
            return Err(RoomError::forbidden("The event that created the room can't be redacted"));
        }
        let power = self.head.power.as_deref();
        if !power.is_some_and(|power| power.may_redact(&draft.sender, target.pdu.sender())) {
            return Err(RoomError::forbidden("You may only redact your own events here"));
        }
        Ok(())
    }

    /// An event that is not here may be in the room all the same when other servers are: who may redact whatever anybody
    /// said may redact it too.
    fn may_redact_unseen(&self, draft: &Draft) -> Result<bool, RoomError> {
        let power = self.head.power.as_deref();
        let may = power.is_some_and(|power| power.of_user(&draft.sender) >= power.to_redact());
        Ok(may && self.rooms.servers_in(self.head.room.num)?.len() > 1)
    }

    fn redaction_target(&self, draft: &Draft) -> Option<OwnedEventId> {
        #[derive(Deserialize)]
        struct Content {
            redacts: OwnedEventId,
        }
        let in_content = self.head.room.rules.redaction.content_field_redacts;
        let from_content =
            || serde_json::from_str::<Content>(draft.content.get()).ok().map(|content| content.redacts);
        draft.redacts.clone().or_else(|| in_content.then(from_content).flatten())
    }

    /// The event that `pdu` redacts, if it is a redaction of a known event that takes effect.
    pub(super) fn redacted(&self, pdu: &Pdu) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        let Some(target) = pdu.redacts(&self.head.room.rules) else { return Ok(None) };
        let Some(target) = self.rooms.event_by_id(&target)? else { return Ok(None) };
        if target.meta.room != self.head.room.num || *target.pdu.kind() == TimelineEventType::RoomCreate {
            return Ok(None);
        }
        Ok(self.applies(pdu, &target.pdu).then_some(target))
    }
}
