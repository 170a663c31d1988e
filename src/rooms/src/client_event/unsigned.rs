//! The `unsigned` object of a client event.

use crate::json::ObjectWriter;

/// What `unsigned` tells one viewer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unsigned<'a> {
    /// Milliseconds since the event was sent.
    pub(super) age: u64,
    /// The viewer's membership at the event (client-server API, "Room event format"; MSC4115).
    pub(super) membership: &'a str,
    /// The transaction id, for the device that sent the event.
    pub(super) transaction_id: Option<&'a str>,
    /// The delay id, for who had the event sent later (MSC4140).
    pub(super) delay_id: Option<&'a str>,
    /// Entries that are the same for everyone, without braces.
    pub(super) shared: &'a [u8],
    /// The `m.relations` object.
    pub(super) relations: Option<&'a [u8]>,
}

impl Unsigned<'_> {
    /// Writes the object to the end of `out`.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::start(out);
        object.number("age", self.age);
        object.text("membership", self.membership);
        if let Some(transaction_id) = self.transaction_id {
            object.text("transaction_id", transaction_id);
        }
        if let Some(delay_id) = self.delay_id {
            object.text("delay_id", delay_id);
            object.text("org.matrix.msc4140.delay_id", delay_id);
        }
        object.entries(self.shared);
        if let Some(relations) = self.relations {
            object.raw("m.relations", relations);
        }
        object.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(unsigned: &Unsigned<'_>) -> Value {
        let mut out = Vec::new();
        unsigned.write(&mut out);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn only_what_is_there_is_written() {
        assert_eq!(
            read(&Unsigned { age: 7, membership: "leave", ..Unsigned::default() }),
            json!({"age": 7, "membership": "leave"})
        );
        let all = Unsigned {
            age: 1,
            membership: "join",
            transaction_id: Some("a\"b"),
            delay_id: Some("d"),
            shared: br#""prev_content":{"x":1},"replaces_state":"$p""#,
            relations: Some(br#"{"m.replace":{}}"#),
        };
        assert_eq!(
            read(&all),
            json!({
                "age": 1, "membership": "join", "transaction_id": "a\"b", "delay_id": "d",
                "org.matrix.msc4140.delay_id": "d", "prev_content": {"x": 1},
                "replaces_state": "$p", "m.relations": {"m.replace": {}},
            })
        );
    }
}
