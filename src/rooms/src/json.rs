//! Writes JSON text straight into a buffer, for the paths where an event goes to many people and a tree of values
//! would cost more than the event.

use std::fmt::Write as _;

/// Writes one JSON object, entry by entry. Keys must differ; nothing checks it.
#[derive(Debug)]
pub struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> ObjectWriter<'a> {
    /// Opens an object at the end of `out`.
    pub fn start(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    /// Writes entries alone, without braces, for [`ObjectWriter::entries`] of another writer.
    pub fn part(out: &'a mut Vec<u8>) -> Self {
        Self { out, empty: true }
    }

    /// Goes on with an object that is open at the end of `out` and has an entry already.
    pub(crate) fn go_on(out: &'a mut Vec<u8>) -> Self {
        Self { out, empty: false }
    }

    /// An entry whose value is JSON text.
    pub fn raw(&mut self, key: &str, json: impl AsRef<[u8]>) {
        self.key(key).extend_from_slice(json.as_ref());
    }

    /// An entry whose value is a string.
    pub fn text(&mut self, key: &str, value: &str) {
        let out = self.key(key);
        write_string(out, value);
    }

    /// An entry whose value is a whole number.
    pub fn number(&mut self, key: &str, value: u64) {
        let out = self.key(key);
        write_number(out, value);
    }

    /// An entry whose value is a truth value.
    pub fn flag(&mut self, key: &str, value: bool) {
        self.raw(key, if value { "true" } else { "false" });
    }

    /// Entries as they were written by another writer, without braces.
    pub fn entries(&mut self, json: &[u8]) {
        if json.is_empty() {
            return;
        }
        self.comma();
        self.out.extend_from_slice(json);
    }

    /// Opens an entry and gives the buffer to write its value to: exactly one JSON value.
    pub fn key(&mut self, key: &str) -> &mut Vec<u8> {
        self.comma();
        write_string(self.out, key);
        self.out.push(b':');
        self.out
    }

    /// An entry whose value is an object, left out when nothing comes into it.
    pub fn object_unless_empty(&mut self, key: &str, fill: impl FnOnce(&mut ObjectWriter<'_>)) {
        let (start, was_empty) = (self.out.len(), self.empty);
        let mut inner = ObjectWriter::start(self.key(key));
        fill(&mut inner);
        if inner.empty {
            self.out.truncate(start);
            self.empty = was_empty;
        } else {
            inner.end();
        }
    }

    /// Bytes in the buffer so far: whether something was written in between.
    pub fn written(&self) -> usize {
        self.out.len()
    }

    /// Closes the object.
    pub fn end(self) {
        self.out.push(b'}');
    }

    fn comma(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
    }
}

/// Writes `items` as a JSON array; `write` writes one value each time.
pub fn write_array<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// Writes a string with quotes, escaped where JSON wants it.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, from) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let mut chars = from.chars();
        escape(out, chars.next().unwrap_or_default());
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, character: char) {
    match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        other => {
            let mut text = String::with_capacity(6);
            // Writing to a string can't fail.
            let _ = write!(text, "\\u{:04x}", u32::from(other));
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// Writes a whole number.
pub fn write_number(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0_u8; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        // A digit fits a byte.
        digits[first] = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_and_numbers_read_back(text in any::<String>(), number in any::<u64>()) {
            let mut out = Vec::new();
            let mut object = ObjectWriter::start(&mut out);
            object.text("text", &text);
            object.number("number", number);
            object.raw("nested", r#"{"a":[]}"#);
            object.flag("yes", true);
            object.end();
            let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
            prop_assert_eq!(read, serde_json::json!({"text": text, "number": number, "nested": {"a": []}, "yes": true}));
        }
    }

    #[test]
    fn entries_of_another_writer_join_without_stray_commas() {
        let mut out = Vec::new();
        let mut object = ObjectWriter::start(&mut out);
        object.entries(b"");
        object.entries(br#""a":1"#);
        object.number("b", 2);
        object.end();
        assert_eq!(out, br#"{"a":1,"b":2}"#);
        let mut array = Vec::new();
        write_array(&mut array, [1, 20, 0], write_number);
        assert_eq!(array, b"[1,20,0]");
    }
}
