use super::Here;
use crate::{
    Identity, SigningKeys, UserError,
    e2ee::signing::tests::{pair, public, sign},
};
use proptest::prelude::*;
use ruma::{OneTimeKeyAlgorithm, OwnedDeviceId, OwnedUserId, UserId, signatures::Ed25519KeyPair};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};
use storage::Position;

fn raw(value: &Value) -> Box<RawValue> {
    to_raw_value(value).expect("json")
}

fn uploads<T: for<'de> serde::Deserialize<'de>>(value: Value) -> T {
    serde_json::from_value(value).expect("an upload")
}

fn device_keys(who: &Identity, key: &str) -> Value {
    json!({
        "user_id": who.user_id, "device_id": who.device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": { format!("ed25519:{}", who.device_id): key, format!("curve25519:{}", who.device_id): "abc" },
        "signatures": { who.user_id.as_str(): { format!("ed25519:{}", who.device_id): "c2ln" } },
    })
}

fn signed_key(text: &str) -> Value {
    json!({ "key": text, "signatures": { "@x:y": { "ed25519:Z": "abc" } } })
}

impl Here {
    async fn upload(&self, who: &Identity, keys: &Value) {
        let none = BTreeMap::new();
        self.users.keys.upload(who, Some(&raw(keys)), &none, &BTreeMap::new()).await.expect("uploaded");
    }

    async fn upload_one_time(&self, who: &Identity, keys: Value) -> Result<BTreeMap<String, u64>, UserError> {
        self.users.keys.upload(who, None, &uploads(keys), &BTreeMap::new()).await
    }

    async fn claim(&self, who: &Identity) -> Option<(String, Value)> {
        let algorithm = OneTimeKeyAlgorithm::SignedCurve25519;
        let wanted =
            BTreeMap::from([(who.user_id.clone(), BTreeMap::from([(who.device_id.clone(), algorithm)]))]);
        let claimed = self.users.keys.claim(&wanted).await.expect("claimed");
        let (id, json) = claimed.into_values().next()?.into_values().next()?.into_iter().next()?;
        Some((id, serde_json::from_str(json.get()).expect("json")))
    }

    fn changed(&self, viewer: &Identity, since: Position) -> (BTreeSet<OwnedUserId>, BTreeSet<OwnedUserId>) {
        let lists = self.lists(viewer, since);
        (lists.changed.into_iter().collect(), lists.left.into_iter().collect())
    }

    fn lists(&self, viewer: &Identity, since: Position) -> crate::DeviceLists {
        let neighbours = self.users.neighbours.changes(viewer.user, since, self.now()).expect("read");
        self.users.keys.changes(viewer.user, (since, self.now()), &neighbours).expect("read")
    }

    fn query(&self, viewer: &UserId, user: &UserId) -> crate::Queried {
        self.users.keys.query(Some(viewer), &BTreeMap::from([(user.to_owned(), Vec::new())])).expect("read")
    }
}

#[tokio::test]
async fn one_time_keys_come_in_order_and_once_then_the_fallback() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    assert_eq!(here.claim(&alice).await, None);
    let counts = here
        .upload_one_time(&alice, json!({"signed_curve25519:z": signed_key("MQ")}))
        .await
        .expect("uploaded");
    assert_eq!(counts["signed_curve25519"], 1);
    here.upload_one_time(&alice, json!({"signed_curve25519:a": signed_key("Mg")})).await.expect("uploaded");
    // The same again is no mistake, another key under the same id is.
    let counts = here
        .upload_one_time(&alice, json!({"signed_curve25519:a": signed_key("Mg")}))
        .await
        .expect("the same");
    assert_eq!(counts["signed_curve25519"], 2);
    let other = here.upload_one_time(&alice, json!({"signed_curve25519:a": signed_key("Mw")})).await;
    assert!(matches!(other, Err(UserError::InvalidParam(_))));
    let fallback = uploads(json!({"signed_curve25519:f": {"key": "NA", "fallback": true, "signatures": {}}}));
    here.users.keys.upload(&alice, None, &BTreeMap::new(), &fallback).await.expect("uploaded");
    assert_eq!(here.users.keys.counts(alice.device).expect("read").unused_fallback, ["signed_curve25519"]);

    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(here.claim(&alice).await.expect("a key").0);
    }
    let id = |name| format!("signed_curve25519:{name}");
    assert_eq!(ids, [id("z"), id("a"), id("f"), id("f")]);
    let counts = here.users.keys.counts(alice.device).expect("read");
    assert_eq!((counts.one_time["signed_curve25519"], counts.unused_fallback.len()), (0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn each_key_is_claimed_once_however_many_ask(keys in 1..30usize, claims in 1..40usize, give_up in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let here = Arc::new(Here::new().await);
            let alice = here.person("alice", "A").await;
            let all: Value = (0..keys)
                .map(|n| (format!("signed_curve25519:{n}"), signed_key("MQ")))
                .collect::<serde_json::Map<_, _>>()
                .into();
            here.upload_one_time(&alice, all).await.expect("uploaded");
            let tasks: Vec<_> = (0..claims)
                .map(|n| {
                    let (here, alice) = (here.clone(), alice.clone());
                    let task = tokio::spawn(async move { here.claim(&alice).await });
                    // Some who ask hang up before they have an answer.
                    if (give_up >> (n % 64)).trailing_zeros() >= 3 {
                        task.abort();
                    }
                    task
                })
                .collect();
            let mut seen = HashSet::new();
            for task in tasks {
                if let Ok(Some((id, _))) = task.await {
                    assert!(seen.insert(id.clone()), "{id} was given out twice");
                }
            }
            assert!(seen.len() <= keys);
        });
    }
}

#[tokio::test]
async fn keys_must_be_the_owners() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    let upload = async |keys: Value| {
        here.users.keys.upload(&bob, Some(&raw(&keys)), &BTreeMap::new(), &BTreeMap::new()).await
    };
    assert!(matches!(upload(device_keys(&alice, "k")).await, Err(UserError::InvalidParam(_))));
    let incomplete = json!({"user_id": bob.user_id, "device_id": bob.device_id});
    assert!(matches!(upload(incomplete).await, Err(UserError::BadJson(_))));
    assert!(here.query(&alice.user_id, &bob.user_id).device_keys[&bob.user_id].is_empty());
    upload(device_keys(&bob, "k")).await.expect("uploaded");
    here.users.devices.rename(&bob.user_id, "B".into(), Some("Bob's phone")).await.expect("renamed");
    let found = here.query(&alice.user_id, &bob.user_id);
    let keys: Value =
        serde_json::from_str(found.device_keys[&bob.user_id][&OwnedDeviceId::from("B")].get()).expect("json");
    assert_eq!(keys["unsigned"]["device_display_name"], "Bob's phone");
    assert_eq!(keys["keys"], device_keys(&bob, "k")["keys"]);
}

#[tokio::test]
async fn those_who_share_a_room_hear_of_changes() {
    let here = Here::new().await;
    let (alice, bob, carol) =
        (here.person("alice", "A").await, here.person("bob", "B").await, here.person("carol", "C").await);
    let room = here.room(&alice.user_id).await;
    let set = |users: &[&Identity]| users.iter().map(|who| who.user_id.clone()).collect::<BTreeSet<_>>();

    let start = here.now();
    here.join(&room, &bob.user_id).await;
    assert_eq!(here.changed(&alice, start), (set(&[&bob]), set(&[])));
    assert_eq!(
        here.changed(&bob, start),
        (set(&[&alice, &bob]), set(&[])),
        "who comes in hears of their own devices, too"
    );
    let joined = here.now();
    here.upload(&bob, &device_keys(&bob, "one")).await;
    assert_eq!(here.changed(&alice, joined), (set(&[&bob]), set(&[])));
    assert_eq!(here.changed(&bob, joined), (set(&[&bob]), set(&[])), "one's other devices too");
    assert_eq!(here.changed(&carol, joined), (set(&[]), set(&[])));
    let uploaded = here.now();
    here.upload(&bob, &device_keys(&bob, "one")).await;
    assert_eq!(here.now(), uploaded, "the same keys are no change");

    here.rooms.leave(&room, &bob.user_id, rooms::MemberChange::default()).await.expect("left");
    assert_eq!(here.changed(&alice, uploaded), (set(&[]), set(&[&bob])));
    assert_eq!(here.changed(&bob, uploaded), (set(&[]), set(&[&alice])));
    let left = here.now();
    here.upload(&bob, &device_keys(&bob, "two")).await;
    assert_eq!(here.changed(&alice, left), (set(&[]), set(&[])));
    here.join(&room, &bob.user_id).await;
    assert_eq!(here.changed(&alice, left).0, set(&[&bob]));
    assert_eq!(here.changed(&alice, uploaded), (set(&[&bob]), set(&[])), "also for who saw neither");
    let back = here.now();
    let profile = rooms::MemberProfile { displayname: Some("Bob".to_owned()), avatar_url: None };
    let renamed = rooms::MemberChange::with_profile(profile);
    here.rooms.rename_member(&room, &bob.user_id, renamed).await.expect("renamed");
    assert_eq!(here.changed(&alice, back), (set(&[]), set(&[])), "a name is not a device");

    // After a restart the tables say the same as memory did.
    let rejoined = here.now();
    here.upload(&bob, &device_keys(&bob, "three")).await;
    let here = here.again().await;
    assert_eq!(here.changed(&alice, rejoined), (set(&[&bob]), set(&[])));
    assert_eq!(here.changed(&bob, rejoined).0, set(&[&bob]));
}

struct Signing {
    master: Ed25519KeyPair,
    self_signing: Ed25519KeyPair,
    user_signing: Ed25519KeyPair,
}

/// A pair whose id is its own public key, as cross-signing keys are named.
fn self_named() -> Ed25519KeyPair {
    let der = Ed25519KeyPair::generate();
    let public = public(&Ed25519KeyPair::from_der(&der, "x".into()).expect("just made"));
    Ed25519KeyPair::from_der(&der, public).expect("just made")
}

impl Signing {
    fn new() -> Self {
        Self { master: self_named(), self_signing: self_named(), user_signing: self_named() }
    }

    fn key(user: &UserId, usage: &str, pair: &Ed25519KeyPair) -> Value {
        let public = public(pair);
        json!({"user_id": user, "usage": [usage], "keys": { format!("ed25519:{public}"): public }})
    }

    fn master(&self, user: &UserId) -> Value {
        Self::key(user, "master", &self.master)
    }

    fn others(&self, user: &UserId) -> (Value, Value) {
        let sign = |usage, pair| sign(&Self::key(user, usage, pair), user, &self.master);
        (sign("self_signing", &self.self_signing), sign("user_signing", &self.user_signing))
    }

    async fn publish(&self, here: &Here, user: &UserId) -> Result<bool, UserError> {
        let (master, (own, others)) = (raw(&self.master(user)), self.others(user));
        let (own, others) = (raw(&own), raw(&others));
        let keys =
            SigningKeys { master: Some(&master), self_signing: Some(&own), user_signing: Some(&others) };
        let num = here.rooms.ids().user(user)?;
        let uia = here.users.keys.signing_keys_need_uia(num, keys)?;
        here.users.keys.upload_signing_keys(user, keys).await?;
        Ok(uia)
    }
}

#[tokio::test]
async fn cross_signing_keys_are_checked_and_private_parts_stay_private() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    let keys = Signing::new();
    let (own, _) = keys.others(&alice.user_id);
    let alone = raw(&own);
    let alone = SigningKeys { self_signing: Some(&alone), ..SigningKeys::default() };
    let refused = here.users.keys.upload_signing_keys(&alice.user_id, alone).await;
    assert!(matches!(refused, Err(UserError::MissingParam(_))));

    assert!(!keys.publish(&here, &alice.user_id).await.expect("published"), "the first keys need no more");
    assert!(!keys.publish(&here, &alice.user_id).await.expect("published"), "nor do the same ones");
    let found = here.query(&bob.user_id, &alice.user_id);
    assert_eq!(
        (found.master_keys.len(), found.self_signing_keys.len(), found.user_signing_keys.len()),
        (1, 1, 0)
    );
    assert_eq!(here.query(&alice.user_id, &alice.user_id).user_signing_keys.len(), 1);

    // Signed by somebody else's master key.
    let (foreign, _) = Signing::new().others(&alice.user_id);
    let foreign = raw(&foreign);
    let foreign = SigningKeys { self_signing: Some(&foreign), ..SigningKeys::default() };
    let refused = here.users.keys.upload_signing_keys(&alice.user_id, foreign).await;
    assert!(matches!(refused, Err(UserError::InvalidSignature(_))));

    assert!(Signing::new().publish(&here, &alice.user_id).await.expect("published"), "new ones need a proof");
}

#[tokio::test]
async fn signatures_are_checked_one_by_one() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    let device = pair("A");
    let device_json = sign(
        &{
            let mut keys = device_keys(&alice, &public(&device));
            keys.as_object_mut().expect("object").remove("signatures");
            keys
        },
        &alice.user_id,
        &device,
    );
    here.upload(&alice, &device_json).await;
    let (own, other) = (Signing::new(), Signing::new());
    own.publish(&here, &alice.user_id).await.expect("published");
    other.publish(&here, &bob.user_id).await.expect("published");
    let since = here.now();

    let good_device = sign(&device_json, &alice.user_id, &own.self_signing);
    let good_master = sign(&own.master(&alice.user_id), &alice.user_id, &device);
    let good_other = sign(&other.master(&bob.user_id), &alice.user_id, &own.user_signing);
    let mut changed = good_device.clone();
    changed["algorithms"] = json!([]);
    let of = |keys: Vec<(String, &Value)>| {
        keys.into_iter().map(|(key, value)| (key, raw(value))).collect::<BTreeMap<_, _>>()
    };
    let request = BTreeMap::from([
        (
            alice.user_id.clone(),
            of(vec![
                ("A".into(), &changed),
                (public(&own.master), &good_master),
                ("NOPE".into(), &good_device),
            ]),
        ),
        (bob.user_id.clone(), of(vec![(public(&other.master), &good_other)])),
    ]);
    let failures = here.users.keys.upload_signatures(&alice.user_id, &request).await.expect("some taken");
    let failed: Vec<_> =
        failures[&alice.user_id].iter().map(|(key, failure)| (key.as_str(), failure.errcode)).collect();
    assert_eq!(failed, [("A", "M_INVALID_PARAM"), ("NOPE", "M_NOT_FOUND")]);
    assert!(!failures.contains_key(&bob.user_id));
    let request = BTreeMap::from([(alice.user_id.clone(), of(vec![("A".into(), &good_device)]))]);
    assert!(here.users.keys.upload_signatures(&alice.user_id, &request).await.expect("taken").is_empty());

    let signed_by_alice = |found: &crate::Queried| {
        let master: Value = serde_json::from_str(found.master_keys[&bob.user_id].get()).expect("json");
        master["signatures"].get(alice.user_id.as_str()).is_some()
    };
    assert!(signed_by_alice(&here.query(&alice.user_id, &bob.user_id)));
    assert!(!signed_by_alice(&here.query(&bob.user_id, &bob.user_id)), "others don't see it");
    let (changed, _) = here.changed(&alice, since);
    assert_eq!(changed, BTreeSet::from([alice.user_id.clone(), bob.user_id.clone()]));
    let device: Value = serde_json::from_str(
        here.query(&bob.user_id, &alice.user_id).device_keys[&alice.user_id][&OwnedDeviceId::from("A")].get(),
    )
    .expect("json");
    assert_eq!(device["signatures"][alice.user_id.as_str()].as_object().expect("signatures").len(), 2);
}
