//! Pages of the room directory.
//!
//! Rooms are ordered by joined members, most first, then by number. A token names the room where a page ended, not an
//! index, so that rooms that come and go between two pages neither repeat nor hide others.

use std::{cmp::Reverse, fmt, ops::Range, str::FromStr};

/// Where a room stands in the directory; the smallest is listed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    joined: Reverse<u64>,
    room: u64,
}

impl Rank {
    pub(crate) fn new(joined: u64, room: u64) -> Self {
        Self { joined: Reverse(joined), room }
    }
}

/// Where a page begins: the `since` of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cursor {
    /// After this room.
    After(Rank),
    /// Before this room.
    Before(Rank),
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (letter, rank) = match self {
            Self::After(rank) => ('n', rank),
            Self::Before(rank) => ('p', rank),
        };
        write!(f, "{letter}{}_{}", rank.joined.0, rank.room)
    }
}

/// The text is no token of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let make = match text.as_bytes().first() {
            Some(b'n') => Self::After,
            Some(b'p') => Self::Before,
            _ => return Err(NoCursor),
        };
        let (joined, room) = text.get(1..).and_then(|rest| rest.split_once('_')).ok_or(NoCursor)?;
        let cursor =
            make(Rank::new(joined.parse().map_err(|_| NoCursor)?, room.parse().map_err(|_| NoCursor)?));
        if cursor.to_string() == text { Ok(cursor) } else { Err(NoCursor) }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// What of the list is on the page.
    pub(crate) range: Range<usize>,
    /// The page before, if any.
    pub(crate) prev: Option<Cursor>,
    /// The page after, if any.
    pub(crate) next: Option<Cursor>,
}

/// Cuts a page of at most `limit` out of `ranks`, which is sorted.
pub(crate) fn cut(ranks: &[Rank], since: Option<Cursor>, limit: usize) -> Cut {
    let limit = limit.max(1);
    let range = match since {
        None => 0..limit.min(ranks.len()),
        Some(Cursor::After(rank)) => {
            let from = ranks.partition_point(|other| *other <= rank);
            from..from.saturating_add(limit).min(ranks.len())
        }
        Some(Cursor::Before(rank)) => {
            let upto = ranks.partition_point(|other| *other < rank);
            upto.saturating_sub(limit)..upto
        }
    };
    let first = ranks.get(range.start).filter(|_| range.start > 0 && !range.is_empty());
    let last = range.end.checked_sub(1).and_then(|last| ranks.get(last));
    let last = last.filter(|_| range.end < ranks.len() && !range.is_empty());
    Cut { prev: first.copied().map(Cursor::Before), next: last.copied().map(Cursor::After), range }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranks(counts: &[u64]) -> Vec<Rank> {
        let mut ranks: Vec<_> = (0..).zip(counts).map(|(room, joined)| Rank::new(*joined, room)).collect();
        ranks.sort_unstable();
        ranks
    }

    proptest! {
        #[test]
        fn pages_cover_the_list_once_in_both_directions(counts in prop::collection::vec(0..5_u64, 0..30), limit in 1..8_usize) {
            let all = ranks(&counts);
            let (mut seen, mut since, mut pages) = (Vec::new(), None, Vec::new());
            loop {
                let page = cut(&all, since, limit);
                seen.extend_from_slice(&all[page.range.clone()]);
                since = page.next.map(|next| next.to_string().parse().unwrap());
                pages.push(page);
                if since.is_none() { break }
            }
            prop_assert_eq!(&seen, &all);
            // Back again: each previous page is the one we came from.
            while let Some(page) = pages.pop() {
                let Some(prev) = page.prev else { break };
                let before = cut(&all, Some(prev), limit);
                prop_assert_eq!(&before.range, &pages.last().unwrap().range);
            }
            prop_assert!(pages.is_empty());
        }
    }

    #[test]
    fn rooms_that_go_do_not_shift_the_next_page() {
        let all = ranks(&[5, 4, 3, 2, 1]);
        let first = cut(&all, None, 2);
        let without_first: Vec<_> = all[1..].to_vec();
        let second = cut(&without_first, first.next, 2);
        assert_eq!(&without_first[second.range], &all[2..4]);
    }

    #[test]
    fn tokens_are_read_strictly() {
        for bad in ["", "n", "n1", "x1_2", "n1_2_3", "n01_2", "n+1_2", "né_1", "p1_99999999999999999999"] {
            assert_eq!(bad.parse::<Cursor>(), Err(NoCursor), "{bad}");
        }
        assert_eq!("p7_9".parse(), Ok(Cursor::Before(Rank::new(7, 9))));
    }
}
