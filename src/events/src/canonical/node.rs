//! A JSON tree that borrows its strings, read with a limit on depth.

use std::{borrow::Cow, fmt};

use ruma::{Int, canonical_json::CanonicalJsonValue};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{CanonicalError, Numbers};

/// 2^53 - 1.
const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// A JSON value. Objects are sorted by key, and no key stands twice.
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl Node<'_> {
    /// The value as ruma's type; `None` when a number is no canonical integer.
    pub(super) fn into_value(self) -> Option<CanonicalJsonValue> {
        Some(match self {
            Self::Null => CanonicalJsonValue::Null,
            Self::Bool(value) => CanonicalJsonValue::Bool(value),
            Self::Int(value) => CanonicalJsonValue::Integer(Int::try_from(value).ok()?),
            Self::Uint(value) => CanonicalJsonValue::Integer(Int::try_from(value).ok()?),
            Self::Float(_) => return None,
            Self::Str(value) => CanonicalJsonValue::String(value.into_owned()),
            Self::Array(items) => {
                CanonicalJsonValue::Array(items.into_iter().map(Node::into_value).collect::<Option<_>>()?)
            }
            Self::Object(entries) => CanonicalJsonValue::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| Some((key.into_owned(), value.into_value()?)))
                    .collect::<Option<_>>()?,
            ),
        })
    }
}

/// Reads the JSON text, all of it.
pub(super) fn parse(json: &[u8], max_depth: usize, numbers: Numbers) -> Result<Node<'_>, CanonicalError> {
    let text = std::str::from_utf8(json).map_err(|error| CanonicalError(format!("not UTF-8: {error}")))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Seed { left: max_depth, numbers }.deserialize(&mut deserializer).and_then(|node| {
        deserializer.end()?;
        Ok(node)
    });
    node.map_err(|error| CanonicalError(format!("invalid JSON: {error}")))
}

#[derive(Clone, Copy)]
struct Seed {
    /// How many levels may still open.
    left: usize,
    numbers: Numbers,
}

impl Seed {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left, ..self }),
            None => Err(E::custom("nested too deeply")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        if self.numbers == Numbers::Integers && value.unsigned_abs() > MAX_INTEGER {
            return Err(E::custom("integer out of range"));
        }
        Ok(Node::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        if self.numbers == Numbers::Integers && value > MAX_INTEGER {
            return Err(E::custom("integer out of range"));
        }
        Ok(Node::Uint(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        match self.numbers {
            Numbers::Integers => Err(E::custom("a number that is no plain integer")),
            Numbers::Any => Ok(Node::Float(value)),
        }
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Node::Str(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Node::Str(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Node::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let inner = self.deeper()?;
        let mut entries: Vec<(Cow<'de, str>, Node<'de>)> = Vec::new();
        let mut sorted = true;
        while let Some(key) = map.next_key_seed(KeySeed)? {
            let value = map.next_value_seed(inner)?;
            sorted = sorted && entries.last().is_none_or(|(last, _)| *last < key);
            entries.push((key, value));
        }
        if !sorted {
            // Of equal keys the last is to stay: a stable sort of the reversed list puts it first.
            entries.reverse();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries.dedup_by(|later, first| later.0 == first.0);
        }
        Ok(Node::Object(entries))
    }
}

/// Reads an object key, borrowed when it has no escapes.
struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object key")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}
