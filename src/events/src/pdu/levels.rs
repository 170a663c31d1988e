//! Power levels as room versions 1 to 5 let people write them: with fractions and exponents (room version 1, "Values
//! in `m.room.power_levels` events"). Later versions let no such number into an event.

use serde_json::{Value, value::RawValue};

/// The content with every number cut to an integer, if there is one that needs it.
pub(super) fn integral(content: &str) -> Option<Box<RawValue>> {
    if !has_fraction(content) {
        return None;
    }
    let mut value = serde_json::from_str(content).ok()?;
    truncate(&mut value);
    serde_json::value::to_raw_value(&value).ok()
}

/// Whether a number in the canonical JSON has a fraction or an exponent, as [`crate::canonical`] writes them: `1.5`,
/// `1e+16`, `1e-05`.
fn has_fraction(json: &str) -> bool {
    let mut in_string = false;
    let mut escaped = false;
    let mut after_digit = false;
    for byte in json.bytes() {
        let last_was_digit = std::mem::replace(&mut after_digit, byte.is_ascii_digit());
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'.' | b'e' if !in_string && last_was_digit => return true,
            _ => {}
        }
    }
    false
}

#[expect(clippy::cast_possible_truncation, reason = "what is cast is whole and in range")]
fn truncate(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            // Beyond integers, numbers stay as they are, and the rules refuse them.
            let whole = number.as_f64().map(f64::trunc).filter(|whole| whole.abs() < 9_007_199_254_740_992.0);
            if let Some(whole) = whole {
                *value = Value::from(whole as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(truncate),
        Value::Object(entries) => entries.values_mut().for_each(truncate),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_at_the_point() {
        let cut = |content: &str| integral(content).map(|raw| raw.get().to_owned());
        assert_eq!(cut(r#"{"a":50.57,"b":{"c.d":-1.9}}"#).as_deref(), Some(r#"{"a":50,"b":{"c.d":-1}}"#));
        assert_eq!(cut(r#"{"a":1e+16}"#).as_deref(), Some(r#"{"a":1e+16}"#));
        assert_eq!(cut(r#"{"a":1e-05,"b":2}"#).as_deref(), Some(r#"{"a":0,"b":2}"#));
        assert_eq!(cut(r#"{"m.x\"+.":50,"b":"1.5","c":true}"#), None);
    }
}
