//! Account data: what clients keep on the server, for a person or for a person in a room (spec "Client Config").
//!
//! A value has the position of its last change, so that /sync reads only what changed.

mod ignored;
mod invites;
mod tags;

pub use self::tags::Tags;

use crate::{
    core::{Core, user_topic},
    error::{Result, UserError},
    notes::Stale,
    push_rules,
    view::View,
};
use rooms::ids::{RoomNum, UserNum};
use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{collections::HashSet, sync::Arc};
use storage::{Commit, Position, tables};

/// What stands in the place of a room for data that belongs to no room.
const GLOBAL: u64 = 0;
/// The longest type, in bytes.
const LONGEST_TYPE: usize = 255;
/// Types that clients can't set, of a person or of a room (spec "Client Config", "Server Behaviour").
const MANAGED: [&str; 2] = [push_rules::KIND, FULLY_READ];
/// The read marker of a room: a receipt that only its owner sees.
const FULLY_READ: &str = "m.fully_read";

/// How a value is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DataRecord {
    pub(crate) position: u64,
    /// A JSON object.
    pub(crate) content: String,
}

/// How the way back from a position is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ChangeRecord {
    room: u64,
    kind: String,
}

/// One value.
#[derive(Debug, Clone)]
pub struct Data {
    /// Of which room; `None` for the person's own.
    pub room: Option<RoomNum>,
    /// The event type.
    pub kind: String,
    /// Its content, a JSON object.
    pub content: Box<RawValue>,
}

/// Reads and changes account data.
pub struct AccountData {
    pub(crate) core: Arc<Core>,
    ignored: View<UserNum, Arc<HashSet<OwnedUserId>>>,
}

impl AccountData {
    pub(crate) fn new(core: Arc<Core>) -> Arc<Self> {
        let data = Arc::new(Self { core, ignored: View::new(20_000) });
        let weak = Arc::downgrade(&data);
        data.core.on_stale(move |what| {
            if let (Stale::AccountData(user), Some(data)) = (what, weak.upgrade()) {
                data.ignored.forget(&user);
            }
        });
        data
    }

    /// A value. The push rules are there for everybody, changed or not.
    pub fn get(&self, user: UserNum, room: Option<RoomNum>, kind: &str) -> Result<Option<Box<RawValue>>> {
        let record: Option<DataRecord> =
            self.core.store.get_record(tables::ACCOUNT_DATA, &key(user, room, kind))?;
        match record {
            None if room.is_none() && kind == push_rules::KIND => {
                push_rules::default_content(&self.core, user).map(Some)
            }
            None if kind == FULLY_READ => room.map_or(Ok(None), |room| self.fully_read(user, room)),
            record => record.map(|record| content(record.content)).transpose(),
        }
    }

    fn fully_read(&self, user: UserNum, room: RoomNum) -> Result<Option<Box<RawValue>>> {
        let Some((event, _)) = self.core.rooms.fully_read(room, user)? else { return Ok(None) };
        let content = serde_json::json!({ "event_id": event });
        serde_json::value::to_raw_value(&content).map(Some).map_err(UserError::corrupt)
    }

    /// Sets a value that a client chose itself. What the server manages is refused.
    pub async fn set(
        &self,
        user: UserNum,
        room: Option<RoomNum>,
        kind: &str,
        content: &RawValue,
    ) -> Result<()> {
        if MANAGED.contains(&kind) {
            return Err(UserError::Managed(kind.to_owned()));
        }
        if kind.is_empty() || kind.len() > LONGEST_TYPE {
            return Err(UserError::invalid(format!("A type has 1 to {LONGEST_TYPE} bytes.")));
        }
        if content.get().len() > self.core.settings.limits.account_data_bytes {
            return Err(UserError::TooLarge("The value is too large.".into()));
        }
        if !content.get().trim_start().starts_with('{') {
            return Err(UserError::BadJson("Account data is a JSON object.".into()));
        }
        let _turn = self.core.turn(user).await;
        self.check_count(user, room, kind)?;
        self.put(user, room, kind, content.get()).await
    }

    fn check_count(&self, user: UserNum, room: Option<RoomNum>, kind: &str) -> Result<()> {
        if self.core.store.contains(tables::ACCOUNT_DATA, &key(user, room, kind))? {
            return Ok(());
        }
        let mut count = 0;
        for row in
            self.core.store.scan_prefix_records::<ChangeRecord, _>(tables::ACCOUNT_DATA_BY_POSITION, &user.0)
        {
            row?;
            count += 1;
        }
        if count >= self.core.settings.limits.account_data_types {
            return Err(UserError::Limit("There are too many kinds of account data.".into()));
        }
        Ok(())
    }

    /// Writes a value; the caller holds the user's turn.
    pub(crate) async fn put(
        &self,
        user: UserNum,
        room: Option<RoomNum>,
        kind: &str,
        content: &str,
    ) -> Result<()> {
        let key = key(user, room, kind);
        let before: Option<DataRecord> = self.core.store.latest_record(tables::ACCOUNT_DATA, &key)?;
        let mut commit = Core::change();
        put(&mut commit, key, before, content.to_owned());
        commit.topic(user_topic(user));
        Stale::AccountData(user).note(&mut commit);
        self.core.commit(commit).await?;
        Ok(())
    }

    /// All values, of the person and of all their rooms: for a first sync.
    pub fn all(&self, user: UserNum) -> Result<Vec<Data>> {
        let mut all = Vec::new();
        for row in self.core.store.scan_prefix_records::<DataRecord, _>(tables::ACCOUNT_DATA, &user.0) {
            let ((_, room, kind), record) = row?;
            all.push(Data { room: room_of(room), kind, content: content(record.content)? });
        }
        if !all.iter().any(|data| data.room.is_none() && data.kind == push_rules::KIND) {
            let content = push_rules::default_content(&self.core, user)?;
            all.push(Data { room: None, kind: push_rules::KIND.to_owned(), content });
        }
        Ok(all)
    }

    /// All values of one room, or the person's own.
    pub fn of_room(&self, user: UserNum, room: RoomNum) -> Result<Vec<Data>> {
        let mut all = Vec::new();
        for row in
            self.core.store.scan_prefix_records::<DataRecord, _>(tables::ACCOUNT_DATA, &(user.0, room.0))
        {
            let ((_, room, kind), record) = row?;
            all.push(Data { room: room_of(room), kind, content: content(record.content)? });
        }
        Ok(all)
    }

    /// What changed after `since`, up to `upto`, in the order of the changes: for an incremental sync.
    pub fn changes(&self, user: UserNum, since: Position, upto: Position) -> Result<Vec<Data>> {
        let mut changes = Vec::new();
        let range = (user.0, since.next().0)..(user.0, upto.next().0);
        for row in self.core.store.scan_records::<ChangeRecord, _>(tables::ACCOUNT_DATA_BY_POSITION, range) {
            let (_, change) = row?;
            let key = (user.0, change.room, change.kind.clone());
            // Gone, or newer already: its row comes in a later sync.
            let record: Option<DataRecord> = self.core.store.get_record(tables::ACCOUNT_DATA, &key)?;
            if let Some(record) = record {
                changes.push(Data {
                    room: room_of(change.room),
                    kind: change.kind,
                    content: content(record.content)?,
                });
            }
        }
        Ok(changes)
    }
}

fn key(user: UserNum, room: Option<RoomNum>, kind: &str) -> (u64, u64, String) {
    (user.0, room.map_or(GLOBAL, |room| room.0), kind.to_owned())
}

fn room_of(room: u64) -> Option<RoomNum> {
    (room != GLOBAL).then_some(RoomNum(room))
}

fn content(text: String) -> Result<Box<RawValue>> {
    RawValue::from_string(text).map_err(UserError::corrupt)
}

/// Writes a value over `before`, with its way back from the position.
fn put(commit: &mut Commit, key: (u64, u64, String), before: Option<DataRecord>, content: String) {
    commit.with_position(move |position, ops| {
        if let Some(before) = before {
            ops.delete(tables::ACCOUNT_DATA_BY_POSITION, &(key.0, before.position));
        }
        let change = ChangeRecord { room: key.1, kind: key.2.clone() };
        ops.put_record(tables::ACCOUNT_DATA_BY_POSITION, &(key.0, position.0), &change);
        ops.put_record(tables::ACCOUNT_DATA, &key, &DataRecord { position: position.0, content });
    });
}
