//! Events against filters.

use crate::{EventFilter, SyncFilter};
use rooms::StoredEvent;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Whether a filter takes an event.
pub(crate) fn passes(event: &StoredEvent, filter: &EventFilter) -> bool {
    if filter.takes_all() {
        return true;
    }
    let kind = event.pdu.kind().to_string();
    filter.takes(&kind, event.pdu.sender().as_str(), || has_url(event))
}

/// Spec "Filtering", `contains_url`: a `url` that is a text in the content.
fn has_url(event: &StoredEvent) -> bool {
    #[derive(Deserialize)]
    struct Content {
        #[expect(dead_code, reason = "only its presence and type are asked for")]
        url: String,
    }
    event.pdu.content_as::<Content>().is_ok()
}

/// Keeps only the fields that the filter names (spec "Filtering", `event_fields`).
pub(crate) fn project(filter: &SyncFilter, event: Vec<u8>) -> Vec<u8> {
    let Some(fields) = &filter.event_fields else { return event };
    let Ok(Value::Object(whole)) = serde_json::from_slice(&event) else { return event };
    let mut kept = Map::new();
    for field in fields {
        keep(&whole, &path(field), &mut kept);
    }
    Value::Object(kept).to_string().into_bytes()
}

/// The parts of a dotted field name; `\` takes the meaning from a dot or another `\`.
fn path(field: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        match character {
            '.' => parts.push(String::new()),
            '\\' => parts.last_mut().expect("never empty").extend(characters.next()),
            other => parts.last_mut().expect("never empty").push(other),
        }
    }
    parts
}

fn keep(from: &Map<String, Value>, path: &[String], to: &mut Map<String, Value>) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(value) = from.get(first) else { return };
    if rest.is_empty() {
        to.insert(first.clone(), value.clone());
    } else if let Value::Object(inner) = value {
        let place = to.entry(first.clone()).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(place) = place {
            keep(inner, rest, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_fields_stay() {
        let filter = SyncFilter {
            event_fields: Some(vec!["type".into(), "content.body".into(), r"content.m\.mentions".into()]),
            ..SyncFilter::default()
        };
        let event = br#"{"type":"m","sender":"@a:b","content":{"body":"x","url":"y","m.mentions":{}}}"#;
        let kept: Value = serde_json::from_slice(&project(&filter, event.to_vec())).unwrap();
        assert_eq!(kept, serde_json::json!({"type": "m", "content": {"body": "x", "m.mentions": {}}}));
    }
}
