//! What a pusher is to bring next.

use super::{
    Address, Inner,
    rows::{COUNTS, PushRecord},
};
use crate::PushError;
use rooms::{EventNum, Membership, RoomRef, StoredEvent};
use ruma::events::TimelineEventType;
use serde_json::{Map, Value};
use std::sync::Arc;
use users::pushers::StoredPusher;

/// What is older than this is not news, in milliseconds.
const NEWS_MS: u64 = 3_600_000;

/// An event that a pusher is to bring.
pub(super) struct DueEvent {
    /// The order of its row.
    pub(super) order: i64,
    pub(super) room: RoomRef,
    pub(super) event: Arc<StoredEvent>,
    /// How it is to be presented.
    pub(super) tweaks: Map<String, Value>,
}

/// What a pusher is to bring next.
pub(super) enum Due {
    Event(StoredPusher, DueEvent),
    /// Unread counts alone.
    Counts(StoredPusher, PushRecord),
    /// Nothing waits.
    Nothing,
}

impl Inner {
    /// What a pusher is to bring next. What is no news any more is removed on the way.
    pub(super) async fn next(&self, address: &Address) -> Result<Due, PushError> {
        let pusher = self.users.pushers.get(address.user, &address.app_id, &address.pushkey)?;
        let Some(pusher) = pusher else {
            self.drop_all(address).await?;
            return Ok(Due::Nothing);
        };
        let (stale, found) = self.first(address)?;
        self.drop_rows(address, &stale).await?;
        Ok(match found {
            Some(Found::Event(due)) => Due::Event(pusher, due),
            Some(Found::Counts(record)) => Due::Counts(pusher, record),
            None => Due::Nothing,
        })
    }

    /// The first row that is news, and those before it.
    fn first(&self, address: &Address) -> Result<(Vec<i64>, Option<Found>), PushError> {
        let mut stale = Vec::new();
        let now_ms = self.clock.now_ms();
        for row in self.rows(address) {
            let (order, record) = row?;
            if now_ms.saturating_sub(record.at_ms) <= NEWS_MS {
                if order == COUNTS {
                    return Ok((stale, Some(Found::Counts(record))));
                }
                if let Some(due) = self.news(address, order, &record)? {
                    return Ok((stale, Some(Found::Event(due))));
                }
            }
            stale.push(order);
        }
        Ok((stale, None))
    }

    /// The event of a row, unless it was read or redacted meanwhile or does not concern the person any more.
    fn news(
        &self,
        address: &Address,
        order: i64,
        record: &PushRecord,
    ) -> Result<Option<DueEvent>, PushError> {
        let Some(num) = record.event.map(EventNum) else { return Ok(None) };
        let Some(event) = self.rooms.event(num)? else { return Ok(None) };
        let Some(room) = self.rooms.room_by_num(event.meta.room)? else { return Ok(None) };
        if self.rooms.redacted_by(num)?.is_some() {
            return Ok(None);
        }
        let membership = self.rooms.membership(room.num, address.user)?;
        let is_news = match membership.map(|info| (info.state, info.event)) {
            Some((Membership::Invite, invite)) => invite == num,
            Some((Membership::Join, _)) => {
                let thread = self.rooms.thread_of(&event)?;
                let read = self.rooms.read_state(address.user, room.num)?.read_up_to(thread);
                read.is_none_or(|read| order > read)
            }
            // Somebody may want to know that they were put out of a room.
            Some((_, last)) => last == num,
            None => false,
        };
        let tweaks = serde_json::from_str(&record.tweaks);
        let tweaks = tweaks.map_err(|_| PushError::Damaged("the tweaks of a push"))?;
        Ok(is_news.then_some(DueEvent { order, room, event, tweaks }))
    }
}

enum Found {
    Event(DueEvent),
    Counts(PushRecord),
}

impl DueEvent {
    /// Whether it is a membership of this person.
    pub(super) fn is_target(&self, user: &ruma::UserId) -> bool {
        *self.event.pdu.kind() == TimelineEventType::RoomMember
            && self.event.pdu.state_key() == Some(user.as_str())
    }
}
