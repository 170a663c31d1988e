use super::Here;
use crate::Identity;
use ruma::presence::PresenceState;
use std::{collections::BTreeSet, time::Duration};
use storage::Position;

impl Here {
    fn seen(&self, viewer: &Identity, since: Position) -> Vec<(u64, PresenceState)> {
        let changes =
            self.users.presence.changes(viewer.user, (since, self.now()), &BTreeSet::new()).expect("read");
        changes.into_iter().map(|shown| (shown.user.0, shown.state)).collect()
    }

    /// What was submitted without waiting is written before this.
    async fn settle(&self, who: &Identity) -> Position {
        self.users.devices.rename(&who.user_id, &who.device_id, Some("x")).await.expect("renamed");
        self.now()
    }
}

#[tokio::test]
async fn transitions_reach_those_who_share_a_room_and_nothing_else_does() {
    let here = Here::new().await;
    let (alice, bob, carol) =
        (here.person("alice", "A").await, here.person("bob", "B").await, here.person("carol", "C").await);
    let room = here.room(&alice.user_id).await;
    here.join(&room, &bob.user_id).await;
    let presence = &here.users.presence;
    let start = here.settle(&alice).await;

    let alices = presence.syncing(&alice, &PresenceState::Online).await.expect("begun");
    let after = here.settle(&alice).await;
    assert_eq!(here.seen(&bob, start), [(alice.user.0, PresenceState::Online)]);
    assert!(here.seen(&carol, start).is_empty());

    // A minute of syncs and messages: nothing for the log.
    for _ in 0..60 {
        here.clock.advance(Duration::from_secs(1));
        drop(presence.syncing(&alice, &PresenceState::Online).await.expect("begun"));
        presence.active(&alice).expect("noted");
        presence.tick().expect("ticked");
    }
    assert_eq!(here.settle(&alice).await.0, after.0 + 1, "only what settling itself wrote");

    drop(alices);
    here.clock.advance(Duration::from_secs(31));
    presence.tick().expect("ticked");
    here.settle(&alice).await;
    assert_eq!(here.seen(&bob, after), [(alice.user.0, PresenceState::Offline)]);
}

#[tokio::test]
async fn between_two_syncs_nothing_is_missed() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    let room = here.room(&alice.user_id).await;
    here.join(&room, &bob.user_id).await;
    let presence = &here.users.presence;
    let touched = |since| here.store.topic_position(rooms::topics::user(bob.user)).may_be_after(since);

    drop(presence.syncing(&bob, &PresenceState::Online).await.expect("begun"));
    let since = here.settle(&alice).await;
    presence.set(&alice, &PresenceState::Online, Some("hi")).await.expect("set");
    assert!(touched(since), "bob was here a moment ago");

    here.clock.advance(Duration::from_secs(40));
    presence.tick().expect("ticked");
    let since = here.settle(&alice).await;
    presence.set(&alice, &PresenceState::Online, Some("still here")).await.expect("set");
    assert!(!touched(since), "bob is away");
    let _syncing = presence.syncing(&bob, &PresenceState::Offline).await.expect("begun");
    here.settle(&alice).await;
    assert!(touched(since), "and hears of it when he is back, hidden or not");
    assert_eq!(here.seen(&bob, since), [(alice.user.0, PresenceState::Online)]);
}

#[tokio::test]
async fn a_status_is_told_and_survives() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    let room = here.room(&alice.user_id).await;
    here.join(&room, &bob.user_id).await;
    let start = here.now();
    let syncing = here.users.presence.syncing(&alice, &PresenceState::Online).await.expect("begun");
    here.users.presence.set(&alice, &PresenceState::Unavailable, Some("at lunch")).await.expect("set");
    let shown = here.users.presence.changes(bob.user, (start, here.now()), &BTreeSet::new()).expect("read");
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (&shown[0].state, shown[0].status_msg.as_deref()),
        (&PresenceState::Unavailable, Some("at lunch"))
    );
    drop(syncing);
    let here = here.again().await;
    let shown = here.users.presence.get(alice.user).expect("read");
    assert_eq!((&shown.state, shown.status_msg.as_deref()), (&PresenceState::Offline, Some("at lunch")));
}

#[tokio::test]
async fn people_idle_after_five_minutes() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let presence = &here.users.presence;
    let _syncing = presence.syncing(&alice, &PresenceState::Online).await.expect("begun");
    here.clock.advance(Duration::from_secs(299));
    presence.tick().expect("ticked");
    assert_eq!(presence.get(alice.user).expect("read").state, PresenceState::Online);
    here.clock.advance(Duration::from_secs(1));
    presence.tick().expect("ticked");
    assert_eq!(presence.get(alice.user).expect("read").state, PresenceState::Unavailable);
}

#[tokio::test]
async fn presence_can_be_turned_off() {
    let mut settings = super::settings();
    settings.presence.enabled = false;
    let here = Here::with(settings).await;
    let alice = here.person("alice", "A").await;
    let before = here.now();
    let _syncing = here.users.presence.syncing(&alice, &PresenceState::Online).await.expect("begun");
    here.users.presence.set(&alice, &PresenceState::Online, None).await.expect("no effect");
    assert_eq!(here.now(), before);
}
