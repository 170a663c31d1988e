//! Making an event of this server: choosing what authorizes it, sealing it, and asking the rules.

use std::{cell::RefCell, collections::BTreeMap};

use events::{EventDraft, Pdu, auth, pdu::MAX_PREV_EVENTS, seal};
use ruma::{MilliSecondsSinceUnixEpoch, UInt, events::StateEventType};

use super::{
    Append, Draft,
    append::Placed,
    head::{Extremity, KeyEvent},
};
use crate::{RoomError, ids::EventNum};

/// State entries and the events that hold them.
type Entries = Vec<((StateEventType, String), KeyEvent)>;

impl Append<'_> {
    /// Makes the next event of the room from `draft` and adds it; everything follows one after the other, so there is
    /// nothing to resolve.
    pub(super) fn write(&mut self, draft: &Draft) -> Result<EventNum, RoomError> {
        let (pdu, entries) = self.sealed(draft)?;
        let num = self.rooms.inner.ids.reserve_event();
        let before = self.head.state;
        let (key, after) = self.state_after(&pdu, num, before)?;
        let extremity = Extremity { num, id: pdu.owned_event_id().clone(), depth: pdu.depth(), after };
        let placed = Placed {
            num,
            key,
            before,
            after,
            prev: self.head.extremities.iter().take(MAX_PREV_EVENTS).map(|extremity| extremity.num).collect(),
            auth: entries.iter().map(|(_, event)| event.num).collect(),
            txn: draft.txn.as_ref().map(|txn| (txn.device, txn.txn_id.as_str().into())),
            pdu: pdu.clone(),
        };
        self.add_live(placed, vec![extremity], after)?;
        self.apply_redaction(&pdu, num)?;
        Ok(num)
    }

    /// The next event of the room, if the rules allow it, and what authorizes it.
    pub(super) fn sealed(&self, draft: &Draft) -> Result<(Pdu, Entries), RoomError> {
        let entries = self.auth_entries(draft)?;
        let pdu = self.seal(draft, &entries)?;
        self.check(&pdu, &entries)?;
        Ok((pdu, entries))
    }

    /// The entries of the current state that authorize such an event.
    fn auth_entries(&self, draft: &Draft) -> Result<Entries, RoomError> {
        let rules = &self.head.room.rules;
        let types =
            auth::auth_types(&draft.kind, &draft.sender, draft.state_key.as_deref(), &draft.content, rules)?;
        let mut entries = Vec::with_capacity(types.len());
        for (kind, key) in types {
            if let Some(event) = self.current(&kind, &key)? {
                entries.push(((kind, key), event));
            }
        }
        Ok(entries)
    }

    /// The current state event of a type and key, from memory where possible.
    pub(super) fn current(&self, kind: &StateEventType, key: &str) -> Result<Option<KeyEvent>, RoomError> {
        let head = &self.head;
        let at_hand = match kind {
            StateEventType::RoomCreate => Some(&head.create),
            StateEventType::RoomPowerLevels => Some(&head.levels),
            StateEventType::RoomJoinRules => Some(&head.join_rules),
            _ => None,
        };
        if let Some(event) = at_hand.filter(|_| key.is_empty()) {
            return Ok(event.clone());
        }
        let Some(place) = self.rooms.inner.ids.find_state_key(&kind.to_string(), key)? else {
            return Ok(None);
        };
        self.state_event(head.state, place)
    }

    pub(super) fn seal(&self, draft: &Draft, auth: &Entries) -> Result<Pdu, RoomError> {
        let event = self.event_draft(draft, auth)?;
        Ok(seal(&event, &self.head.room.rules, &self.rooms.inner.signing_key)?)
    }

    /// The next event of the room before it is sealed.
    pub(super) fn event_draft(&self, draft: &Draft, auth: &Entries) -> Result<EventDraft, RoomError> {
        let head = &self.head;
        let rules = &head.room.rules;
        let time = draft.timestamp.unwrap_or_else(|| self.rooms.inner.clock.now_ms());
        let prev: Vec<&Extremity> = head.extremities.iter().take(MAX_PREV_EVENTS).collect();
        let mut reference_hashes = BTreeMap::new();
        if rules.event_format.require_event_id {
            let nums = prev.iter().map(|event| event.num).chain(auth.iter().map(|(_, event)| event.num));
            for num in nums {
                let pdu = self.event(num)?;
                reference_hashes.insert(pdu.event_id().to_owned(), pdu.reference_hash(rules)?);
            }
        }
        let is_create = draft.kind == ruma::events::TimelineEventType::RoomCreate;
        let names_room = !is_create || rules.event_format.require_room_create_room_id;
        Ok(EventDraft {
            sender: draft.sender.clone(),
            kind: draft.kind.clone(),
            state_key: draft.state_key.clone(),
            content: draft.content.get().into(),
            prev_events: prev.into_iter().map(|event| event.id.clone()).collect(),
            auth_events: auth.iter().map(|(_, event)| event.pdu.owned_event_id().clone()).collect(),
            depth: head.next_depth(),
            origin_server_ts: MilliSecondsSinceUnixEpoch(UInt::new_saturating(time)),
            redacts: draft.redacts.clone(),
            room_id: names_room.then(|| head.room.id.clone()),
            reference_hashes,
        })
    }

    fn check(&self, pdu: &Pdu, entries: &Entries) -> Result<(), RoomError> {
        let failed = RefCell::new(None);
        let checked = auth::check_against_state(pdu, &self.head.room.rules, |kind, key| {
            let chosen = entries.iter().find(|(entry, _)| entry.0 == *kind && entry.1 == key);
            if let Some((_, event)) = chosen {
                return Some(event.pdu.clone());
            }
            let found = self.current(kind, key).unwrap_or_else(|error| {
                failed.replace(Some(error));
                None
            });
            found.map(|event| event.pdu)
        });
        // A state that can't be read allows nothing, and says why.
        failed.into_inner().map_or(Ok(()), Err)?;
        Ok(checked?)
    }

    /// The membership of a user in the current state.
    pub(super) fn member_event(&self, user: &ruma::UserId) -> Result<Option<KeyEvent>, RoomError> {
        let Some(key) = self.rooms.inner.ids.find_member_key(user)? else {
            return Ok(None);
        };
        self.state_event(self.head.state, key)
    }
}
