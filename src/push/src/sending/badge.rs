//! How much a person has not read, as apps show it in a number.

use super::Inner;
use crate::PushError;
use rooms::{Direction, Membership, RoomNum, UserNum};
use ruma::events::TimelineEventType;
use serde_json::{Map, Value};

/// Events of a room that are looked at for calls, the newest ones.
const LOOK_BACK: usize = 50;

/// What a person has not read (Push Gateway API, `counts`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Unread {
    /// The messages that notify, in all rooms, and one for each invite. It is what `/sync` says of the rooms, added up.
    messages: u64,
    /// Calls of another person that were not taken: who takes one has read it.
    calls: u64,
}

impl Unread {
    /// As pushes say it. That nothing is unread is said too: gateways take a count that is missing for one that stays.
    pub(super) fn counts(self) -> Value {
        let mut counts = Map::from_iter([("unread".to_owned(), self.messages.into())]);
        if self.calls > 0 {
            counts.insert("missed_calls".to_owned(), self.calls.into());
        }
        Value::Object(counts)
    }
}

impl Inner {
    /// What the person has not read.
    pub(super) fn unread(&self, user: UserNum) -> Result<Unread, PushError> {
        let mut unread = Unread::default();
        for (room, info) in self.rooms.rooms_of(user)?.iter() {
            match info.state {
                Membership::Join => {
                    let counts = self.rooms.notification_counts(user, room)?.total();
                    unread.messages = unread.messages.saturating_add(counts.notifications);
                    if counts.notifications > 0 {
                        unread.calls += self.missed_calls(user, room)?;
                    }
                }
                Membership::Invite => unread.messages = unread.messages.saturating_add(1),
                _ => {}
            }
        }
        Ok(unread)
    }

    /// Calls are between two people (client-server API, "Voice over IP"): other rooms are not looked through.
    fn missed_calls(&self, user: UserNum, room: RoomNum) -> Result<u64, PushError> {
        if self.rooms.joined_count(room)? > 2 {
            return Ok(0);
        }
        let state = self.rooms.read_state(user, room)?;
        let mut calls = 0;
        for (order, num) in self.rooms.timeline(room, None, Direction::Backward, LOOK_BACK)?.events {
            let Some(event) = self.rooms.event(num)? else { continue };
            if state.read_up_to(self.rooms.thread_of(&event)?).is_some_and(|read| order <= read) {
                break;
            }
            if *event.pdu.kind() == TimelineEventType::CallInvite && event.meta.sender != user {
                calls += 1;
            }
        }
        Ok(calls)
    }
}
