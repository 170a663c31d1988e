//! The subtraction against a model that counts every event for every member.

use super::*;
use crate::ids::EventNum;
use proptest::prelude::*;
use std::{collections::HashMap, convert::Infallible};

#[derive(Clone, Debug)]
enum Step {
    /// Someone else's or (`mine`) the user's own event in a thread.
    Event { thread: u64, loud: bool, highlight: bool, mine: bool },
    /// A receipt at a point between the first event and the last, threaded or not.
    Receipt { thread: u64, back: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..4_u64, any::<bool>(), any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(thread, loud, highlight, mine)| Step::Event { thread, loud, highlight: highlight && loud, mine }),
        1 => (0..5_u64, 0..6_usize).prop_map(|(thread, back)| Step::Receipt { thread, back }),
    ]
}

/// 0 is the whole room in receipts, 1 the main timeline, the others are threads.
fn key(thread: u64) -> ThreadKey {
    match thread {
        0 => ThreadKey::UNTHREADED,
        1 => ThreadKey::MAIN,
        other => ThreadKey::of_root(EventNum(other)),
    }
}

/// A room as stored: the tallies after each event.
#[derive(Default)]
struct Room {
    after: Vec<(RoomTally, HashMap<ThreadKey, Tally>)>,
}

impl Room {
    fn at(&self, thread: ThreadKey, order: i64) -> Tally {
        let index = usize::try_from(order).unwrap();
        self.after[index].1.get(&thread).copied().unwrap_or_default()
    }

    fn mark(&self, thread: ThreadKey, order: i64) -> Mark {
        let index = usize::try_from(order).unwrap();
        Mark { thread, order, room: self.after[index].0, own: self.at(thread, order) }
    }

    fn append(&mut self, thread: ThreadKey, one: Tally) -> i64 {
        let (mut room, mut threads) = self.after.last().cloned().unwrap_or_default();
        room.all = room.all + one;
        if thread == ThreadKey::MAIN {
            room.main = room.main + one;
        } else {
            let tally = threads.entry(thread).or_default();
            *tally = *tally + one;
        }
        self.after.push((room, threads));
        i64::try_from(self.after.len()).unwrap() - 1
    }
}

/// The model: every event with whether it was read.
#[derive(Default)]
struct Naive(Vec<(ThreadKey, Tally, bool)>);

impl Naive {
    fn read(&mut self, thread: ThreadKey, order: i64) {
        let upto = usize::try_from(order).unwrap();
        for (of, _, read) in self.0.iter_mut().take(upto + 1) {
            *read |= thread == ThreadKey::UNTHREADED || *of == thread;
        }
    }

    fn unread(&self, wanted: impl Fn(ThreadKey) -> bool) -> Tally {
        let unread = self.0.iter().filter(|(thread, _, read)| wanted(*thread) && !read);
        unread.fold(Tally::default(), |sum, (_, one, _)| sum + *one)
    }
}

proptest! {
    #[test]
    fn the_difference_is_what_a_member_would_count(steps in prop::collection::vec(step(), 1..60)) {
        let mut room = Room::default();
        let mut naive = Naive::default();
        let mut marks = Vec::new();
        for step in steps {
            match step {
                Step::Event { thread, loud, highlight, mine } => {
                    let thread = key(thread + 1);
                    let one = Tally { notifications: loud.into(), highlights: highlight.into() };
                    let order = room.append(thread, one);
                    naive.0.push((thread, one, false));
                    if mine {
                        marks.push(room.mark(thread, order));
                        naive.read(thread, order);
                    }
                }
                Step::Receipt { thread, back } => {
                    let Some(order) = room.after.len().checked_sub(1 + back) else { continue };
                    let order = i64::try_from(order).unwrap();
                    marks.push(room.mark(key(thread), order));
                    naive.read(key(thread), order);
                }
            }
            let state = ReadState::new(&marks, |thread, order| Ok::<_, Infallible>(room.at(thread, order))).unwrap();
            let (now, threads) = room.after.last().cloned().unwrap_or_default();
            prop_assert_eq!(state.unread_in_all(&now), naive.unread(|_| true));
            prop_assert_eq!(state.unread_in_main(&now), naive.unread(|thread| thread == ThreadKey::MAIN));
            for (thread, tally) in threads {
                let unread = state
                    .unread_in_thread(thread, tally, |thread, order| Ok::<_, Infallible>(room.at(thread, order)))
                    .unwrap();
                prop_assert_eq!(unread, naive.unread(|of| of == thread));
            }
        }
    }
}
