use std::fmt;

/// A point in the one order of everything that can be observed: rises by one for each observable change, and is the
/// only thing in a sync token. `Position(0)` is before everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

impl Position {
    /// Before everything.
    pub const ZERO: Self = Self(0);

    /// The position that follows this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<u64> for Position {
    fn from(value: u64) -> Self {
        Self(value)
    }
}

impl From<Position> for u64 {
    fn from(value: Position) -> Self {
        value.0
    }
}

/// What a change is about and what a reader waits for, such as one room or one user. Storage knows no meanings: owner crates
/// choose the kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(u64);

const ID_BITS: u32 = 56;
const ID_MASK: u64 = (1 << ID_BITS) - 1;

impl Topic {
    /// The topic `id` (below 2^56) of a kind; the kind is the top byte.
    pub const fn new(kind: u8, id: u64) -> Self {
        debug_assert!(id <= ID_MASK, "topic ids have 56 bits");
        Self(((kind as u64) << ID_BITS) | (id & ID_MASK))
    }

    /// The kind given to [`Topic::new`].
    pub const fn kind(self) -> u8 {
        (self.0 >> ID_BITS) as u8
    }

    /// The number given to [`Topic::new`].
    pub const fn id(self) -> u64 {
        self.0 & ID_MASK
    }

    pub(crate) const fn to_bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topic_keeps_kind_and_id_apart() {
        let topic = Topic::new(3, 77);
        assert_eq!((topic.kind(), topic.id()), (3, 77));
        assert_ne!(topic, Topic::new(2, 77));
    }
}
