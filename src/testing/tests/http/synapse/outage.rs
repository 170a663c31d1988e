//! A server that is away for a while gets what it missed.

use super::scene::{Scene, VERSIONS};
use testing::{Home, Synapse, TestServer, eventually};

/// In each room, so that all are more than one transaction takes.
const MISSED_BY_SYNAPSE: usize = 20;
/// Synapse then tells the newest event of each room: more than are asked for at once lie before it.
const MISSED_BY_US: usize = 60;

/// A room in which one side talks while the other is away.
struct Talk {
    scene: Scene,
    room: String,
    /// Where the sync of the one who misses it was before.
    since: String,
    said: Vec<String>,
    /// The event id of the last message.
    last: String,
}

impl Talk {
    async fn begin(scene: Scene, away: &Home) -> Self {
        let room = scene.shared_room().await;
        let since = scene.of(away).now().await;
        Self { scene, room, since, said: Vec::new(), last: String::new() }
    }

    /// Somebody of this server says a lot.
    async fn goes_on(&mut self, here: &Home, messages: usize) {
        for number in 0..messages {
            let text = format!("missed {number}");
            self.last = self.scene.of(here).say(&self.room, &text).await;
            self.said.push(text);
        }
    }

    /// Waits until all has come to this server, in order, and both know the same state.
    async fn is_heard(&self, back: &Home) {
        let Scene { alice, bob, .. } = &self.scene;
        let who = self.scene.of(back);
        who.shown(&self.since, &self.room, &self.last).await;
        eventually(async || {
            let history = who.history(&self.room).await;
            let texts = history.iter().rev().filter_map(|event| event["content"]["body"].as_str());
            let texts: Vec<&str> = texts.filter(|text| text.starts_with("missed")).collect();
            if texts == self.said { Ok(()) } else { Err(format!("{} has {texts:?}", who.id)) }
        })
        .await;
        assert_eq!(alice.state_ids(&self.room).await, bob.state_ids(&self.room).await);
    }
}

/// A room of each version, made on either side, with somebody of either server.
async fn talks(ours: &TestServer, theirs: &Synapse, away: &Home) -> Vec<Talk> {
    let mut talks = Vec::new();
    for version in VERSIONS {
        for (host, guest) in [(&**ours, &**theirs), (theirs, ours)] {
            talks.push(Talk::begin(Scene::new(version, host, guest).await, away).await);
        }
    }
    talks
}

/// Somebody of the server that is back does something, at which the other tries again at once.
async fn is_back(talks: &[Talk], back: &Home) {
    talks[0].scene.of(back).say(&talks[0].room, "here again").await;
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn synapse_gets_what_it_missed() {
    let (ours, theirs) = (TestServer::reachable().await, Synapse::start().await);
    let mut talks = talks(&ours, &theirs, &theirs).await;
    let away = theirs.stop().await;
    for talk in &mut talks {
        talk.goes_on(&ours, MISSED_BY_SYNAPSE).await;
    }
    let theirs = away.start().await;
    is_back(&talks, &theirs).await;
    for talk in &talks {
        talk.is_heard(&theirs).await;
    }
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn we_get_what_we_missed() {
    let (ours, theirs) = (TestServer::reachable().await, Synapse::start().await);
    let mut talks = talks(&ours, &theirs, &ours).await;
    let away = ours.stop().await;
    for talk in &mut talks {
        talk.goes_on(&theirs, MISSED_BY_US).await;
    }
    let ours = away.start().await;
    for talk in &mut talks {
        talk.scene.move_to(&ours);
    }
    is_back(&talks, &ours).await;
    for talk in &talks {
        talk.is_heard(&ours).await;
    }
}
