//! What was found, by room and by sender (spec "Server Side Search", `groupings`).

use super::page::{Group, Page};
use ::search::Hit;
use ruma::{OwnedEventId, api::client::search::search_events::v3::GroupingKey};
use serde::Serialize;
use std::collections::BTreeMap;

/// The groups by what they have in common, then by room or user id.
pub(super) type Groups = BTreeMap<&'static str, BTreeMap<String, ResultGroup>>;

/// Some of the events found.
#[derive(Serialize)]
pub(super) struct ResultGroup {
    /// For more of the group.
    next_batch: String,
    /// The place among the groups: 0 has the best.
    order: usize,
    results: Vec<OwnedEventId>,
}

/// Groups a page by each of the `keys`.
pub(super) fn group(hits: &[Hit], keys: &[GroupingKey]) -> Groups {
    let mut groups = Groups::new();
    for key in keys {
        match key {
            GroupingKey::RoomId => {
                let by_room = |hit: &Hit| (hit.room.id.to_string(), Group::Room(hit.room.num.0));
                groups.insert("room_id", by(hits, by_room));
            }
            GroupingKey::Sender => {
                let by_sender =
                    |hit: &Hit| (hit.event.pdu.sender().to_string(), Group::Sender(hit.event.meta.sender.0));
                groups.insert("sender", by(hits, by_sender));
            }
            _ => {}
        }
    }
    groups
}

fn by(hits: &[Hit], name: impl Fn(&Hit) -> (String, Group)) -> BTreeMap<String, ResultGroup> {
    let mut groups: BTreeMap<String, ResultGroup> = BTreeMap::new();
    for hit in hits {
        let (name, group) = name(hit);
        let order = groups.len();
        let entry = groups.entry(name).or_insert_with(|| ResultGroup {
            next_batch: String::new(),
            order,
            results: Vec::new(),
        });
        entry.results.push(hit.event.event_id().to_owned());
        entry.next_batch = Page { after: hit.mark, count: None, group: Some(group) }.token();
    }
    groups
}
