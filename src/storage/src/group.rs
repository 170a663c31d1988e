//! The group: what one turn of the commit thread wrote, and the unit of replication.

use crate::{
    Position, Topic,
    commit::Note,
    ops::Operations,
    wire::{Reader, put_bytes, put_number},
};
use bytes::Bytes;

/// Version of the encoding; a reader refuses newer ones.
const VERSION: u8 = 1;
/// Bytes of the checksum at the end.
const CHECKSUM: usize = 4;

/// One commit within a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its first position; the next one that would be given if it takes none.
    pub first: Position,
    /// How many positions it takes.
    pub count: u32,
    /// What it touches.
    pub topics: Vec<Topic>,
    /// What it writes.
    pub operations: Operations,
    /// What it tells without writing.
    pub notes: Vec<Note>,
}

impl Part {
    /// The commit's last position; the one before it if it takes none.
    pub fn last(&self) -> Position {
        Position(self.first.0 + u64::from(self.count) - 1)
    }
}

/// Commits that were written as one. Positions in it have no gaps; every group takes at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Rises when the order may have lost ephemeral positions (after a crash) or when the writer changes.
    pub epoch: u64,
    /// A store may apply the group if it has applied everything up to here; otherwise it lacks groups. `first - 1` within an epoch.
    pub previous: Position,
    /// The first position.
    pub first: Position,
    /// How many positions.
    pub count: u32,
    /// The commits, in order.
    pub parts: Vec<Part>,
}

/// Why bytes are no group.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Written by a newer program.
    #[error("the group has encoding {0}, and this program knows up to {VERSION}: update this node")]
    NewerVersion(u8),
    /// Cut short or changed on the way: fetch it again.
    #[error("the group is damaged ({0}): fetch it again")]
    Damaged(&'static str),
}

impl Group {
    /// The last position.
    pub fn last(&self) -> Position {
        Position(self.first.0 + u64::from(self.count) - 1)
    }

    /// The form in which groups travel: a version byte, the fields, a CRC-32 of all before it.
    pub fn encode(&self) -> Bytes {
        let size: usize = self.parts.iter().map(|part| part.operations.encoded().len() + 32).sum();
        let mut out = Vec::with_capacity(size + 64);
        out.push(VERSION);
        for number in [self.epoch, self.previous.0, self.first.0, self.count.into(), self.parts.len() as u64]
        {
            put_number(&mut out, number);
        }
        for part in &self.parts {
            encode_part(part, &mut out);
        }
        let checksum = crc32fast::hash(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        out.into()
    }

    /// Reads and checks every byte; nothing in a decoded group can fail later. Keys and values share `bytes`.
    pub fn decode(bytes: &Bytes) -> Result<Self, DecodeError> {
        let version = *bytes.first().ok_or(DecodeError::Damaged("it is empty"))?;
        if version != VERSION {
            return Err(DecodeError::NewerVersion(version));
        }
        let (body, checksum) =
            bytes.split_last_chunk::<CHECKSUM>().ok_or(DecodeError::Damaged("it is cut short"))?;
        if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return Err(DecodeError::Damaged("its checksum is wrong"));
        }
        let mut reader = Reader::new(bytes.slice(1..body.len().max(1)));
        decode_body(&mut reader)
            .filter(|group| reader.is_empty() && group.is_consistent())
            .ok_or(DecodeError::Damaged("it contradicts itself"))
    }

    fn is_consistent(&self) -> bool {
        let mut next = self.first.0;
        for part in &self.parts {
            if part.first.0 != next {
                return false;
            }
            next = next.saturating_add(part.count.into());
        }
        // A group whose commits take no position takes one of its own.
        let taken = next - self.first.0;
        self.count > 0
            && self.previous < self.first
            && self.first.0.checked_add(self.count.into()).is_some()
            && taken.max(1) == u64::from(self.count)
    }
}

fn encode_part(part: &Part, out: &mut Vec<u8>) {
    put_number(out, part.first.0);
    put_number(out, part.count.into());
    put_number(out, part.topics.len() as u64);
    for topic in &part.topics {
        put_number(out, topic.to_bits());
    }
    put_number(out, part.operations.len() as u64);
    put_bytes(out, part.operations.encoded());
    put_number(out, part.notes.len() as u64);
    for note in &part.notes {
        put_number(out, note.kind.into());
        put_bytes(out, &note.bytes);
    }
}

fn decode_body(reader: &mut Reader) -> Option<Group> {
    let epoch = reader.number()?;
    let previous = Position(reader.number()?);
    let first = Position(reader.number()?);
    let count = reader.small()?;
    let parts = list(reader, decode_part)?;
    Some(Group { epoch, previous, first, count, parts })
}

fn decode_part(reader: &mut Reader) -> Option<Part> {
    let first = Position(reader.number()?);
    let count = reader.small()?;
    let topics = list(reader, |reader| reader.number().map(Topic::from_bits))?;
    let operation_count = reader.small()?;
    let operations = Operations::from_encoded(reader.bytes()?, operation_count)?;
    let notes = list(reader, |reader| Some(Note { kind: reader.small()?, bytes: reader.bytes()? }))?;
    Some(Part { first, count, topics, operations, notes })
}

/// A counted list; nothing is reserved on the word of the count alone.
fn list<T>(reader: &mut Reader, mut item: impl FnMut(&mut Reader) -> Option<T>) -> Option<Vec<T>> {
    let count = reader.number()?;
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(item(reader)?);
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::Ops;
    use crate::table::Table;

    fn group() -> Group {
        let table = Table::<u64, String>::new(7);
        let mut ops = Ops::default();
        ops.put(table, &1, &"one".to_owned());
        ops.delete(table, &2);
        ops.delete_prefix(table, &3u8);
        ops.delete_range(table, ..);
        let part = |first, count, operations| Part {
            first: Position(first),
            count,
            topics: vec![Topic::new(1, first)],
            operations,
            notes: vec![Note { kind: 1, bytes: Bytes::from_static(b"typing") }],
        };
        Group {
            epoch: 3,
            previous: Position(9),
            first: Position(10),
            count: 2,
            parts: vec![part(10, 2, ops.freeze()), part(12, 0, Operations::default())],
        }
    }

    #[test]
    fn a_group_comes_back_whole() {
        let group = group();
        let decoded = Group::decode(&group.encode()).expect("own bytes");
        assert_eq!(decoded, group);
        assert_eq!(decoded.parts[0].operations.iter().count(), 4);
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let bytes = group().encode();
        for at in 0..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[at] ^= 0x20;
            assert!(Group::decode(&changed.into()).is_err(), "byte {at}");
            assert!(Group::decode(&bytes.slice(..at)).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_group_with_gaps_is_refused() {
        for change in [
            |g: &mut Group| g.parts[1].first.0 += 1,
            |g: &mut Group| g.count = 3,
            |g: &mut Group| g.previous = g.first,
        ] {
            let mut group = group();
            change(&mut group);
            assert!(Group::decode(&group.encode()).is_err());
        }
    }

    #[test]
    fn newer_encodings_are_named() {
        let mut bytes = group().encode().to_vec();
        bytes[0] = VERSION + 1;
        assert_eq!(Group::decode(&bytes.into()), Err(DecodeError::NewerVersion(VERSION + 1)));
    }
}
