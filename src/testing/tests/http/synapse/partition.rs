//! Both servers write while they are cut off from each other, and are of one mind afterwards.

use super::scene::{Scene, VERSIONS, person};
use serde_json::json;
use testing::{Gate, Home, Synapse, TestServer, TestUser, eventually, same, segment};

/// People of both servers in a room in which Bob may set the topic.
struct Story {
    scene: Scene,
    room: String,
    /// On Alice's server.
    carol: TestUser,
    /// On Bob's server, and not in the room yet.
    erin: TestUser,
}

impl Story {
    async fn begin(version: &'static str, host: &Home, guest: &Home) -> Self {
        let scene = Scene::new(version, host, guest).await;
        let room = scene.shared_room().await;
        let (carol, erin) = (person(host, "carol").await, person(guest, "erin").await);
        let since = scene.bob.now().await;
        carol.join(&room).await;
        scene.bob.sees_member(&since, &room, &carol.id, "join").await;
        let story = Self { scene, room, carol, erin };
        story.give_bob(50).await;
        let given = json!({"users": {story.scene.bob.id.as_str(): 50}});
        story.scene.bob.told(&since, &story.room, "m.room.power_levels", "", given).await;
        story
    }

    async fn give_bob(&self, power: u32) {
        let levels = format!("/v3/rooms/{}/state/m.room.power_levels/", segment(&self.room));
        let mut content = self.scene.alice.get(&levels).await.ok();
        content["users"][&self.scene.bob.id] = json!(power);
        self.scene.alice.put(&levels, content).await.ok();
    }

    /// What Alice's server knows of the time apart: Bob lost his power, and nobody else comes in.
    async fn at_the_host(&self) {
        let alice = &self.scene.alice;
        alice.say(&self.room, "apart 1").await;
        self.give_bob(0).await;
        alice.state(&self.room, "m.room.topic", "", json!({"topic": "Honey"})).await;
        alice.state(&self.room, "m.room.join_rules", "", json!({"join_rule": "invite"})).await;
        self.carol.say(&self.room, "apart 2").await;
        alice.say(&self.room, "apart 3").await;
    }

    /// What Bob's server knows of it: he uses his power, and Erin comes.
    async fn at_the_guest(&self) {
        let bob = &self.scene.bob;
        bob.say(&self.room, "apart 4").await;
        bob.state(&self.room, "m.room.topic", "", json!({"topic": "Wasps"})).await;
        bob.state(&self.room, "m.room.name", "", json!({"name": "Nest"})).await;
        self.erin.join(&self.room).await;
        bob.say(&self.room, "apart 5").await;
    }

    /// Waits until both have all messages and the same state.
    async fn is_of_one_mind(&self) {
        let Scene { alice, bob, .. } = &self.scene;
        alice.say(&self.room, "apart 6").await;
        bob.say(&self.room, "apart 7").await;
        let all: Vec<String> = (1..=7).map(|number| format!("apart {number}")).collect();
        for who in [alice, bob] {
            eventually(async || {
                let texts = texts(who, &self.room).await;
                if texts == all { Ok(()) } else { Err(format!("{} has {texts:?}", who.id)) }
            })
            .await;
        }
        eventually(async || same(&alice.state_ids(&self.room).await, &bob.state_ids(&self.room).await)).await;
    }

    /// What Alice did to the powers and to the door holds against what was done meanwhile.
    async fn ends_well(&self) {
        for who in [&self.scene.alice, &self.scene.bob] {
            let of_room = |what: &str| format!("/v3/rooms/{}/{what}", segment(&self.room));
            let topic = who.get(&of_room("state/m.room.topic/")).await.ok();
            let name = who.get(&of_room("state/m.room.name/")).await.ok();
            assert_eq!((&topic["topic"], &name["name"]), (&json!("Honey"), &json!("Bees")));
            let joined = who.get(&of_room("joined_members")).await.ok()["joined"].clone();
            assert!(joined[&self.scene.bob.id].is_object() && joined[&self.carol.id].is_object());
            assert!(joined[&self.erin.id].is_null(), "{joined}");
        }
    }
}

/// What was said in the time apart, in the order of its numbers.
async fn texts(user: &TestUser, room: &str) -> Vec<String> {
    let history = user.history(room).await;
    let texts = history.iter().filter_map(|event| event["content"]["body"].as_str());
    let mut texts: Vec<String> = texts.filter(|text| text.starts_with("apart")).map(str::to_owned).collect();
    texts.sort_unstable();
    texts
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn who_wrote_while_cut_off_agrees_afterwards() {
    let gates = [Gate::new().await, Gate::new().await];
    let (ours, theirs) = (TestServer::behind(&gates[0]).await, Synapse::behind(&gates[1]).await);
    let mut stories = Vec::new();
    for version in VERSIONS {
        stories.push(Story::begin(version, &ours, &theirs).await);
        stories.push(Story::begin(version, &theirs, &ours).await);
    }
    gates.iter().for_each(Gate::shut);
    for story in &stories {
        story.at_the_host().await;
        story.at_the_guest().await;
        assert_ne!(
            story.scene.alice.state_ids(&story.room).await,
            story.scene.bob.state_ids(&story.room).await
        );
    }
    gates.iter().for_each(Gate::open);
    for story in &stories {
        story.is_of_one_mind().await;
        story.ends_well().await;
    }
}
