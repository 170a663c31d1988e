//! Keys as bytes whose order is the order of the values.
//!
//! Every part of a key delimits itself: integers are big-endian (signed ones with the sign bit flipped), strings are escaped and end in a zero
//! byte. So no key is a prefix of another key of its table, a tuple sorts by its parts from the left, and the encoding of the
//! first parts of a tuple is exactly the prefix of all keys that begin with them.

use crate::Position;
use smallvec::SmallVec;

/// The encoded form of a key, short ones without an allocation.
pub type KeyBuf = SmallVec<[u8; 64]>;

/// What can be written as a key or as the first parts of one (see [`StrPrefix`]).
pub trait KeyPart {
    /// Appends the order-preserving form.
    fn encode(&self, out: &mut KeyBuf);
}

/// A key of a table: order-preserving, self-delimiting, and readable again.
pub trait Key: KeyPart + Sized {
    /// Takes this part off the front of `input`; `None` if the bytes are no such key.
    fn read(input: &mut &[u8]) -> Option<Self>;

    /// The key that `bytes` encode, all of them; `None` if they encode none.
    fn decode(mut bytes: &[u8]) -> Option<Self> {
        let key = Self::read(&mut bytes)?;
        bytes.is_empty().then_some(key)
    }
}

/// The encoded bytes of a key or prefix.
pub fn encode(key: &(impl KeyPart + ?Sized)) -> KeyBuf {
    let mut out = KeyBuf::new();
    key.encode(&mut out);
    out
}

/// The smallest byte string above every string that begins with `prefix`; `None` when there is none.
pub(crate) fn prefix_end(prefix: &[u8]) -> Option<KeyBuf> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut end = KeyBuf::from_slice(prefix.get(..=last)?);
    *end.last_mut()? += 1;
    Some(end)
}

impl<T: KeyPart + ?Sized> KeyPart for &T {
    fn encode(&self, out: &mut KeyBuf) {
        (**self).encode(out);
    }
}

macro_rules! unsigned {
    ($($int:ty),*) => {$(
        impl KeyPart for $int {
            fn encode(&self, out: &mut KeyBuf) {
                out.extend_from_slice(&self.to_be_bytes());
            }
        }
        impl Key for $int {
            fn read(input: &mut &[u8]) -> Option<Self> {
                let (head, rest) = input.split_first_chunk()?;
                *input = rest;
                Some(Self::from_be_bytes(*head))
            }
        }
    )*};
}
unsigned!(u8, u16, u32, u64);

impl KeyPart for i64 {
    fn encode(&self, out: &mut KeyBuf) {
        (self.cast_unsigned() ^ (1 << 63)).encode(out);
    }
}

impl Key for i64 {
    fn read(input: &mut &[u8]) -> Option<Self> {
        Some((u64::read(input)? ^ (1 << 63)).cast_signed())
    }
}

impl KeyPart for bool {
    fn encode(&self, out: &mut KeyBuf) {
        out.push(u8::from(*self));
    }
}

impl Key for bool {
    fn read(input: &mut &[u8]) -> Option<Self> {
        match u8::read(input)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl KeyPart for Position {
    fn encode(&self, out: &mut KeyBuf) {
        self.0.encode(out);
    }
}

impl Key for Position {
    fn read(input: &mut &[u8]) -> Option<Self> {
        u64::read(input).map(Self)
    }
}

impl<const N: usize> KeyPart for [u8; N] {
    fn encode(&self, out: &mut KeyBuf) {
        out.extend_from_slice(self);
    }
}

impl<const N: usize> Key for [u8; N] {
    fn read(input: &mut &[u8]) -> Option<Self> {
        let (head, rest) = input.split_first_chunk()?;
        *input = rest;
        Some(*head)
    }
}

const END: u8 = 0;
const ESCAPE: u8 = 1;

/// Zero and one become one-one and one-two, so that a zero ends the string and sorts below all that could follow.
fn escape(bytes: &[u8], out: &mut KeyBuf) {
    for &byte in bytes {
        if byte <= ESCAPE {
            out.push(ESCAPE);
            out.push(byte + 1);
        } else {
            out.push(byte);
        }
    }
}

fn unescape(input: &mut &[u8]) -> Option<Vec<u8>> {
    let end = input.iter().position(|&byte| byte == END)?;
    let (body, rest) = input.split_at(end);
    *input = rest.get(1..)?;
    let mut out = Vec::with_capacity(body.len());
    let mut bytes = body.iter();
    while let Some(&byte) = bytes.next() {
        out.push(if byte == ESCAPE { bytes.next()?.checked_sub(1).filter(|&b| b <= ESCAPE)? } else { byte });
    }
    Some(out)
}

impl KeyPart for str {
    fn encode(&self, out: &mut KeyBuf) {
        escape(self.as_bytes(), out);
        out.push(END);
    }
}

impl KeyPart for String {
    fn encode(&self, out: &mut KeyBuf) {
        self.as_str().encode(out);
    }
}

impl Key for String {
    fn read(input: &mut &[u8]) -> Option<Self> {
        Self::from_utf8(unescape(input)?).ok()
    }
}

impl KeyPart for Vec<u8> {
    fn encode(&self, out: &mut KeyBuf) {
        escape(self, out);
        out.push(END);
    }
}

impl Key for Vec<u8> {
    fn read(input: &mut &[u8]) -> Option<Self> {
        unescape(input)
    }
}

/// As the last part of a prefix: all strings that begin with this one. `scan_prefix(t, &(room, StrPrefix("m.")))`.
#[derive(Clone, Copy, Debug)]
pub struct StrPrefix<'a>(pub &'a str);

impl KeyPart for StrPrefix<'_> {
    fn encode(&self, out: &mut KeyBuf) {
        escape(self.0.as_bytes(), out);
    }
}

impl KeyPart for () {
    fn encode(&self, _: &mut KeyBuf) {}
}

impl Key for () {
    fn read(_: &mut &[u8]) -> Option<Self> {
        Some(())
    }
}

macro_rules! tuple {
    ($($name:ident),*) => {
        impl<$($name: KeyPart),*> KeyPart for ($($name,)*) {
            fn encode(&self, out: &mut KeyBuf) {
                #[expect(non_snake_case, reason = "one name for the type and the value of each part")]
                let ($($name,)*) = self;
                $($name.encode(out);)*
            }
        }
        impl<$($name: Key),*> Key for ($($name,)*) {
            fn read(input: &mut &[u8]) -> Option<Self> {
                Some(($($name::read(input)?,)*))
            }
        }
    };
}
tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text() -> impl Strategy<Value = String> {
        // Short strings of few letters collide, share prefixes and hold the escaped bytes.
        prop_oneof!["[\u{0}\u{1}\u{2}a]{0,4}", ".{0,12}"]
    }

    proptest! {
        #[test]
        fn order_and_value_survive(
            a in (any::<u16>(), text(), any::<i64>(), any::<bool>(), any::<[u8; 2]>()),
            b in (any::<u16>(), text(), any::<i64>(), any::<bool>(), any::<[u8; 2]>()),
            same_head in any::<bool>(),
        ) {
            let b = if same_head { (a.0, b.1, b.2, b.3, b.4) } else { b };
            let (x, y) = (encode(&a), encode(&b));
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
            prop_assert_eq!(Key::decode(&x), Some(a));
            prop_assert_eq!(Key::decode(&y), Some(b));
        }

        #[test]
        fn strings_sort_and_delimit_themselves(a in text(), b in text(), tail in any::<u64>()) {
            prop_assert_eq!(a.as_bytes().cmp(b.as_bytes()), encode(&a).cmp(&encode(&b)));
            let pair = encode(&(a.clone(), tail));
            prop_assert!(pair.starts_with(&encode(&a)));
            prop_assert_eq!(pair.starts_with(&encode(&b)), a == b);
            prop_assert_eq!(pair.starts_with(&encode(&StrPrefix(&b))), a.starts_with(&b));
        }

        #[test]
        fn no_bytes_make_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..20)) {
            if let Some(key) = <(u8, String, Vec<u8>)>::decode(&bytes) {
                prop_assert_eq!(encode(&key).to_vec(), bytes);
            }
        }

        #[test]
        fn prefix_end_is_the_least_bound(prefix in proptest::collection::vec(prop_oneof![Just(255u8), any::<u8>()], 1..5)) {
            match prefix_end(&prefix) {
                Some(end) => {
                    let mut above = prefix.clone();
                    above.extend([255; 8]);
                    prop_assert!(above.as_slice() < end.as_slice());
                    prop_assert!(!end.starts_with(&prefix));
                }
                None => prop_assert!(prefix.iter().all(|&b| b == 255)),
            }
        }
    }

    #[test]
    fn a_key_with_bytes_left_over_is_none() {
        let mut bytes = encode(&7u64);
        bytes.push(0);
        assert_eq!(u64::decode(&bytes), None);
    }
}
