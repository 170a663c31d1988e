//! Parts of a file (RFC 9110, "Range Requests").

use http::{HeaderMap, header};
use std::ops::Range;

/// What of a file a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The whole file.
    All,
    /// These bytes; there is at least one.
    Range(Range<u64>),
    /// Bytes that the file does not have.
    None,
}

/// What the headers ask for. One part at a time: requests for several, and those that can't be understood, get the whole
/// file, as the RFC wants it; so do those for a part of a file that has changed since.
pub(super) fn asked(asks: &HeaderMap, etag: &str, size: u64) -> Part {
    let Some(range) = asks.get(header::RANGE).and_then(|range| range.to_str().ok()) else { return Part::All };
    if asks.get(header::IF_RANGE).is_some_and(|known| known.as_bytes() != etag.as_bytes()) {
        return Part::All;
    }
    parse(range, size).unwrap_or(Part::All)
}

fn parse(range: &str, size: u64) -> Option<Part> {
    let (unit, range) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than a number has are beyond the end of every file.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (start, end) = if first.is_empty() {
        (size.saturating_sub(number(last)?), size)
    } else {
        let start = number(first)?;
        let end = if last.is_empty() { size } else { number(last)?.saturating_add(1) };
        if end <= start {
            // `5-2` is no range; a start at the end of all numbers is one that no file has.
            return if last.is_empty() || start == u64::MAX { Some(Part::None) } else { None };
        }
        (start, end.min(size))
    };
    Some(if start < end { Part::Range(start..end) } else { Part::None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_understood() {
        let range = |start, end| Some(Part::Range(start..end));
        assert_eq!(parse("bytes=0-0", 10), range(0, 1));
        assert_eq!(parse("bytes=2-", 10), range(2, 10));
        assert_eq!(parse("Bytes = 2-100", 10), range(2, 10));
        assert_eq!(parse("bytes=-3", 10), range(7, 10));
        assert_eq!(parse("bytes=-30", 10), range(0, 10));
        for beyond in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(parse(beyond, 10), Some(Part::None), "{beyond}");
        }
        assert_eq!(parse("bytes=0-", 0), Some(Part::None));
        for nothing in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=0-1,3-4",
            "lines=0-1",
            "bytes=a-b",
            "bytes=+1-2",
        ] {
            assert_eq!(parse(nothing, 10), None, "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn parts_are_within_the_file(text in "bytes=[0-9]{0,21}-[0-9]{0,21}", size: u64) {
            if let Some(Part::Range(range)) = parse(&text, size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
