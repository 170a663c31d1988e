use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

/// The stored bytes are not what this table holds: a defect, or a damaged file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CorruptValue(String);

impl CorruptValue {
    /// Says what was expected.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// A value of a table that has one fixed form. Structs whose fields may grow are kept as [`Record`] instead.
pub trait Value: Sized {
    /// Appends the stored form.
    fn encode(&self, out: &mut Vec<u8>);
    /// Reads the stored form, all of `bytes`.
    fn decode(bytes: &[u8]) -> Result<Self, CorruptValue>;
}

/// The value type of tables that hold a serde struct of the owner crate: `MessagePack` with field names, so that fields can be
/// added (`#[serde(default)]`) and removed. Read with `get_record::<T>`, written with `put_record`.
#[derive(Clone, Copy, Debug)]
pub enum Record {}

pub(crate) fn encode_record<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let mut serializer = rmp_serde::Serializer::new(out).with_struct_map();
    value.serialize(&mut serializer).expect("records are plain structs, and a vector takes every byte");
}

pub(crate) fn decode_record<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CorruptValue> {
    rmp_serde::from_slice(bytes)
        .map_err(|error| CorruptValue::new(format!("no {}: {error}", std::any::type_name::<T>())))
}

/// Values whose length is part of their type, which is what lets them stand in tuples.
pub trait FixedValue: Sized {
    /// Appends the stored form, big-endian.
    fn write(&self, out: &mut Vec<u8>);
    /// Takes the value off the front of `input`.
    fn read(input: &mut &[u8]) -> Option<Self>;
}

fn take<const N: usize>(input: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = input.split_first_chunk()?;
    *input = rest;
    Some(*head)
}

macro_rules! fixed_int {
    ($($int:ty),*) => {$(
        impl FixedValue for $int {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
            fn read(input: &mut &[u8]) -> Option<Self> {
                take(input).map(Self::from_be_bytes)
            }
        }
    )*};
}
fixed_int!(u8, u16, u32, u64, i64);

impl FixedValue for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        take::<1>(input).map(|[byte]| byte != 0)
    }
}

impl<const N: usize> FixedValue for [u8; N] {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        take(input)
    }
}

impl FixedValue for crate::Position {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        u64::read(input).map(Self)
    }
}

macro_rules! fixed_tuple {
    ($($name:ident),*) => {
        impl<$($name: FixedValue),*> FixedValue for ($($name,)*) {
            #[expect(non_snake_case, reason = "one name for the type and the value of each part")]
            fn write(&self, out: &mut Vec<u8>) {
                let ($($name,)*) = self;
                $($name.write(out);)*
            }
            fn read(input: &mut &[u8]) -> Option<Self> {
                Some(($($name::read(input)?,)*))
            }
        }
    };
}
fixed_tuple!(A, B);
fixed_tuple!(A, B, C);
fixed_tuple!(A, B, C, D);
fixed_tuple!(A, B, C, D, E);

macro_rules! value_of_fixed {
    ($(($($param:tt)*) $ty:ty;)*) => {$(
        impl<$($param)*> Value for $ty {
            fn encode(&self, out: &mut Vec<u8>) {
                FixedValue::write(self, out);
            }
            fn decode(mut bytes: &[u8]) -> Result<Self, CorruptValue> {
                let length = bytes.len();
                <Self as FixedValue>::read(&mut bytes)
                    .filter(|_| bytes.is_empty())
                    .ok_or_else(|| CorruptValue::new(format!("{length} bytes are no {}", std::any::type_name::<Self>())))
            }
        }
    )*};
}
value_of_fixed! {
    () u8; () u16; () u32; () u64; () i64; () bool; () crate::Position; (const N: usize) [u8; N];
    (A: FixedValue, B: FixedValue) (A, B);
    (A: FixedValue, B: FixedValue, C: FixedValue) (A, B, C);
    (A: FixedValue, B: FixedValue, C: FixedValue, D: FixedValue) (A, B, C, D);
    (A: FixedValue, B: FixedValue, C: FixedValue, D: FixedValue, E: FixedValue) (A, B, C, D, E);
}

impl Value for () {
    fn encode(&self, _: &mut Vec<u8>) {}

    fn decode(bytes: &[u8]) -> Result<Self, CorruptValue> {
        if bytes.is_empty() { Ok(()) } else { Err(CorruptValue::new("a row without a value has one")) }
    }
}

impl Value for String {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }

    fn decode(bytes: &[u8]) -> Result<Self, CorruptValue> {
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| CorruptValue::new(error.to_string()))
    }
}

impl Value for Bytes {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn decode(bytes: &[u8]) -> Result<Self, CorruptValue> {
        Ok(Self::copy_from_slice(bytes))
    }
}

impl Value for Vec<u8> {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn decode(bytes: &[u8]) -> Result<Self, CorruptValue> {
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    fn bytes_of<V: Value>(value: &V) -> Vec<u8> {
        let mut out = Vec::new();
        value.encode(&mut out);
        out
    }

    proptest! {
        #[test]
        fn fixed_tuples_come_back(value in any::<(u64, i64, [u8; 3], bool, u16)>()) {
            let bytes = bytes_of(&value);
            prop_assert_eq!(Value::decode(&bytes), Ok(value));
            prop_assert!(<(u64, i64, [u8; 3], bool, u16)>::decode(&bytes[1..]).is_err());
            prop_assert!(<(u64, i64)>::decode(&bytes).is_err(), "bytes left over");
        }
    }

    #[test]
    fn fields_can_be_added_and_removed() {
        #[derive(Serialize)]
        struct Old {
            name: String,
            gone: u32,
        }
        #[derive(Debug, PartialEq, Deserialize)]
        struct New {
            name: String,
            #[serde(default)]
            added: Option<u8>,
        }
        let mut bytes = Vec::new();
        encode_record(&Old { name: "a".into(), gone: 1 }, &mut bytes);
        assert_eq!(decode_record::<New>(&bytes), Ok(New { name: "a".into(), added: None }));
        assert!(decode_record::<New>(b"\xc1").is_err());
    }
}
