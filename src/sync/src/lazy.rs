//! Which member events a device has been sent (spec "Lazy-loading room members"), so that they are not sent again.
//!
//! Promises: an entry counts only for a client whose `since` shows that it got the response that carried it; a lost
//! response, a restart or a full cache means that members are sent once more, never that they are missing.

use parking_lot::Mutex;
use quick_cache::{Weighter, sync::Cache};
use rooms::{DeviceNum, EventNum, RoomNum};
use std::{collections::HashMap, sync::Arc};
use storage::Position;

/// The most members remembered for a device in a room; beyond, all are forgotten and sent again.
const MOST: usize = 2_000;

type Sent = Arc<Mutex<HashMap<EventNum, Position>>>;

/// What devices were sent lately.
pub(crate) struct SentMembers(Cache<(DeviceNum, RoomNum), Sent, Flat>);

#[derive(Clone)]
struct Flat;

impl Weighter<(DeviceNum, RoomNum), Sent> for Flat {
    fn weight(&self, _: &(DeviceNum, RoomNum), _: &Sent) -> u64 {
        // Maps grow after they are put in; this is what a room of a few dozen speakers takes.
        2_048
    }
}

impl SentMembers {
    pub(crate) fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / 2_048).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(items, bytes, Flat))
    }

    /// Whether the member event may be left out for a client that has everything up to `since`.
    pub(crate) fn knows(&self, device: DeviceNum, room: RoomNum, event: EventNum, since: Position) -> bool {
        self.0.get(&(device, room)).is_some_and(|sent| sent.lock().get(&event).is_some_and(|at| *at <= since))
    }

    /// Notes that a response up to `upto` carries these member events.
    pub(crate) fn note(&self, device: DeviceNum, room: RoomNum, events: &[EventNum], upto: Position) {
        if events.is_empty() {
            return;
        }
        let sent = self.0.get(&(device, room)).unwrap_or_else(|| {
            let sent = Sent::default();
            self.0.insert((device, room), sent.clone());
            sent
        });
        let mut sent = sent.lock();
        if sent.len() + events.len() > MOST {
            sent.clear();
        }
        for event in events {
            sent.entry(*event).or_insert(upto);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_counts_as_sent_once_the_client_comes_back_with_the_token() {
        let sent = SentMembers::new(1 << 20);
        let (device, room, event) = (DeviceNum(1), RoomNum(2), EventNum(3));
        sent.note(device, room, &[event], Position(10));
        assert!(!sent.knows(device, room, event, Position(9)), "the response may have been lost");
        assert!(sent.knows(device, room, event, Position(10)));
        sent.note(device, room, &[event], Position(20));
        assert!(sent.knows(device, room, event, Position(10)), "sent again, known all the same");
        assert!(!sent.knows(DeviceNum(9), room, event, Position(10)));
    }

    #[test]
    fn memory_is_bounded() {
        let sent = SentMembers::new(1 << 20);
        let many: Vec<_> = (0..MOST as u64).map(EventNum).collect();
        sent.note(DeviceNum(1), RoomNum(1), &many, Position(1));
        sent.note(DeviceNum(1), RoomNum(1), &[EventNum(u64::MAX)], Position(2));
        assert!(!sent.knows(DeviceNum(1), RoomNum(1), EventNum(0), Position(5)));
        assert!(sent.knows(DeviceNum(1), RoomNum(1), EventNum(u64::MAX), Position(5)));
    }
}
