//! Who types: what was asked for on this node, and what everyone is shown.

use crate::ids::{RoomNum, UserNum};
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};
use storage::Position;

/// One change, as it travels in a note of the commit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) room: RoomNum,
    pub(crate) user: UserNum,
    /// Until when, in milliseconds since the Unix epoch; zero for "stopped".
    pub(crate) until_ms: u64,
}

impl Change {
    pub(crate) fn encode(self) -> Bytes {
        let numbers = [self.room.0, self.user.0, self.until_ms];
        numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<_>>().into()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks::<8>();
        let &[room, user, until] = numbers else { return None };
        let number = u64::from_be_bytes;
        rest.is_empty().then(|| Self {
            room: RoomNum(number(room)),
            user: UserNum(number(user)),
            until_ms: number(until),
        })
    }
}

/// What clients of this node asked for. Ahead of what is shown by the time that a commit takes.
#[derive(Debug, Default)]
pub(crate) struct Intents {
    until: BTreeMap<(RoomNum, UserNum), u64>,
    /// Whether a task waits for the next deadline.
    pub(crate) watched: bool,
}

impl Intents {
    /// Someone types until `until_ms`. Tells whether they did not before.
    pub(crate) fn start(&mut self, room: RoomNum, user: UserNum, until_ms: u64) -> bool {
        self.until.insert((room, user), until_ms).is_none()
    }

    /// Someone stopped. Tells whether they typed before.
    pub(crate) fn stop(&mut self, room: RoomNum, user: UserNum) -> bool {
        self.until.remove(&(room, user)).is_some()
    }

    /// Takes out those whose time is over.
    pub(crate) fn expired(&mut self, now_ms: u64) -> Vec<(RoomNum, UserNum)> {
        let over: Vec<_> =
            self.until.iter().filter(|(_, until)| **until <= now_ms).map(|(key, _)| *key).collect();
        for key in &over {
            self.until.remove(key);
        }
        over
    }

    /// When the next one ends.
    pub(crate) fn next_deadline(&self) -> Option<u64> {
        self.until.values().min().copied()
    }
}

/// What is shown, on every node alike: made of the notes of the log alone.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    rooms: HashMap<RoomNum, InRoom>,
}

/// Who types in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct InRoom {
    users: Vec<UserNum>,
    changed: Position,
}

impl Shown {
    /// A change became visible at `position`.
    pub(crate) fn apply(&mut self, change: Change, position: Position) {
        let room = self.rooms.entry(change.room).or_default();
        let place = room.users.iter().position(|user| *user == change.user);
        match (place, change.until_ms) {
            (Some(place), 0) => {
                room.users.remove(place);
            }
            (None, until) if until > 0 => room.users.push(change.user),
            _ => return,
        }
        room.changed = position;
    }

    /// Who types, longest first, and since which position that is so. A room keeps its last change when the last
    /// person stops, so that those who saw them type are told.
    pub(crate) fn of(&self, room: RoomNum) -> (Vec<UserNum>, Position) {
        self.rooms.get(&room).map(|room| (room.users.clone(), room.changed)).unwrap_or_default()
    }

    /// Who types in any room.
    pub(crate) fn all(&self) -> Vec<(RoomNum, UserNum)> {
        self.rooms.iter().flat_map(|(room, who)| who.users.iter().map(|user| (*room, *user))).collect()
    }

    /// The position alone.
    pub(crate) fn changed(&self, room: RoomNum) -> Position {
        self.rooms.get(&room).map(|room| room.changed).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: RoomNum = RoomNum(1);
    const ANN: UserNum = UserNum(7);
    const BEN: UserNum = UserNum(8);

    #[test]
    fn notes_come_back_and_others_are_refused() {
        let change = Change { room: ROOM, user: ANN, until_ms: 99 };
        assert_eq!(Change::decode(&change.encode()), Some(change));
        assert_eq!(Change::decode(&change.encode()[1..]), None);
        assert_eq!(Change::decode(&[0; 32]), None);
    }

    #[test]
    fn only_changes_move_the_position() {
        let mut shown = Shown::default();
        let change = |user, until_ms| Change { room: ROOM, user, until_ms };
        shown.apply(change(ANN, 10), Position(5));
        shown.apply(change(BEN, 10), Position(6));
        shown.apply(change(ANN, 20), Position(7));
        assert_eq!(shown.of(ROOM), (vec![ANN, BEN], Position(6)));
        shown.apply(change(ANN, 0), Position(8));
        shown.apply(change(ANN, 0), Position(9));
        assert_eq!(shown.of(ROOM), (vec![BEN], Position(8)));
        assert_eq!(shown.of(RoomNum(2)), (vec![], Position(0)));
    }

    #[test]
    fn intents_end_when_their_time_is_over() {
        let mut intents = Intents::default();
        assert!(intents.start(ROOM, ANN, 100));
        assert!(!intents.start(ROOM, ANN, 200), "typing on is no change");
        assert!(intents.start(ROOM, BEN, 150));
        assert_eq!(intents.next_deadline(), Some(150));
        assert_eq!(intents.expired(150), [(ROOM, BEN)]);
        assert!(!intents.stop(ROOM, BEN));
        assert!(intents.stop(ROOM, ANN));
        assert_eq!(intents.next_deadline(), None);
    }
}
