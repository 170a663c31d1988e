//! Three servers that are stopped, killed, late and cut off from each other at random are of one mind at the end, and nothing is lost.

use super::{chance::Chance, weather::Weather};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use testing::{Alone, Asleep, TestUser, eventually, same, segment};

const SERVERS: usize = 3;
const ROUNDS: usize = 12;
const ACTS: usize = 8;
/// The longest that passes between two acts, in milliseconds: time in which some of it gets through.
const PAUSE: u16 = 100;

/// The test that is a server, see [`server`].
const ENTRY: &str = "several::three::server";

enum State {
    Up(Box<Alone>),
    Down(Asleep),
}

/// A server, somebody of it who is always in the room, and somebody who comes and goes.
struct Place {
    state: Option<State>,
    person: TestUser,
    wanderer: TestUser,
    inside: bool,
    /// Where the person's sync was when all began.
    since: String,
    /// What others sent to the person's device.
    notes: BTreeSet<u64>,
}

impl Place {
    fn is_up(&self) -> bool {
        matches!(self.state, Some(State::Up(_)))
    }

    async fn stop(mut self) -> Self {
        if let Some(State::Up(server)) = self.state {
            self.state = Some(State::Down(server.stop().await));
        }
        self
    }

    async fn kill(mut self) -> Self {
        if let Some(State::Up(server)) = self.state {
            self.state = Some(State::Down(server.kill().await));
        }
        self
    }

    async fn start(mut self) -> Self {
        if let Some(State::Down(asleep)) = self.state {
            let server = asleep.start().await;
            self.person.move_to(&server);
            self.wanderer.move_to(&server);
            self.state = Some(State::Up(Box::new(server)));
        }
        self
    }
}

struct World {
    chance: Chance,
    weather: Weather,
    places: Vec<Place>,
    room: String,
    said: BTreeSet<String>,
    count: u64,
}

impl World {
    async fn begin() -> Self {
        let chance = Chance::any();
        let weather = Weather::fine(SERVERS, &chance).await;
        let mut servers = Vec::new();
        for gate in &weather.gates {
            servers.push(Alone::behind(gate, ENTRY).await);
        }
        let founder = servers[0].user("person").await;
        let room = founder.room_with(json!({"preset": "public_chat", "name": "Bees"})).await;
        let mut people = vec![founder];
        for server in &servers[1..] {
            let person = server.user("person").await;
            let via = segment(servers[0].name());
            person.post(&format!("/v3/join/{}?via={via}", segment(&room)), json!({})).await.ok();
            people.push(person);
        }
        give_all_power(&people, &room).await;
        let mut places = Vec::new();
        for (server, person) in servers.into_iter().zip(people) {
            let wanderer = server.user("wanderer").await;
            let since = person.now().await;
            let notes = BTreeSet::new();
            places.push(Place {
                state: Some(State::Up(Box::new(server))),
                person,
                wanderer,
                inside: false,
                since,
                notes,
            });
        }
        Self { chance, weather, places, room, said: BTreeSet::new(), count: 0 }
    }

    /// The weather turns, servers stop, are killed and come back, and people do this and that.
    async fn round(&mut self) {
        self.weather.turn();
        let mut places = Vec::new();
        for place in self.places.drain(..) {
            places.push(match (place.is_up(), self.chance.below(100)) {
                (true, 0..10) => place.stop().await,
                (true, 10..25) => place.kill().await,
                (false, 0..60) => place.start().await,
                _ => place,
            });
        }
        self.places = places;
        for _ in 0..ACTS {
            let awake: Vec<usize> = (0..SERVERS).filter(|&place| self.places[place].is_up()).collect();
            if awake.is_empty() {
                return;
            }
            let who = *self.chance.of(&awake);
            self.act(who).await;
            if self.chance.percent(4) {
                // What it has just said yes to must be there all the same.
                let place = self.places.remove(who).kill().await;
                self.places.insert(who, place);
            }
            tokio::time::sleep(Duration::from_millis(self.chance.below(PAUSE).into())).await;
        }
    }

    async fn act(&mut self, who: usize) {
        self.count += 1;
        let (number, room) = (self.count, self.room.clone());
        match self.chance.below(10) {
            0 => self.set(who, "m.room.topic", json!({"topic": number.to_string()})).await,
            1 => self.set(who, "m.room.name", json!({"name": number.to_string()})).await,
            2 => self.change_levels(who, number).await,
            3 => self.wander(who).await,
            4 | 5 => self.note(who, number).await,
            _ => {
                let text = format!("message {number} of {who}");
                self.places[who].person.say(&room, &text).await;
                self.said.insert(text);
            }
        }
    }

    async fn set(&self, who: usize, kind: &str, content: serde_json::Value) {
        self.places[who].person.state(&self.room, kind, "", content).await;
    }

    /// A change of the power levels that takes no power from anybody.
    async fn change_levels(&self, who: usize, number: u64) {
        let path = format!("/v3/rooms/{}/state/m.room.power_levels/", segment(&self.room));
        let mut levels = self.places[who].person.get(&path).await.ok();
        levels["events"]["org.example.number"] = json!(number % 50);
        self.set(who, "m.room.power_levels", levels).await;
    }

    async fn wander(&mut self, who: usize) {
        let Place { wanderer, inside, .. } = &mut self.places[who];
        if *inside {
            wanderer.leave(&self.room).await;
        } else {
            wanderer.join(&self.room).await;
        }
        *inside = !*inside;
    }

    /// Something for the device of somebody of another server.
    async fn note(&mut self, who: usize, number: u64) {
        let others: Vec<usize> = (0..SERVERS).filter(|&other| other != who).collect();
        let to = *self.chance.of(&others);
        let (id, device) = (self.places[to].person.id.clone(), self.places[to].person.device.clone());
        let body = json!({"messages": {id: {device: {"number": number}}}});
        self.places[who].person.put(&format!("/v3/sendToDevice/org.example.note/{number}"), body).await.ok();
        self.places[to].notes.insert(number);
    }

    /// All is well again, and everybody says so.
    async fn end(&mut self) {
        self.weather.clear();
        let mut places = Vec::new();
        for place in self.places.drain(..) {
            places.push(place.start().await);
        }
        self.places = places;
        for (number, place) in self.places.iter().enumerate() {
            let text = format!("{number} is well");
            place.person.say(&self.room, &text).await;
            self.said.insert(text);
        }
    }

    /// Everybody has every message.
    async fn lost_no_message(&self) {
        for place in &self.places {
            eventually(async || {
                let history = place.person.history(&self.room).await;
                let texts = history.iter().filter_map(|event| event["content"]["body"].as_str());
                let texts: BTreeSet<String> = texts.map(str::to_owned).collect();
                let missing: Vec<_> = self.said.difference(&texts).collect();
                if missing.is_empty() {
                    Ok(())
                } else {
                    Err(format!("{} lacks {missing:?}", place.person.id))
                }
            })
            .await;
        }
    }

    async fn has_one_state(&self) {
        for place in &self.places[1..] {
            eventually(async || {
                let first = self.places[0].person.state_ids(&self.room).await;
                same(&first, &place.person.state_ids(&self.room).await)
            })
            .await;
        }
    }

    /// Every device has what was sent to it, each once.
    async fn lost_no_note(&self) {
        for Place { person, since, notes, .. } in &self.places {
            let mut since = since.clone();
            let mut got = Vec::new();
            while got.len() < notes.len() {
                let some = |answer: &serde_json::Value| {
                    answer["to_device"]["events"].as_array().is_some_and(|events| !events.is_empty())
                };
                let answer = person.sync_until(&since, some).await;
                let events = answer["to_device"]["events"].as_array().into_iter().flatten();
                got.extend(events.filter_map(|event| event["content"]["number"].as_u64()));
                answer["next_batch"].as_str().expect("every sync has an end").clone_into(&mut since);
            }
            let later = person.sync(Some(&since)).await["to_device"]["events"].clone();
            assert_eq!(later.as_array().map_or(0, Vec::len), 0, "{later}");
            got.sort_unstable();
            assert_eq!(got, notes.iter().copied().collect::<Vec<_>>());
        }
    }
}

/// The founder gives everybody all power, and everybody knows.
async fn give_all_power(people: &[TestUser], room: &str) {
    let path = format!("/v3/rooms/{}/state/m.room.power_levels/", segment(room));
    let mut levels = people[0].get(&path).await.ok();
    for person in &people[1..] {
        levels["users"][&person.id] = json!(100);
    }
    let given = people[0].state(room, "m.room.power_levels", "", levels).await;
    for person in people {
        eventually(async || {
            let knows = person.state_ids(room).await.contains(&given);
            if knows { Ok(()) } else { Err(format!("{} does not know its power", person.id)) }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a server of `three_servers_end_with_one_state_and_lose_nothing`, which it kills"]
async fn server() {
    Alone::serve().await;
}

#[tokio::test]
async fn three_servers_end_with_one_state_and_lose_nothing() {
    let mut world = World::begin().await;
    for _ in 0..ROUNDS {
        world.round().await;
    }
    world.end().await;
    world.lost_no_message().await;
    world.lost_no_note().await;
    world.has_one_state().await;
}
