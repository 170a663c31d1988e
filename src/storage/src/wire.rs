//! Reading and writing of numbers and byte strings in encoded groups: LEB128 integers, lengths before bytes.

use bytes::Bytes;

pub(crate) fn put_number(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            return out.push(low & 0x7f);
        }
        out.push(low | 0x80);
    }
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A walk through encoded bytes; the byte strings that it yields share their memory. Every method is `None` when the bytes end early.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    bytes: Bytes,
    at: usize,
}

impl Reader {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part.leading_zeros() < shift {
                return None;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn small<T: TryFrom<u64>>(&mut self) -> Option<T> {
        self.number()?.try_into().ok()
    }

    pub(crate) fn bytes(&mut self) -> Option<Bytes> {
        let length: usize = self.small()?;
        let end = self.at.checked_add(length).filter(|&end| end <= self.bytes.len())?;
        let bytes = self.bytes.slice(self.at..end);
        self.at = end;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_and_strings_come_back(numbers in proptest::collection::vec(prop_oneof![any::<u64>(), 0..300u64], 0..6), text: Vec<u8>) {
            let mut out = Vec::new();
            for &number in &numbers {
                put_number(&mut out, number);
            }
            put_bytes(&mut out, &text);
            let whole = out.len();
            let mut reader = Reader::new(out.clone().into());
            for &number in &numbers {
                prop_assert_eq!(reader.number(), Some(number));
            }
            prop_assert_eq!(reader.bytes(), Some(Bytes::from(text)));
            prop_assert!(reader.is_empty());
            out.truncate(whole - 1);
            let mut short = Reader::new(out.into());
            let read = numbers.iter().all(|_| short.number().is_some()) && short.bytes().is_some();
            prop_assert!(!read);
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let mut reader = Reader::new(bytes.into());
            while reader.number().is_some() && reader.bytes().is_some() {}
        }
    }
}
