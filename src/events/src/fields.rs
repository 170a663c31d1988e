//! The top-level entries of a canonical JSON object as slices of its text, so that hashing, signing and redaction
//! copy text instead of building trees.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{PduError, canonical::write_string};

/// The entries of an object, in the order of its text.
pub(crate) struct Fields<'a>(Vec<(Key<'a>, &'a RawValue)>);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Fields<'a> {
    /// Splits `json`, which is canonical.
    pub(crate) fn of(json: &'a str) -> Result<Self, PduError> {
        serde_json::from_str(json).map_err(|error| PduError::format(format!("invalid JSON: {error}")))
    }

    /// Key and text of each entry.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(key, value)| (key.0.as_ref(), value.get()))
    }

    /// The text of one entry.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.iter().find(|(name, _)| *name == key).map(|(_, text)| text)
    }

    /// The object with the entries that `keep` keeps, each with the text it gives.
    pub(crate) fn filtered<'b>(
        &'b self,
        mut keep: impl FnMut(&str, &'b str) -> Option<Cow<'b, str>>,
    ) -> String {
        let mut out = ObjectWriter::new(String::new());
        for (key, text) in self.iter() {
            if let Some(text) = keep(key, text) {
                out.entry(key, &text);
            }
        }
        out.finish()
    }

    /// The object with `key` set to `text`, put where the order of keys wants it.
    pub(crate) fn with(&self, key: &str, text: &str) -> String {
        let mut out = ObjectWriter::new(String::new());
        let mut pending = true;
        for (name, value) in self.iter() {
            if pending && name >= key {
                out.entry(key, text);
                pending = false;
            }
            if name != key {
                out.entry(name, value);
            }
        }
        if pending {
            out.entry(key, text);
        }
        out.finish()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::with_capacity(16);
                while let Some(entry) = map.next_entry().map_err(A::Error::custom)? {
                    entries.push(entry);
                }
                Ok(Fields(entries))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Writes an object entry by entry; the caller keeps the keys in order.
pub(crate) struct ObjectWriter {
    out: String,
    empty: bool,
}

impl ObjectWriter {
    pub(crate) fn new(mut out: String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// Adds `key` with a value that is JSON already.
    pub(crate) fn entry(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.push_str(json);
    }

    /// Adds `key` with a string value.
    pub(crate) fn string(&mut self, key: &str, value: &str) {
        self.key(key);
        write_string(&mut self.out, value);
    }

    pub(crate) fn finish(mut self) -> String {
        self.out.push('}');
        self.out
    }

    fn key(&mut self, key: &str) {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        write_string(&mut self.out, key);
        self.out.push(':');
    }
}
