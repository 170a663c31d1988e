//! Resolution costs what the conflict costs, however large the room.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use ruma::{EventId, OwnedEventId, RoomVersionId, events::StateEventType};

use super::{four_people, power, tip, topic};
use crate::{
    Pdu,
    resolve::{Source, StateMap, Unconflicted, resolve_conflicted, split},
    testing::TestRoom,
};

/// A room that keeps generations, and counts which events are asked for.
struct Counted<'a> {
    room: &'a TestRoom,
    asked: RefCell<HashSet<OwnedEventId>>,
}

impl Source for Counted<'_> {
    fn event(&self, id: &EventId) -> Option<Pdu> {
        self.asked.borrow_mut().insert(id.to_owned());
        self.room.get(id)
    }

    fn generation(&self, id: &EventId) -> Option<u64> {
        Some(self.room.generation(id))
    }
}

struct Entries {
    state: StateMap<OwnedEventId>,
    listed: Cell<bool>,
}

impl Unconflicted for Entries {
    fn get(&self, kind: &StateEventType, state_key: &str) -> Option<OwnedEventId> {
        Unconflicted::get(&self.state, kind, state_key)
    }

    fn events_since(&self, event: &EventId) -> Vec<OwnedEventId> {
        self.listed.set(true);
        self.state.events_since(event)
    }
}

#[test]
fn a_fork_in_a_large_room_asks_for_few_events() {
    for version in [RoomVersionId::V1, RoomVersionId::V6, RoomVersionId::V12] {
        let mut room = four_people(&version);
        power(&mut room, "@alice:a", &[("@bob:b", 50)]).valid();
        for number in 0..150 {
            room.join(&format!("@user{number}:c")).expect("public");
        }
        let before = tip(&room);
        let one = topic(&mut room, "@alice:a", "one").after([before.event_id()]).valid();
        let two = topic(&mut room, "@bob:b", "two").after([before.event_id()]).valid();
        let new = room.member("@new:c", "@new:c", "join").after([two.event_id()]).valid();

        let sets = [&one, &new].map(|event| room.state_after(event.event_id()).clone());
        let (state, conflicted) = split(&sets);
        assert_eq!(conflicted.iter().map(StateMap::len).sum::<usize>(), 3);
        let entries = Entries { state, listed: Cell::new(false) };
        let source = Counted { room: &room, asked: RefCell::default() };
        let resolved = resolve_conflicted(room.rules(), &conflicted, &entries, &source).expect("resolved");
        assert_eq!(resolved.len(), 2, "{version}");
        assert!(!entries.listed.get(), "the common entries were listed: {version}");
        let asked = source.asked.borrow().len();
        assert!(asked <= 12, "{asked} events of {} were asked for: {version}", room.events().len());
    }
}
