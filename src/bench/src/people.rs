//! The people of a scenario: registered, and brought into rooms, many at a time.

use std::time::Duration;

use crate::Trouble;
use crate::api;
use crate::drive::{Reply, batch, batch_ok, one};
use crate::wire::Wire;

/// Requests in flight while people are set up: enough to keep two cores busy, few enough not to time out on slow servers.
pub const SETUP_LANES: usize = 16;

/// Somebody with an account and an access token.
#[derive(Debug, Clone)]
pub struct Person {
    /// `@name:server`
    pub id: String,
    /// The access token.
    pub token: String,
}

/// Registers `count` people named `{prefix}{number}`.
pub fn register(
    wire: &mut Wire,
    prefix: &str,
    count: usize,
    limit: Duration,
) -> Result<Vec<Person>, Trouble> {
    let what = format!("registering {count} people");
    let names: Vec<String> = (0..count).map(|number| format!("{prefix}{number}")).collect();
    let requests = names.iter().map(|name| api::register(name, None)).collect();
    let mut replies = batch(wire, &what, requests, SETUP_LANES, limit)?.all;
    // Servers may insist on a session for user-interactive auth; they say so with 401.
    let again: Vec<usize> = (0..count).filter(|index| replies[*index].status == 401).collect();
    if !again.is_empty() {
        let with_session =
            |index: &usize| api::register(&names[*index], replies[*index].text("session").as_deref());
        let requests = again.iter().map(with_session).collect();
        for (index, reply) in again.iter().zip(batch(wire, &what, requests, SETUP_LANES, limit)?.all) {
            replies[*index] = reply;
        }
    }
    replies.iter().map(|reply| person(reply, &what)).collect()
}

fn person(reply: &Reply, what: &str) -> Result<Person, Trouble> {
    let json = reply.ok(what)?.json();
    match (json["user_id"].as_str(), json["access_token"].as_str()) {
        (Some(id), Some(token)) => Ok(Person { id: id.to_owned(), token: token.to_owned() }),
        _ => Err(Trouble::Server(format!("{what}: the answer has no user_id and access_token"))),
    }
}

/// Creates one room that anybody may join, and returns its id.
pub fn create_room(wire: &mut Wire, by: &Person, name: &str, limit: Duration) -> Result<String, Trouble> {
    let reply = one(wire, "creating a room", api::create_room(&by.token, name), limit)?;
    reply
        .text("room_id")
        .ok_or_else(|| Trouble::Server("creating a room: no room_id in the answer".to_owned()))
}

/// Creates `count` rooms.
pub fn create_rooms(
    wire: &mut Wire,
    by: &Person,
    name: &str,
    count: usize,
    limit: Duration,
) -> Result<Vec<String>, Trouble> {
    let what = format!("creating {count} rooms");
    let requests =
        (0..count).map(|number| api::create_room(&by.token, &format!("{name} {number}"))).collect();
    let replies = batch_ok(wire, &what, requests, 4, limit)?;
    let missing = || Trouble::Server(format!("{what}: no room_id in the answer"));
    replies.all.iter().map(|reply| reply.text("room_id").ok_or_else(missing)).collect()
}

/// Lets all these people join a room; returns how long each waited, first answered first.
pub fn join(
    wire: &mut Wire,
    people: &[Person],
    room: &str,
    limit: Duration,
) -> Result<Vec<Duration>, Trouble> {
    let what = format!("{} people joining one room", people.len());
    let requests = people.iter().map(|person| api::join(&person.token, room)).collect();
    let replies = batch_ok(wire, &what, requests, SETUP_LANES, limit)?;
    Ok(replies.order.iter().map(|index| replies.all[*index].took).collect())
}
