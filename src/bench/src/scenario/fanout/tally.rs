//! Which message has reached whom, and how long it took.

use std::time::Instant;

use memchr::memmem::Finder;

use crate::stats::Times;

/// Stands in each message's text before its number.
const MARKER: &str = "~bench:";
/// Numbers are written with so many digits, so that they can be read without a parser.
const DIGITS: usize = 8;

/// The text of the message with this number.
pub(super) fn text(number: usize) -> String {
    format!("{MARKER}{number:0DIGITS$} the quick brown fox jumps over the lazy dog")
}

/// One point's deliveries. Message numbers go on from point to point, so that late ones are known as such.
pub(super) struct Tally {
    finder: Finder<'static>,
    people: usize,
    first: usize,
    sent: Vec<(usize, Instant)>,
    /// One flag for each message and person.
    seen: Vec<bool>,
    /// Send to arrival with each other person.
    pub(super) times: Times,
    /// Deliveries still to come, the senders' own included.
    pub(super) missing: usize,
    /// Deliveries that came again.
    pub(super) repeated: usize,
    /// Requests that were not answered with 200.
    pub(super) failures: usize,
}

impl Tally {
    /// Nothing sent yet; the next message has the number `first`.
    pub(super) fn new(people: usize, first: usize) -> Self {
        Self {
            finder: Finder::new(MARKER),
            people,
            first,
            sent: Vec::new(),
            seen: Vec::new(),
            times: Times::default(),
            missing: 0,
            repeated: 0,
            failures: 0,
        }
    }

    /// The number of the next message.
    pub(super) fn next(&self) -> usize {
        self.first + self.sent.len()
    }

    /// That message was sent.
    pub(super) fn sent(&mut self, sender: usize, at: Instant) {
        self.sent.push((sender, at));
        self.seen.resize(self.sent.len() * self.people, false);
        self.missing += self.people;
    }

    /// A sync answer reached a person. The bytes are searched, not parsed: parsing would cost more than the server.
    pub(super) fn arrived(&mut self, person: usize, body: &[u8], at: Instant) {
        for place in self.finder.find_iter(body) {
            let digits = body.get(place + MARKER.len()..place + MARKER.len() + DIGITS);
            let number = digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
            let Some(index) = number.and_then(|number| number.checked_sub(self.first)) else { continue };
            let Some((sender, sent)) = self.sent.get(index) else { continue };
            let seen = &mut self.seen[index * self.people + person];
            if *seen {
                self.repeated += 1;
                continue;
            }
            *seen = true;
            self.missing -= 1;
            if *sender != person {
                self.times.add(at.saturating_duration_since(*sent));
            }
        }
    }

    /// How many people each message should reach, its sender included.
    pub(super) fn people(&self) -> usize {
        self.people
    }

    /// All deliveries there should be.
    pub(super) fn expected(&self) -> usize {
        self.sent.len() * self.people
    }

    /// Messages in one sync answer, on average.
    pub(super) fn bundle(&self, polls: usize) -> f64 {
        (self.expected() - self.missing) as f64 / polls.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Tally, text};
    use crate::clock::now;

    #[test]
    fn each_delivery_counts_once_and_only_others_are_timed() {
        let begin = now();
        let mut tally = Tally::new(3, 40);
        for sender in 0..2 {
            assert_eq!(tally.next(), 40 + sender);
            tally.sent(sender, begin);
        }
        assert_eq!(tally.missing, 6);
        let later = begin + Duration::from_millis(5);
        let both = format!("{{{}}},{{{}}}", text(40), text(41));
        tally.arrived(0, both.as_bytes(), later);
        tally.arrived(1, text(40).as_bytes(), later);
        tally.arrived(1, text(40).as_bytes(), later);
        tally.arrived(2, text(39).as_bytes(), later);
        tally.arrived(2, b"~bench:00000", later);
        assert_eq!((tally.missing, tally.repeated, tally.times.len()), (3, 1, 2));
        assert_eq!(tally.times.percentile(50.0), Some(5.0));
    }
}
