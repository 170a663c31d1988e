//! The public rooms of this server (client-server API, "Published room directory").
//!
//! Promises: the list is in memory, with what it shows of each room. A join or any other change of a
//! room's state costs a look-up that marks the details to be read again when somebody looks; a message costs nothing.

mod page;

use crate::{Code, RoomError, RoomNum, Rooms};
use page::{Cursor, Rank, cut};
use parking_lot::RwLock;
use ruma::{
    UserId,
    directory::PublicRoomsChunk,
    events::TimelineEventType,
    room::{RoomSummary, RoomType},
};
use std::{collections::HashMap, sync::Arc};
use storage::{Commit, Durability, Store, tables};

/// The most rooms on a page.
const MAX_PAGE: usize = 500;

/// Which public rooms to list.
#[derive(Clone, Debug, Default)]
pub struct DirectoryFilter {
    /// In name, topic or canonical alias, whatever the case.
    pub search: Option<String>,
    /// Rooms of these types, `None` being rooms without a type; all if it is empty.
    pub room_types: Option<Vec<Option<RoomType>>>,
}

/// A page of the directory.
#[derive(Clone, Debug)]
pub struct DirectoryPage {
    /// The rooms, those with most members first.
    pub chunk: Vec<PublicRoomsChunk>,
    /// Where the page before begins.
    pub prev_batch: Option<String>,
    /// Where the page after begins.
    pub next_batch: Option<String>,
    /// How many rooms there are on all pages.
    pub total: usize,
}

/// The public rooms, in memory.
#[derive(Default)]
pub(crate) struct Directory {
    rooms: RwLock<HashMap<RoomNum, Entry>>,
}

/// A public room.
#[derive(Clone, Default)]
struct Entry {
    /// What is shown of it, if it was looked at since its last change.
    details: Option<Arc<RoomSummary>>,
    /// How many changes there were: what was read before the last one is not kept.
    changes: u64,
}

impl Directory {
    /// Reads the list.
    pub(crate) fn load(&self, store: &Store) -> Result<(), RoomError> {
        for row in store.scan(tables::DIRECTORY, ..) {
            self.list(RoomNum(row?.0), true);
        }
        Ok(())
    }

    /// A room was listed, or taken off the list.
    pub(crate) fn list(&self, room: RoomNum, listed: bool) {
        let mut rooms = self.rooms.write();
        if listed {
            rooms.entry(room).or_default();
        } else {
            rooms.remove(&room);
        }
    }

    /// Something of what is shown of a room changed.
    pub(crate) fn forget_details(&self, room: RoomNum) {
        if !self.rooms.read().contains_key(&room) {
            return;
        }
        if let Some(entry) = self.rooms.write().get_mut(&room) {
            entry.details = None;
            entry.changes += 1;
        }
    }

    fn entries(&self) -> Vec<(RoomNum, Entry)> {
        self.rooms.read().iter().map(|(room, entry)| (*room, entry.clone())).collect()
    }

    fn keep(&self, room: RoomNum, changes: u64, details: &Arc<RoomSummary>) {
        if let Some(entry) = self.rooms.write().get_mut(&room).filter(|entry| entry.changes == changes) {
            entry.details = Some(Arc::clone(details));
        }
    }
}

impl DirectoryFilter {
    fn matches(&self, room: &RoomSummary) -> bool {
        let of_type =
            self.room_types.as_ref().is_none_or(|types| types.is_empty() || types.contains(&room.room_type));
        of_type && self.search.as_deref().is_none_or(|search| Self::found(search, room))
    }

    fn found(search: &str, room: &RoomSummary) -> bool {
        let search = search.trim().to_lowercase();
        let alias = room.canonical_alias.as_ref().map(|alias| alias.as_str());
        let texts = [room.name.as_deref(), room.topic.as_deref(), alias];
        search.is_empty() || texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&search))
    }
}

impl Rooms {
    /// Whether the room is in the directory.
    pub fn is_public(&self, room: RoomNum) -> bool {
        self.inner.views.directory.rooms.read().contains_key(&room)
    }

    /// Puts a room into the directory or takes it out; for who has the power to set its canonical alias, and admins.
    pub async fn set_visibility(
        &self,
        room: RoomNum,
        user: &UserId,
        is_admin: bool,
        public: bool,
    ) -> Result<(), RoomError> {
        if !is_admin && !self.may_send_state(room, user, &TimelineEventType::RoomCanonicalAlias)? {
            return Err(RoomError::forbidden("you don't have the power to publish this room"));
        }
        let mut commit = Commit::new(Durability::Sync).positions(0);
        Self::put_visibility(&mut commit, room, public);
        self.inner.store.commit(commit).await?;
        Ok(())
    }

    /// Puts a room into the directory or takes it out with `commit`.
    pub(crate) fn put_visibility(commit: &mut Commit, room: RoomNum, public: bool) {
        if public {
            commit.put(tables::DIRECTORY, &room.0, &());
        } else {
            commit.delete(tables::DIRECTORY, &room.0);
        }
    }

    /// A page of the directory; `since` is a token of another page.
    ///
    /// # Errors
    /// `M_INVALID_PARAM` for a token that this server has not made.
    pub fn public_rooms(
        &self,
        filter: &DirectoryFilter,
        since: Option<&str>,
        limit: Option<usize>,
    ) -> Result<DirectoryPage, RoomError> {
        let since = since.map(str::parse::<Cursor>).transpose();
        let since =
            since.map_err(|_| RoomError::bad(Code::InvalidParam, "since is no token of this directory"))?;
        let mut rooms = Vec::new();
        for (room, entry) in self.inner.views.directory.entries() {
            if let Some(details) = self.details(room, entry)?
                && filter.matches(&details)
            {
                rooms.push((Rank::new(details.num_joined_members.into(), room.0), details));
            }
        }
        rooms.sort_unstable_by_key(|(rank, _)| *rank);
        let ranks: Vec<Rank> = rooms.iter().map(|(rank, _)| *rank).collect();
        let cut = cut(&ranks, since, limit.unwrap_or(MAX_PAGE).min(MAX_PAGE));
        let chunk = rooms.get(cut.range).unwrap_or_default();
        Ok(DirectoryPage {
            chunk: chunk.iter().map(|(_, details)| RoomSummary::clone(details).into()).collect(),
            prev_batch: cut.prev.map(|cursor| cursor.to_string()),
            next_batch: cut.next.map(|cursor| cursor.to_string()),
            total: rooms.len(),
        })
    }

    fn details(&self, room: RoomNum, entry: Entry) -> Result<Option<Arc<RoomSummary>>, RoomError> {
        if entry.details.is_some() {
            return Ok(entry.details);
        }
        let Some(info) = self.room_by_num(room)? else { return Ok(None) };
        let details = Arc::new(self.room_summary(&info)?);
        self.inner.views.directory.keep(room, entry.changes, &details);
        Ok(Some(details))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::{owned_room_alias_id, owned_room_id, room::JoinRuleSummary, uint};

    fn room() -> RoomSummary {
        let mut room =
            RoomSummary::new(owned_room_id!("!a:x"), JoinRuleSummary::Public, false, uint!(3), false);
        room.name = Some("Test Name".to_owned());
        room.topic = Some("Topic Wombles".to_owned());
        room.canonical_alias = Some(owned_room_alias_id!("#über:x"));
        room
    }

    fn search(text: &str) -> bool {
        DirectoryFilter { search: Some(text.to_owned()), room_types: None }.matches(&room())
    }

    #[test]
    fn search_looks_at_name_topic_and_alias() {
        assert!(search("wombles") && search("test n") && search("ÜBER") && search(" ") && search(""));
        assert!(!search("absent"));
    }

    #[test]
    fn types_filter_rooms_and_null_is_no_type() {
        let of_types = |types: Vec<Option<RoomType>>, room: &RoomSummary| {
            DirectoryFilter { search: None, room_types: Some(types) }.matches(room)
        };
        let mut space = room();
        space.room_type = Some(RoomType::Space);
        assert!(of_types(vec![None], &room()) && !of_types(vec![None], &space));
        assert!(
            of_types(vec![Some(RoomType::Space)], &space) && !of_types(vec![Some(RoomType::Space)], &room())
        );
        assert!(of_types(vec![], &space));
    }

    #[test]
    fn details_that_were_overtaken_are_not_kept() {
        let directory = Directory::default();
        directory.list(RoomNum(1), true);
        directory.forget_details(RoomNum(1));
        directory.keep(RoomNum(1), 0, &Arc::new(room()));
        assert!(directory.entries()[0].1.details.is_none());
        directory.keep(RoomNum(1), 1, &Arc::new(room()));
        assert!(directory.entries()[0].1.details.is_some());
        directory.list(RoomNum(1), false);
        assert!(directory.entries().is_empty());
    }
}
