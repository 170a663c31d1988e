//! Canonical JSON (specification: appendices, "Canonical JSON"): sorted keys, no white space, shortest strings.
//!
//! Room versions 1 to 5 let any JSON number into events; from version 6 on only integers of ±(2^53 - 1) are allowed.
//! [`Numbers`] says which. Hashes of old events with other numbers are made as the reference implementation (Python)
//! writes them, because that is what signed them.

mod node;
mod write;

pub use ruma::canonical_json::{
    CanonicalJsonObject, CanonicalJsonValue, to_canonical_value, try_from_json_map,
};

use self::node::{Node, parse};
pub(crate) use self::write::string as write_string;

/// The deepest nesting of objects and arrays that is read from outside, one for the outermost object.
pub const MAX_DEPTH: usize = 100;

/// Which numbers may appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Integers between -(2^53) + 1 and 2^53 - 1, without fraction or exponent.
    Integers,
    /// All that JSON can write (room versions 1 to 5).
    Any,
}

/// Why bytes are no canonical JSON object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CanonicalError(String);

/// The canonical form of the JSON object in `json`. Of a key that stands twice, the last value is taken.
///
/// # Errors
/// When the text is no JSON object, is nested deeper than [`MAX_DEPTH`], or holds numbers that `numbers` forbids.
pub fn canonicalize(json: &[u8], numbers: Numbers) -> Result<String, CanonicalError> {
    let node = parse(json, MAX_DEPTH, numbers)?;
    let Node::Object(_) = node else {
        return Err(CanonicalError("expected a JSON object".to_owned()));
    };
    let mut out = String::with_capacity(json.len());
    write::node(&mut out, &node);
    Ok(out)
}

/// Reads a JSON object from outside into ruma's type, at most `max_depth` levels deep, integers only.
///
/// # Errors
/// As [`canonicalize`].
pub fn parse_object(json: &[u8], max_depth: usize) -> Result<CanonicalJsonObject, CanonicalError> {
    match parse(json, max_depth, Numbers::Integers)?.into_value() {
        Some(CanonicalJsonValue::Object(object)) => Ok(object),
        _ => Err(CanonicalError("expected a JSON object".to_owned())),
    }
}

/// The canonical text of `object`.
pub fn to_string(object: &CanonicalJsonObject) -> String {
    let mut out = String::new();
    write::object(&mut out, object);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(json: &str) -> String {
        canonicalize(json.as_bytes(), Numbers::Integers).expect("canonical JSON")
    }

    #[test]
    fn examples_of_the_specification() {
        for (input, output) in [
            ("{}", "{}"),
            ("{\n \"one\": 1,\n \"two\": \"Two\"\n}", r#"{"one":1,"two":"Two"}"#),
            (r#"{ "b": "2", "a": "1" }"#, r#"{"a":"1","b":"2"}"#),
            (r#"{"b":"2","a":"1"}"#, r#"{"a":"1","b":"2"}"#),
            (
                r#"{ "auth": { "success": true, "mxid": "@john.doe:example.com", "profile": {
                    "display_name": "John Doe", "three_pids": [
                    { "medium": "email", "address": "john.doe@example.org" },
                    { "medium": "msisdn", "address": "123456789" } ] } } }"#,
                r#"{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},"success":true}}"#,
            ),
            (r#"{ "a": "日本語" }"#, r#"{"a":"日本語"}"#),
            (r#"{ "本": 2, "日": 1 }"#, r#"{"日":1,"本":2}"#),
            (r#"{ "a": "\u65E5" }"#, r#"{"a":"日"}"#),
            (r#"{ "a": null }"#, r#"{"a":null}"#),
        ] {
            assert_eq!(canonical(input), output);
        }
    }

    #[test]
    fn strings_are_escaped_as_little_as_possible() {
        assert_eq!(
            canonical(r#"{"\u0061\u0000\u001f\b\t\n\f\r\"\\\/": "\u007f\ud83d\ude00"}"#),
            "{\"a\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\":\"\u{7f}😀\"}"
        );
    }

    #[test]
    fn only_integers_in_range_are_canonical() {
        for number in ["1.0", "1e3", "-0", "9007199254740992", "-9007199254740992", "0.5", "1e400"] {
            let json = format!(r#"{{"a":[{number}]}}"#);
            assert!(canonicalize(json.as_bytes(), Numbers::Integers).is_err(), "{number}");
        }
        assert_eq!(
            canonical(r#"{"a":[9007199254740991,-9007199254740991,0]}"#),
            r#"{"a":[9007199254740991,-9007199254740991,0]}"#
        );
    }

    #[test]
    fn old_rooms_write_numbers_as_the_reference_implementation_does() {
        for (input, output) in [
            ("1.0", "1.0"),
            ("1e3", "1000.0"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1.5e-7", "1.5e-07"),
            ("1e16", "1e+16"),
            ("123456789012345.0", "123456789012345.0"),
            ("9007199254740993", "9007199254740993"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            let json = format!(r#"{{"a":{input}}}"#);
            let expected = format!(r#"{{"a":{output}}}"#);
            assert_eq!(canonicalize(json.as_bytes(), Numbers::Any), Ok(expected));
        }
    }

    #[test]
    fn depth_is_limited_and_only_objects_are_taken() {
        let nested = |depth: usize| format!("{}{}", r#"{"a":"#.repeat(depth) + "1", "}".repeat(depth));
        assert!(canonicalize(nested(MAX_DEPTH).as_bytes(), Numbers::Integers).is_ok());
        assert!(canonicalize(nested(MAX_DEPTH + 1).as_bytes(), Numbers::Integers).is_err());
        assert!(parse_object(nested(3).as_bytes(), 3).is_ok());
        assert!(parse_object(nested(4).as_bytes(), 3).is_err());
        for text in ["[]", "1", "", "{} x", "{\"a\":\"\\ud800\"}"] {
            assert!(canonicalize(text.as_bytes(), Numbers::Any).is_err(), "{text}");
        }
    }

    #[test]
    fn the_last_of_two_equal_keys_wins() {
        assert_eq!(canonical(r#"{"b":1,"a":1,"b":{"c":2}}"#), r#"{"a":1,"b":{"c":2}}"#);
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Into::into),
            ".*".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map(".*", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_ruma_and_is_stable(value in any_json()) {
            let json = serde_json::json!({ "value": value });
            let ours = canonicalize(&serde_json::to_vec_pretty(&json)?, Numbers::Integers)?;
            let ruma: CanonicalJsonObject = serde_json::from_value(json)?;
            prop_assert_eq!(&ours, &serde_json::to_string(&ruma)?);
            prop_assert_eq!(&ours, &to_string(&ruma));
            prop_assert_eq!(&canonicalize(ours.as_bytes(), Numbers::Any)?, &ours);
            prop_assert_eq!(parse_object(ours.as_bytes(), MAX_DEPTH)?, ruma);
        }
    }
}
