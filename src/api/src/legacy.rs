//! Shapes of older spec versions that clients still send and the types no longer know.

use bytes::Bytes;
use serde_json::{Map, Value, json};

/// Gives a password stage that names its person by `user` alone (spec r0.3) the `identifier` that took its place.
pub(crate) fn with_identifier(body: Bytes) -> Bytes {
    // Nearly no body is one: it is looked into only if it can be.
    if !contains(&body, b"m.login.password") || contains(&body, b"\"identifier\"") {
        return body;
    }
    let Ok(mut value) = serde_json::from_slice::<Map<String, Value>>(&body) else { return body };
    let Some(auth) = value.get_mut("auth").and_then(Value::as_object_mut) else { return body };
    let Some(user) = auth.get("user").and_then(Value::as_str) else { return body };
    let identifier = json!({ "type": "m.id.user", "user": user });
    auth.insert("identifier".to_owned(), identifier);
    Value::Object(value).to_string().into()
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(body: &str) -> Value {
        serde_json::from_slice(&with_identifier(Bytes::copy_from_slice(body.as_bytes()))).expect("JSON")
    }

    #[test]
    fn a_person_named_the_old_way_gets_an_identifier() {
        let body = after(r#"{"a":1,"auth":{"type":"m.login.password","user":"@a:b","password":"x"}}"#);
        assert_eq!(body["auth"]["identifier"], json!({ "type": "m.id.user", "user": "@a:b" }));
        assert_eq!(body["a"], 1);
    }

    #[test]
    fn other_bodies_stay_as_they_are() {
        for body in [
            r#"{"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":"c"},"user":"@a:b"}}"#,
            r#"{"auth":{"type":"m.login.password"}}"#,
            r#"{"auth":"m.login.password"}"#,
            r#"["m.login.password"]"#,
            r#"{"user":"@a:b"}"#,
        ] {
            let unchanged: Value = serde_json::from_str(body).expect("JSON");
            assert_eq!(after(body), unchanged);
        }
    }
}
