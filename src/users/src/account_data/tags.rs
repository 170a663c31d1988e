//! Tags of rooms (spec "Room Tagging"): the account data `m.tag` of a room.

use super::{AccountData, DataRecord, key};
use crate::error::{Result, UserError};
use rooms::ids::{RoomNum, UserNum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use storage::tables;

const KIND: &str = "m.tag";
/// Most tags of a room, and the longest name in bytes.
const MOST_TAGS: usize = 100;
const LONGEST_NAME: usize = 255;

/// The tags of a room: name to what is said about it (`order`).
pub type Tags = BTreeMap<String, Map<String, Value>>;

#[derive(Default, Serialize, Deserialize)]
struct Content {
    #[serde(default)]
    tags: Tags,
}

impl AccountData {
    /// The tags that `user` gave to `room`.
    pub fn tags(&self, user: UserNum, room: RoomNum) -> Result<Tags> {
        let record: Option<DataRecord> =
            self.core.store.get_record(tables::ACCOUNT_DATA, &key(user, Some(room), KIND))?;
        Ok(record.as_ref().map(parse).unwrap_or_default())
    }

    /// Sets a tag.
    pub async fn set_tag(
        &self,
        user: UserNum,
        room: RoomNum,
        tag: &str,
        info: Map<String, Value>,
    ) -> Result<()> {
        if tag.is_empty() || tag.len() > LONGEST_NAME {
            return Err(UserError::invalid(format!("A tag has 1 to {LONGEST_NAME} bytes.")));
        }
        if serde_json::to_string(&info).map_err(UserError::corrupt)?.len() > 4_096 {
            return Err(UserError::TooLarge("The tag's content is too large.".into()));
        }
        self.change_tags(user, room, |tags| {
            tags.insert(tag.to_owned(), info);
        })
        .await
    }

    /// Removes a tag; nothing happens if there is none.
    pub async fn remove_tag(&self, user: UserNum, room: RoomNum, tag: &str) -> Result<()> {
        self.change_tags(user, room, |tags| {
            tags.remove(tag);
        })
        .await
    }

    async fn change_tags(&self, user: UserNum, room: RoomNum, change: impl FnOnce(&mut Tags)) -> Result<()> {
        let _turn = self.core.turn(user).await;
        let record: Option<DataRecord> =
            self.core.store.latest_record(tables::ACCOUNT_DATA, &key(user, Some(room), KIND))?;
        let before = record.as_ref().map(parse).unwrap_or_default();
        let mut tags = before.clone();
        change(&mut tags);
        if tags == before {
            return Ok(());
        }
        if tags.len() > MOST_TAGS {
            return Err(UserError::Limit(format!("A room has at most {MOST_TAGS} tags.")));
        }
        let content = serde_json::to_string(&Content { tags }).map_err(UserError::corrupt)?;
        self.put(user, Some(room), KIND, &content).await
    }
}

/// Clients may also write `m.tag` as account data, and not always well: then there are no tags.
fn parse(record: &DataRecord) -> Tags {
    serde_json::from_str::<Content>(&record.content).unwrap_or_default().tags
}
