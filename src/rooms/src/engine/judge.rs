//! What the rules say of an event at its place (server-server API, "Checks performed on receipt of a PDU").

use std::cell::RefCell;

use events::{
    Pdu,
    auth::{check_against_state, check_independent},
};
use ruma::{EventId, OwnedEventId, events::TimelineEventType};

use super::Append;
use crate::{RoomError, state::StateRoot};

/// How the rules see an event at its place.
pub(super) enum Verdict {
    Allowed,
    SoftFailed(String),
    Rejected(String),
}

impl Append<'_> {
    /// The rules for an event at its place: by itself and its auth events, and in the state before it.
    pub(super) fn judge(&self, pdu: &Pdu, before: StateRoot) -> Result<Verdict, RoomError> {
        if pdu.room_id() != self.head.room.id {
            return Ok(Verdict::Rejected("it is of another room".to_owned()));
        }
        match self.judge_by_auth_events(pdu)? {
            Verdict::Allowed => {}
            verdict => return Ok(verdict),
        }
        self.judge_in(pdu, before)
    }

    pub(super) fn judge_by_auth_events(&self, pdu: &Pdu) -> Result<Verdict, RoomError> {
        let rules = &self.head.room.rules;
        let failed = RefCell::new(None);
        let fetch = |id: &EventId| self.fetch(id, &failed);
        let checked = check_independent(pdu, rules, fetch);
        failed.take().map_or(Ok(()), Err)?;
        if let Err(denied) = checked {
            return Ok(Verdict::Rejected(denied.reason));
        }
        let mut named: Vec<Pdu> = pdu.auth_events().iter().filter_map(fetch_owned(&fetch)).collect();
        named.extend(self.create_by_room_id(fetch));
        let checked = check_against_state(pdu, rules, |kind, key| {
            let kind = TimelineEventType::from(kind.to_string());
            named.iter().find(|event| event.is_state(&kind, key)).cloned()
        });
        failed.take().map_or(Ok(()), Err)?;
        Ok(checked.map_or_else(|denied| Verdict::Rejected(denied.reason), |()| Verdict::Allowed))
    }

    /// From room version 12 on the room id names the create event, which authorizes every other event.
    fn create_by_room_id(&self, fetch: impl Fn(&EventId) -> Option<Pdu>) -> Option<Pdu> {
        let room = &self.head.room;
        if !room.rules.authorization.room_create_event_id_as_room_id {
            return None;
        }
        let hash = room.id.as_str().strip_prefix('!')?;
        fetch(&EventId::parse(format!("${hash}")).ok()?)
    }

    fn judge_in(&self, pdu: &Pdu, root: StateRoot) -> Result<Verdict, RoomError> {
        let ids = &self.rooms.inner.ids;
        let failed = RefCell::new(None);
        let checked = check_against_state(pdu, &self.head.room.rules, |kind, key| {
            let place = ids.find_state_key(&kind.to_string(), key);
            let event = place.and_then(|place| match place {
                Some(place) => self.state_event(root, place),
                None => Ok(None),
            });
            event
                .unwrap_or_else(|error| {
                    failed.replace(Some(error));
                    None
                })
                .map(|event| event.pdu)
        });
        failed.into_inner().map_or(Ok(()), Err)?;
        Ok(checked.map_or_else(|denied| Verdict::Rejected(denied.reason), |()| Verdict::Allowed))
    }

    /// Whether the room as it is now would allow the event.
    pub(super) fn judge_now(&self, pdu: &Pdu) -> Result<Verdict, RoomError> {
        Ok(match self.judge_in(pdu, self.head.state)? {
            Verdict::Rejected(why) => Verdict::SoftFailed(why),
            verdict => verdict,
        })
    }

    fn fetch(&self, id: &EventId, failed: &RefCell<Option<RoomError>>) -> Option<Pdu> {
        let found = self.find(id).and_then(|num| num.map(|num| self.event(num)).transpose());
        found.unwrap_or_else(|error| {
            failed.replace(Some(error));
            None
        })
    }
}

fn fetch_owned(fetch: &impl Fn(&EventId) -> Option<Pdu>) -> impl Fn(&OwnedEventId) -> Option<Pdu> {
    |id| fetch(id)
}
