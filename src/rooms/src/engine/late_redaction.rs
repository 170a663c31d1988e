//! Redactions that are here before what they redact: the past of a room comes after its present. Such an event is stored as it
//! was sent and indexed as what is left of it.

use events::{Pdu, redact};
use ruma::{OwnedEventId, events::TimelineEventType};
use storage::tables;

use super::Append;
use crate::{RoomError, ids::EventNum};

/// A redaction of the commit in the making that comes after what it redacts.
pub(super) struct Coming {
    target: OwnedEventId,
    num: EventNum,
    redaction: Pdu,
}

impl Append<'_> {
    /// Gives the redactions of a stretch of the past their numbers, so that what comes before them can fall to them.
    pub(super) fn announce_redactions(&mut self, past: &[Pdu]) -> Result<(), RoomError> {
        for pdu in past {
            let Some(target) = pdu.redacts(&self.head.room.rules) else { continue };
            if self.find(pdu.event_id())?.is_none() {
                let num = self.rooms.inner.ids.reserve_event();
                self.coming.push(Coming { target, num, redaction: pdu.clone() });
            }
        }
        Ok(())
    }

    /// The number that an event of a stretch of the past has already.
    pub(super) fn announced(&self, pdu: &Pdu) -> Option<EventNum> {
        self.coming.iter().find(|coming| coming.redaction == *pdu).map(|coming| coming.num)
    }

    /// Has a redaction take effect, now or when what it redacts comes.
    pub(super) fn apply_redaction(&mut self, pdu: &Pdu, num: EventNum) -> Result<(), RoomError> {
        let Some(target) = pdu.redacts(&self.head.room.rules) else { return Ok(()) };
        if let Some(redacted) = self.redacted(pdu)? {
            return self.rooms.index_redaction(&mut self.commit, &redacted, num);
        }
        if self.find(&target)?.is_none() {
            self.commit.put(tables::PENDING_RELATIONS, &(target.to_string(), num.0), &());
        }
        Ok(())
    }

    /// What is left of an event that comes now, and is marked, if a redaction of it is here already.
    pub(super) fn stripped(&mut self, pdu: &Pdu, num: EventNum) -> Result<Option<Pdu>, RoomError> {
        let Some(by) = self.fell_to(pdu, num)? else { return Ok(None) };
        self.commit.put(tables::REDACTIONS, &num.0, &by.0);
        Ok(Some(redact(pdu, &self.head.room.rules)?))
    }

    fn fell_to(&self, pdu: &Pdu, num: EventNum) -> Result<Option<EventNum>, RoomError> {
        let store = &self.rooms.inner.store;
        if let Some(by) = store.latest(tables::REDACTIONS, &num.0)? {
            return Ok(Some(EventNum(by)));
        }
        if *pdu.kind() == TimelineEventType::RoomCreate {
            return Ok(None);
        }
        let announced = self.coming.iter().filter(|coming| coming.target == pdu.event_id());
        if let Some(coming) = announced.into_iter().find(|coming| self.applies(&coming.redaction, pdu)) {
            return Ok(Some(coming.num));
        }
        let waiting = store.latest_prefix(tables::PENDING_RELATIONS, &(pdu.event_id().to_string(),))?;
        for ((_, by), ()) in waiting {
            let Some(by) = self.rooms.event(EventNum(by))? else { continue };
            let is_of_room = by.meta.room == self.head.room.num && by.meta.in_timeline();
            let target = by.pdu.redacts(&self.head.room.rules);
            if is_of_room && target.as_deref() == Some(pdu.event_id()) && self.applies(&by.pdu, pdu) {
                return Ok(Some(by.num));
            }
        }
        Ok(None)
    }

    /// Whether a redaction that was accepted takes effect on an event.
    pub(super) fn applies(&self, redaction: &Pdu, redacted: &Pdu) -> bool {
        // In room versions 1 and 2 the authorization rules have decided.
        let decided = self.head.room.rules.authorization.special_case_room_redaction;
        let power = self.head.power.as_deref();
        decided || power.is_some_and(|power| power.redaction_applies(redaction.sender(), redacted.sender()))
    }
}
