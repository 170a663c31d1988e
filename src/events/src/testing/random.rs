//! Random rooms: some people, changes of power and join rules, kicks, bans, and forks that meet again.

use ruma::{OwnedEventId, RoomVersionId};
use serde_json::json;

use super::TestRoom;

/// A small generator of repeatable numbers (`SplitMix64`), so that a failing room can be built again from its seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("a small bound");
        usize::try_from(self.next_u64() % bound).expect("below a small bound")
    }

    /// One of `items`, which are not empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Brings `items` into random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// The people of random rooms, the creator first.
const PEOPLE: [&str; 6] = ["@alice:a", "@bob:b", "@carol:a", "@dave:c", "@erin:b", "@frank:c"];

/// A room of random events: about `length` are tried, those that the rules deny at their place are left out.
pub fn random_room(version: &RoomVersionId, seed: u64, length: usize) -> TestRoom {
    let mut random = Random::new(seed);
    let rule = *random.pick(&["public", "public", "public", "invite"]);
    let mut room = TestRoom::with_join_rule(version, PEOPLE[0], rule);
    for _ in 0..length {
        step(&mut room, &mut random);
    }
    room
}

/// Tries one event, mostly at the tip, sometimes at an older place, sometimes to join forks.
fn step(room: &mut TestRoom, random: &mut Random) {
    let prev_events = place(room, random);
    let actor = *random.pick(&PEOPLE);
    let target = *random.pick(&PEOPLE);
    let event = match random.below(16) {
        0..=3 => room.member(actor, actor, "join"),
        4 => room.member(actor, actor, "leave"),
        5 => room.member(actor, target, "invite"),
        6 => room.member(actor, target, "leave"),
        7 => room.member(PEOPLE[0], target, "ban"),
        8 => room.member(actor, target, "ban"),
        9..=11 => {
            let levels = power_levels(room, random, &prev_events, target);
            let actor = if random.below(2) == 0 { PEOPLE[0] } else { actor };
            room.state(actor, "m.room.power_levels", "", levels)
        }
        12 => {
            let rule = *random.pick(&["public", "invite"]);
            room.state(actor, "m.room.join_rules", "", json!({ "join_rule": rule }))
        }
        13 | 14 => room.state(actor, "m.room.topic", "", json!({ "topic": random.next_u64().to_string() })),
        _ => room.message(actor, "hello"),
    };
    // Times go back and forth, as those of several servers do.
    let time = u64::try_from(random.below(60_000)).expect("a small number");
    // What the rules deny at this place is no event of the room.
    let _ = event.after(prev_events).at(time).send();
}

fn place(room: &TestRoom, random: &mut Random) -> Vec<OwnedEventId> {
    let tips = room.extremities();
    match random.below(8) {
        0 | 1 => {
            let events = room.events();
            // Never before the room is set up.
            let from = events.len().saturating_sub(12).max(3).min(events.len() - 1);
            vec![events[from + random.below(events.len() - from)].event_id().to_owned()]
        }
        2..=4 => vec![random.pick(tips).clone()],
        _ => tips.iter().take(5).cloned().collect(),
    }
}

/// The power levels at this place with one change.
fn power_levels(
    room: &TestRoom,
    random: &mut Random,
    prev_events: &[OwnedEventId],
    target: &str,
) -> serde_json::Value {
    let state = room.state_before(prev_events);
    let current = state.get(&("m.room.power_levels".into(), String::new())).and_then(|id| room.get(id));
    let mut levels: serde_json::Value =
        current.and_then(|event| event.content_as().ok()).unwrap_or_else(|| json!({ "users": {} }));
    let level = *random.pick(&[0, 25, 50, 75, 100]);
    match random.below(6) {
        0 => levels["ban"] = level.into(),
        1 => levels["events"] = json!({ "m.room.topic": level }),
        _ => levels["users"][target] = level.into(),
    }
    levels
}
