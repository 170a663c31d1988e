//! What an honest server answers about its room.

use super::{Asked, Reply, Shared, joins};
use events::{
    Pdu,
    testing::{TestRoom, signing_key},
};
use ruma::{CanonicalJsonObject, EventId, OwnedEventId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most events of an answer.
const MOST: usize = 20;

pub(super) fn honest(shared: &Shared, asked: &Asked) -> Reply {
    match asked.what.as_str() {
        "make_join" => return joins::make(shared, asked),
        "send_join" => return joins::send(shared, asked),
        "invite" => return joins::invited(shared, asked),
        _ => {}
    }
    let room = shared.room.lock();
    let tells = Tells { shared, room: &room };
    let answer = match asked.what.as_str() {
        "server" => Some(tells.keys()),
        "send" => Some(json!({ "pdus": {} })),
        "event" => tells.event(&last_segment(&asked.path)),
        "event_auth" => tells.event_auth(&last_segment(&asked.path)),
        "state_ids" => tells.state(asked, "pdu_ids", "auth_chain_ids", |pdu| json!(pdu.event_id())),
        "state" => tells.state(asked, "pdus", "auth_chain", whole),
        "get_missing_events" => Some(tells.missing(&asked.body)),
        "backfill" => Some(tells.backfill(asked)),
        _ => None,
    };
    answer.map_or_else(
        || Reply::Json(404, json!({ "errcode": "M_NOT_FOUND", "error": "not here" })),
        |body| Reply::Json(200, body),
    )
}

struct Tells<'a> {
    shared: &'a Shared,
    room: &'a TestRoom,
}

impl Tells<'_> {
    fn keys(&self) -> Value {
        let key = signing_key(&self.shared.name);
        let public = key.public_key();
        let object = json!({
            "server_name": self.shared.name,
            "valid_until_ts": 4_000_000_000_000_u64,
            "verify_keys": { key.key_id(): { "key": ruma::serde::Base64::<ruma::serde::base64::Standard, _>::new(public.to_vec()).encode() } },
            "old_verify_keys": {},
        });
        let mut object: CanonicalJsonObject = serde_json::from_value(object).expect("canonical JSON");
        key.sign_json(&mut object).expect("a signature");
        serde_json::to_value(object).expect("JSON")
    }

    fn get(&self, id: &str) -> Option<Pdu> {
        if self.shared.withheld.lock().contains(id) {
            return None;
        }
        self.room.get(<&EventId>::try_from(id).ok()?)
    }

    fn event(&self, id: &str) -> Option<Value> {
        let pdu = self.get(id)?;
        Some(json!({ "origin": self.shared.name, "origin_server_ts": 1, "pdus": [whole(&pdu)] }))
    }

    fn event_auth(&self, id: &str) -> Option<Value> {
        let chain = self.chain(self.get(id)?.auth_events());
        Some(json!({ "auth_chain": chain.iter().map(whole).collect::<Vec<_>>() }))
    }

    fn state(&self, asked: &Asked, state: &str, chain: &str, show: impl Fn(&Pdu) -> Value) -> Option<Value> {
        let event = self.get(&query(&asked.path, "event_id").pop()?)?;
        let before = self.room.state_before(event.prev_events());
        let before: Vec<OwnedEventId> = before.into_values().collect();
        let authorizing: Vec<Value> = self.chain(&before).iter().map(&show).collect();
        let before: Vec<Value> =
            before.iter().filter_map(|id| self.room.get(id)).map(|pdu| show(&pdu)).collect();
        Some(json!({ state: before, chain: authorizing }))
    }

    /// All that authorizes, without what is withheld.
    fn chain(&self, of: &[OwnedEventId]) -> Vec<Pdu> {
        let mut chain: BTreeMap<OwnedEventId, Pdu> = BTreeMap::new();
        let mut next: Vec<OwnedEventId> = of.to_vec();
        while let Some(id) = next.pop() {
            if let Some(pdu) = self.get(id.as_str()).filter(|_| !chain.contains_key(&id)) {
                next.extend(pdu.auth_events().iter().cloned());
                chain.insert(id, pdu);
            }
        }
        chain.into_values().collect()
    }

    fn missing(&self, body: &Value) -> Value {
        let until = texts(&body["earliest_events"]);
        let from = texts(&body["latest_events"]);
        let limit = body["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10);
        let found = self.back(&from, &until, limit.min(MOST), false);
        json!({ "events": found.iter().rev().map(whole).collect::<Vec<_>>() })
    }

    fn backfill(&self, asked: &Asked) -> Value {
        let from: BTreeSet<String> = query(&asked.path, "v").into_iter().collect();
        let limit = query(&asked.path, "limit").pop().and_then(|limit| limit.parse().ok()).unwrap_or(MOST);
        let found = self.back(&from, &BTreeSet::new(), limit, true);
        json!({
            "origin": self.shared.name,
            "origin_server_ts": 1,
            "pdus": found.iter().map(whole).collect::<Vec<_>>(),
        })
    }

    /// From the newest on: what comes before `from`.
    fn back(
        &self,
        from: &BTreeSet<String>,
        until: &BTreeSet<String>,
        limit: usize,
        with_from: bool,
    ) -> Vec<Pdu> {
        let mut wanted = from.clone();
        let mut found = Vec::new();
        for pdu in self.room.events().into_iter().rev() {
            let id = pdu.event_id().to_string();
            if until.contains(&id) || !wanted.contains(&id) || found.len() == limit {
                continue;
            }
            wanted.extend(pdu.prev_events().iter().map(ToString::to_string));
            let shown = with_from || !from.contains(&id);
            if shown && self.get(&id).is_some() {
                found.push(pdu);
            }
        }
        found
    }
}

pub(super) fn whole(pdu: &Pdu) -> Value {
    serde_json::from_str(pdu.json()).expect("events are JSON")
}

fn texts(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(super) fn last_segment(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let segment = path.rsplit('/').next().unwrap_or_default();
    decoded(segment)
}

fn query(path: &str, key: &str) -> Vec<String> {
    let Some((_, query)) = path.split_once('?') else { return Vec::new() };
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(known, _)| known == key)
        .map(|(_, value)| value.into_owned())
        .collect()
}

fn decoded(segment: &str) -> String {
    // Segments encode a plus sign, which queries would read as a space.
    let pairs = format!("x={}", segment.replace('+', "%2B"));
    query(&format!("?{pairs}"), "x").pop().unwrap_or_default()
}
