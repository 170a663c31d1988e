//! Which of two keys of the same session a backup keeps (spec "Backup algorithm … key replacement").

use crate::error::{Result, UserError};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::cmp::Reverse;

/// A backed-up session key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionRecord {
    pub(super) first_message_index: u64,
    pub(super) forwarded_count: u64,
    pub(super) is_verified: bool,
    /// Encrypted; a JSON object.
    pub(super) data: String,
}

#[derive(Deserialize)]
struct Body<'a> {
    first_message_index: u64,
    forwarded_count: u64,
    is_verified: bool,
    #[serde(borrow)]
    session_data: &'a RawValue,
}

#[derive(Serialize)]
struct Answer<'a> {
    first_message_index: u64,
    forwarded_count: u64,
    is_verified: bool,
    session_data: &'a RawValue,
}

impl SessionRecord {
    /// Reads what a client sent.
    pub(super) fn parse(json: &RawValue, most_bytes: usize) -> Result<Self> {
        if json.get().len() > most_bytes {
            return Err(UserError::TooLarge("A backed-up session is too large.".into()));
        }
        let body: Body<'_> =
            serde_json::from_str(json.get()).map_err(|error| UserError::BadJson(error.to_string()))?;
        if !body.session_data.get().starts_with('{') {
            return Err(UserError::BadJson("session_data is an object.".into()));
        }
        Ok(Self {
            first_message_index: body.first_message_index,
            forwarded_count: body.forwarded_count,
            is_verified: body.is_verified,
            data: body.session_data.get().to_owned(),
        })
    }

    /// As clients read it.
    pub(super) fn to_json(&self) -> Result<Box<RawValue>> {
        let session_data: &RawValue = serde_json::from_str(&self.data).map_err(UserError::corrupt)?;
        let answer = Answer {
            first_message_index: self.first_message_index,
            forwarded_count: self.forwarded_count,
            is_verified: self.is_verified,
            session_data,
        };
        serde_json::value::to_raw_value(&answer).map_err(UserError::corrupt)
    }

    /// Whether this key takes the place of `old`: only if it is better, verified first, then reaching further back, then
    /// forwarded less often.
    pub(super) fn replaces(&self, old: &Self) -> bool {
        self.rank() > old.rank()
    }

    fn rank(&self) -> (bool, Reverse<u64>, Reverse<u64>) {
        (self.is_verified, Reverse(self.first_message_index), Reverse(self.forwarded_count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn session() -> impl Strategy<Value = SessionRecord> {
        (0..4u64, 0..4u64, any::<bool>(), "[a-z]{1,4}").prop_map(|(first, forwarded, is_verified, data)| {
            SessionRecord {
                first_message_index: first,
                forwarded_count: forwarded,
                is_verified,
                data: format!("{{\"x\":\"{data}\"}}"),
            }
        })
    }

    /// The rule in the words of the spec.
    fn spec(new: &SessionRecord, old: &SessionRecord) -> bool {
        if new.is_verified != old.is_verified {
            return new.is_verified;
        }
        if new.first_message_index != old.first_message_index {
            return new.first_message_index < old.first_message_index;
        }
        new.forwarded_count < old.forwarded_count
    }

    proptest! {
        #[test]
        fn as_in_the_spec(new in session(), old in session()) {
            prop_assert_eq!(new.replaces(&old), spec(&new, &old));
        }

        #[test]
        fn the_order_of_arrival_does_not_matter(keys in proptest::collection::vec(session(), 1..8), seed in any::<u64>()) {
            let best = |keys: &[SessionRecord]| {
                let mut best = keys[0].clone();
                for key in keys {
                    if key.replaces(&best) {
                        best = key.clone();
                    }
                }
                best.rank()
            };
            let mut shuffled = keys.clone();
            let len = shuffled.len();
            for index in 0..len {
                shuffled.swap(index, usize::try_from(seed >> (index * 3)).unwrap_or_default() % len);
            }
            prop_assert_eq!(best(&keys), best(&shuffled));
        }

        #[test]
        fn json_survives(session in session()) {
            let json = session.to_json().expect("json");
            prop_assert_eq!(SessionRecord::parse(&json, 10_000).expect("readable"), session);
        }
    }

    #[test]
    fn other_shapes_are_bad_json() {
        for text in [
            "{}",
            "[]",
            "5",
            r#"{"first_message_index":-1,"forwarded_count":0,"is_verified":true,"session_data":{}}"#,
            r#"{"first_message_index":0,"forwarded_count":0,"is_verified":true,"session_data":"x"}"#,
        ] {
            let json = RawValue::from_string(text.to_owned()).expect("json");
            assert!(matches!(SessionRecord::parse(&json, 1_000), Err(UserError::BadJson(_))), "{text}");
        }
    }
}
