//! The arithmetic of unread counts.
//!
//! A room counts its notifying events as they come: one running [`Tally`] for the whole room, one for its main
//! timeline, one for each thread. What a user has not read is the difference between the tally now and the tally
//! where they stopped reading, so a message costs the same however many people are in the room.

use super::thread::ThreadKey;
use std::ops::{Add, Sub};

/// Numbers of notifying events up to some point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events that notify.
    pub notifications: u64,
    /// Those among them that highlight for everyone.
    pub highlights: u64,
}

impl Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            notifications: self.notifications.saturating_add(other.notifications),
            highlights: self.highlights.saturating_add(other.highlights),
        }
    }
}

impl Sub for Tally {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            notifications: self.notifications.saturating_sub(other.notifications),
            highlights: self.highlights.saturating_sub(other.highlights),
        }
    }
}

/// The tallies of a room at some point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomTally {
    /// Main timeline and all threads.
    pub all: Tally,
    /// The main timeline alone.
    pub main: Tally,
}

/// A point up to which a user has read one thread, or with [`ThreadKey::UNTHREADED`] the whole room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What is marked.
    pub thread: ThreadKey,
    /// The last event read, as an order of the room's timeline.
    pub order: i64,
    /// The room's tallies at that event.
    pub room: RoomTally,
    /// The thread's own tally at that event; meaningful for threads only.
    pub own: Tally,
}

impl Mark {
    /// The tally that the mark has in its thread.
    fn tally(&self) -> Tally {
        if self.thread == ThreadKey::MAIN { self.room.main } else { self.own }
    }
}

/// How far a user has read a room: one mark for all of it, and those of threads that are further.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadState {
    base_order: Option<i64>,
    base: RoomTally,
    threads: Vec<ThreadMark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ThreadMark {
    thread: ThreadKey,
    order: i64,
    tally: Tally,
    /// The thread's tally at the mark of the whole room.
    at_base: Tally,
}

impl ReadState {
    /// Puts a user's marks together. `at(thread, order)` tells a thread's tally at a point of the timeline; it is
    /// asked for threads that are read further than the room.
    pub fn new<E>(marks: &[Mark], mut at: impl FnMut(ThreadKey, i64) -> Result<Tally, E>) -> Result<Self, E> {
        let whole =
            marks.iter().filter(|mark| mark.thread == ThreadKey::UNTHREADED).max_by_key(|mark| mark.order);
        let mut state = Self {
            base_order: whole.map(|mark| mark.order),
            base: whole.map(|mark| mark.room).unwrap_or_default(),
            threads: Vec::new(),
        };
        for mark in marks.iter().filter(|mark| mark.thread != ThreadKey::UNTHREADED) {
            if !state.covers(mark.order) {
                state.take(mark);
            }
        }
        for mark in &mut state.threads {
            mark.at_base = match state.base_order {
                _ if mark.thread == ThreadKey::MAIN => state.base.main,
                Some(order) => at(mark.thread, order)?,
                None => Tally::default(),
            };
        }
        Ok(state)
    }

    fn covers(&self, order: i64) -> bool {
        self.base_order.is_some_and(|base| order <= base)
    }

    fn take(&mut self, mark: &Mark) {
        let new = ThreadMark {
            thread: mark.thread,
            order: mark.order,
            tally: mark.tally(),
            at_base: Tally::default(),
        };
        match self.threads.iter_mut().find(|known| known.thread == mark.thread) {
            Some(known) if known.order < mark.order => *known = new,
            Some(_) => {}
            None => self.threads.push(new),
        }
    }

    /// The order up to which all of the room is read.
    pub fn base_order(&self) -> Option<i64> {
        self.base_order
    }

    /// The order up to which `thread` is read.
    pub fn read_up_to(&self, thread: ThreadKey) -> Option<i64> {
        self.mark(thread).map(|mark| mark.order).or(self.base_order)
    }

    fn mark(&self, thread: ThreadKey) -> Option<&ThreadMark> {
        self.threads.iter().find(|mark| mark.thread == thread)
    }

    /// What is unread in main timeline and threads together, given the room's tallies now.
    pub fn unread_in_all(&self, now: &RoomTally) -> Tally {
        let beyond =
            self.threads.iter().fold(Tally::default(), |sum, mark| sum + (mark.tally - mark.at_base));
        now.all - (self.base.all + beyond)
    }

    /// What is unread in the main timeline.
    pub fn unread_in_main(&self, now: &RoomTally) -> Tally {
        let read = self.mark(ThreadKey::MAIN).map_or(self.base.main, |mark| mark.tally);
        now.main - read
    }

    /// What is unread in a thread whose tally is now `now`. `at` as in [`ReadState::new`]; it is asked for threads
    /// without a mark of their own.
    pub fn unread_in_thread<E>(
        &self,
        thread: ThreadKey,
        now: Tally,
        at: impl FnOnce(ThreadKey, i64) -> Result<Tally, E>,
    ) -> Result<Tally, E> {
        let read = match (self.mark(thread), self.base_order) {
            (Some(mark), _) => mark.tally,
            (None, Some(order)) => at(thread, order)?,
            (None, None) => Tally::default(),
        };
        Ok(now - read)
    }

    /// About how many bytes it holds.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + self.threads.capacity() * size_of::<ThreadMark>()
    }
}

#[cfg(test)]
mod tests;
