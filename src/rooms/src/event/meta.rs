//! What is known about an event, in a compact stored form.

use ruma::{EventId, OwnedEventId};
use storage::Position;

use crate::{
    counts::{RoomTally, Tally},
    ids::{DeviceNum, EventNum, RoomNum, StateKeyNum, UserNum},
    state::StateRoot,
};

/// How an event stands in its room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// Known, but its place in the graph is not: it only authorizes others or was fetched on its own.
    pub outlier: bool,
    /// Not allowed by its auth events or the state before it. Changes no state, nobody sees it.
    pub rejected: bool,
    /// Not allowed by the room's state when it arrived. Takes part in the graph, nobody sees it.
    pub soft_failed: bool,
    /// In no timeline, and what comes before it is not here: a timeline has a gap before what follows it.
    pub after_gap: bool,
}

/// What is known about an event besides what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventMeta {
    /// The room.
    pub room: RoomNum,
    /// The sender's number.
    pub sender: UserNum,
    /// The place in the state; `None` for messages.
    pub state_key: Option<StateKeyNum>,
    /// Its place in the timeline: live events have their position, backfilled ones negative numbers; 0 when it is in none.
    pub order: i64,
    /// How it stands.
    pub flags: Flags,
    /// The depth as the sender gave it.
    pub depth: u64,
    /// The state before it.
    pub before: StateRoot,
    /// The state after it; equal to `before` for messages and rejected events.
    pub after: StateRoot,
    /// The room's notifying events up to and with this one.
    pub tally: RoomTally,
    /// Who sent it through this server: device and transaction id, which the device is told again.
    pub txn: Option<(DeviceNum, Box<str>)>,
    /// The events right before it that are stored.
    pub prev: Box<[EventNum]>,
    /// The events that authorize it.
    pub auth: Box<[EventNum]>,
}

const VERSION: u8 = 1;

const OUTLIER: u64 = 1;
const REJECTED: u64 = 2;
const SOFT_FAILED: u64 = 4;
const IS_STATE: u64 = 8;
const HAS_BEFORE: u64 = 16;
const CHANGES: u64 = 32;
const HAS_TXN: u64 = 64;
const AFTER_GAP: u64 = 128;

impl EventMeta {
    /// Whether clients can see it in a timeline.
    pub fn in_timeline(&self) -> bool {
        self.order != 0
    }

    /// The position at which it became visible to clients that sync; `None` for backfilled events and those in no timeline.
    pub fn position(&self) -> Option<Position> {
        u64::try_from(self.order).ok().filter(|order| *order > 0).map(Position)
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        (self.prev.len() + self.auth.len()) * 8 + self.txn.as_ref().map_or(0, |(_, txn)| txn.len())
    }

    pub(crate) fn encode(&self, event_id: &EventId) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        out.push(VERSION);
        put(&mut out, self.flag_bits());
        for number in [self.room.0, self.sender.0, zigzag(self.order), self.depth] {
            put(&mut out, number);
        }
        if let Some(key) = self.state_key {
            put(&mut out, key.0);
        }
        if !self.before.is_empty() {
            out.extend_from_slice(&self.before.0);
        }
        if self.before != self.after {
            out.extend_from_slice(&self.after.0);
        }
        let RoomTally { all, main } = self.tally;
        for number in [all.notifications, all.highlights, main.notifications, main.highlights] {
            put(&mut out, number);
        }
        put_text(&mut out, event_id.as_str());
        if let Some((device, txn)) = &self.txn {
            put(&mut out, device.0);
            put_text(&mut out, txn);
        }
        for list in [&self.prev, &self.auth] {
            put(&mut out, list.len() as u64);
            list.iter().for_each(|event| put(&mut out, event.0));
        }
        out
    }

    fn flag_bits(&self) -> u64 {
        let bit = |set, bit| if set { bit } else { 0 };
        bit(self.flags.outlier, OUTLIER)
            | bit(self.flags.rejected, REJECTED)
            | bit(self.flags.soft_failed, SOFT_FAILED)
            | bit(self.state_key.is_some(), IS_STATE)
            | bit(!self.before.is_empty(), HAS_BEFORE)
            | bit(self.before != self.after, CHANGES)
            | bit(self.txn.is_some(), HAS_TXN)
            | bit(self.flags.after_gap, AFTER_GAP)
    }

    /// Reads the stored form; `None` if it is damaged.
    pub(crate) fn decode(bytes: &[u8]) -> Option<(Self, OwnedEventId)> {
        let mut input = bytes.strip_prefix(&[VERSION])?;
        let input = &mut input;
        let flags = take(input)?;
        let has = |bit| flags & bit != 0;
        let [room, sender, order, depth] = [take(input)?, take(input)?, take(input)?, take(input)?];
        let state_key = if has(IS_STATE) { Some(StateKeyNum(take(input)?)) } else { None };
        let before = if has(HAS_BEFORE) { take_root(input)? } else { StateRoot::EMPTY };
        let after = if has(CHANGES) { take_root(input)? } else { before };
        let all = Tally { notifications: take(input)?, highlights: take(input)? };
        let main = Tally { notifications: take(input)?, highlights: take(input)? };
        let event_id = EventId::parse(take_text(input)?).ok()?;
        let txn = if has(HAS_TXN) { Some((DeviceNum(take(input)?), take_text(input)?.into())) } else { None };
        let (prev, auth) = (take_list(input)?, take_list(input)?);
        let meta = Self {
            room: RoomNum(room),
            sender: UserNum(sender),
            state_key,
            order: unzigzag(order),
            flags: Flags {
                outlier: has(OUTLIER),
                rejected: has(REJECTED),
                soft_failed: has(SOFT_FAILED),
                after_gap: has(AFTER_GAP),
            },
            depth,
            before,
            after,
            tally: RoomTally { all, main },
            txn,
            prev,
            auth,
        };
        input.is_empty().then_some((meta, event_id))
    }
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Seven bits a byte, the low ones first.
fn put(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

fn take(input: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = input.split_first()?;
        *input = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn take_text<'a>(input: &mut &'a [u8]) -> Option<&'a str> {
    let len = usize::try_from(take(input)?).ok()?;
    let (text, rest) = input.split_at_checked(len)?;
    *input = rest;
    std::str::from_utf8(text).ok()
}

fn take_root(input: &mut &[u8]) -> Option<StateRoot> {
    let (root, rest) = input.split_first_chunk::<16>()?;
    *input = rest;
    Some(StateRoot(*root))
}

fn take_list(input: &mut &[u8]) -> Option<Box<[EventNum]>> {
    let len = take(input)?;
    (0..len).map(|_| take(input).map(EventNum)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    prop_compose! {
        fn metas()(
            room in any::<u64>(), sender in 0..1000_u64, state_key in any::<Option<u64>>(), order in any::<i64>(),
            flags in any::<[bool; 4]>(), depth in any::<u64>(), before in any::<[u8; 16]>(),
            after in prop::option::of(any::<[u8; 16]>()), tally in any::<[u64; 4]>(),
            txn in any::<Option<(u64, String)>>(), prev in vec(any::<u64>(), 0..4), auth in vec(0..500_u64, 0..6),
        ) -> EventMeta {
            EventMeta {
                room: RoomNum(room),
                sender: UserNum(sender),
                state_key: state_key.map(StateKeyNum),
                order,
                flags: Flags {
                    outlier: flags[0],
                    rejected: flags[1],
                    soft_failed: flags[2],
                    after_gap: flags[3],
                },
                depth,
                before: StateRoot(before),
                after: StateRoot(after.unwrap_or(before)),
                tally: RoomTally {
                    all: Tally { notifications: tally[0], highlights: tally[1] },
                    main: Tally { notifications: tally[2], highlights: tally[3] },
                },
                txn: txn.map(|(device, id)| (DeviceNum(device), id.into())),
                prev: prev.into_iter().map(EventNum).collect(),
                auth: auth.into_iter().map(EventNum).collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn stored_meta_reads_back(meta in metas()) {
            let id = EventId::parse("$abc:example.org").unwrap();
            let bytes = meta.encode(&id);
            prop_assert_eq!(EventMeta::decode(&bytes), Some((meta, id)));
            prop_assert_eq!(EventMeta::decode(&bytes[..bytes.len() - 1]), None);
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in vec(any::<u8>(), 0..80)) {
            let mut versioned = vec![VERSION];
            versioned.extend(bytes);
            EventMeta::decode(&versioned);
        }
    }
}
