//! The content of `m.receipt` events.

use crate::json::ObjectWriter;
use std::collections::BTreeMap;

/// One receipt as clients see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// The event read up to.
    pub(crate) event: String,
    /// Who read.
    pub(crate) user: String,
    /// Not shown to others.
    pub(crate) private: bool,
    /// `main`, a thread root, or nothing for receipts of the whole room.
    pub(crate) thread: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    pub(crate) ts: u64,
}

/// Writes the content of one `m.receipt` event for all of `receipts`; `None` if there are none.
///
/// The format has place for one receipt of each user and type at an event. Where several meet, the one of the whole
/// room wins: it says more (MSC4102).
pub(crate) fn content<'a>(receipts: impl IntoIterator<Item = &'a Shown>) -> Option<Vec<u8>> {
    let mut events: BTreeMap<&str, [BTreeMap<&str, Entry<'_>>; 2]> = BTreeMap::new();
    for receipt in receipts {
        let users = &mut events.entry(&receipt.event).or_default()[usize::from(receipt.private)];
        let entry = Entry { thread: receipt.thread.as_deref(), ts: receipt.ts };
        match users.get_mut(receipt.user.as_str()) {
            Some(known) if known.yields_to(&entry) => *known = entry,
            Some(_) => {}
            None => {
                users.insert(&receipt.user, entry);
            }
        }
    }
    if events.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(128 * events.len());
    let mut content = ObjectWriter::start(&mut out);
    for (event, kinds) in &events {
        let mut of_event = ObjectWriter::start(content.key(event));
        for (name, users) in ["m.read", "m.read.private"].into_iter().zip(kinds) {
            if !users.is_empty() {
                write_users(of_event.key(name), users);
            }
        }
        of_event.end();
    }
    content.end();
    Some(out)
}

struct Entry<'a> {
    thread: Option<&'a str>,
    ts: u64,
}

impl Entry<'_> {
    fn yields_to(&self, other: &Self) -> bool {
        match (&self.thread, &other.thread) {
            (Some(_), None) => true,
            (None, Some(_)) => false,
            _ => other.ts > self.ts,
        }
    }
}

fn write_users(out: &mut Vec<u8>, users: &BTreeMap<&str, Entry<'_>>) {
    let mut object = ObjectWriter::start(out);
    for (user, entry) in users {
        let mut receipt = ObjectWriter::start(object.key(user));
        if let Some(thread) = entry.thread {
            receipt.text("thread_id", thread);
        }
        receipt.number("ts", entry.ts);
        receipt.end();
    }
    object.end();
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn receipt(event: &str, user: &str, thread: Option<&str>, ts: u64) -> Shown {
        let thread = thread.map(str::to_owned);
        Shown { event: event.to_owned(), user: user.to_owned(), private: false, thread, ts }
    }

    fn read(receipts: impl IntoIterator<Item = Shown>) -> Value {
        serde_json::from_slice(&content(&receipts.into_iter().collect::<Vec<_>>()).unwrap()).unwrap()
    }

    #[test]
    fn receipts_are_grouped_by_event_and_type() {
        let private = Shown { private: true, ..receipt("$a", "@bob:x", None, 3) };
        let content =
            read([receipt("$a", "@bob:x", Some("main"), 1), private, receipt("$b", "@eve:x", Some("$a"), 2)]);
        assert_eq!(
            content,
            json!({
                "$a": {
                    "m.read": {"@bob:x": {"ts": 1, "thread_id": "main"}},
                    "m.read.private": {"@bob:x": {"ts": 3}},
                },
                "$b": {"m.read": {"@eve:x": {"ts": 2, "thread_id": "$a"}}},
            })
        );
    }

    #[test]
    fn the_receipt_of_the_whole_room_wins_in_any_order() {
        let (whole, main) = (receipt("$a", "@bob:x", None, 1), receipt("$a", "@bob:x", Some("main"), 2));
        for order in [[whole.clone(), main.clone()], [main, whole]] {
            assert_eq!(read(order), json!({"$a": {"m.read": {"@bob:x": {"ts": 1}}}}));
        }
    }

    #[test]
    fn nothing_read_is_no_event() {
        assert_eq!(content(&[]), None);
    }
}
