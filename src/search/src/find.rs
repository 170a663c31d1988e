//! Searching.

use crate::{
    Key, Mark, OrderBy, Search, SearchError,
    index::Index,
    query::{Parsed, parse},
    rank::{Among, Best, Constant, Match, Matches},
};
use rooms::{RoomError, RoomNum, RoomRef, Rooms, Sight, StoredEvent, UserNum, Viewer};
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

/// Matches that one search looks at. The number of what is found is exact up to here.
const MOST_LOOKED_AT: usize = 1_000;
/// How long a search waits for others to end.
const QUEUE: Duration = Duration::from_secs(5);

/// What to search for.
#[derive(Clone, Debug)]
pub struct Query {
    /// What was typed.
    pub text: String,
    /// In which texts.
    pub keys: Vec<Key>,
    /// In which rooms. That the viewer may see something of them is not enough: each event is looked at with their eyes.
    pub rooms: Vec<RoomNum>,
    /// Of whom; of everybody when `None`.
    pub senders: Option<Vec<UserNum>>,
    /// Who searches.
    pub viewer: UserNum,
    /// What comes first.
    pub order_by: OrderBy,
    /// Only what comes after this.
    pub after: Option<Mark>,
    /// How many at the most.
    pub limit: usize,
    /// Whether the number of all that is found is wanted; it costs looking at all of it.
    pub count: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The events, in order.
    pub hits: Vec<Hit>,
    /// How many there are that the viewer may see, from `after` on: up to a thousand, if it was asked for.
    pub count: Option<usize>,
    /// Where to go on; `None` when all was looked at.
    pub next: Option<Mark>,
    /// The words that were looked for.
    pub words: Vec<String>,
}

/// An event that was found.
#[derive(Debug)]
pub struct Hit {
    /// The event.
    pub event: Arc<StoredEvent>,
    /// Its room.
    pub room: RoomRef,
    /// Its place in the order.
    pub mark: Mark,
}

impl Search {
    /// Searches among the events that the viewer may see and `wanted` wants.
    ///
    /// # Errors
    /// [`SearchError::Query`] for queries that ask for too much; [`SearchError::Busy`] when too many others search.
    pub async fn find(
        &self,
        query: Query,
        wanted: impl Fn(&StoredEvent) -> bool + Send + 'static,
    ) -> Result<Found, SearchError> {
        let turn = Arc::clone(&self.inner.searching).acquire_owned();
        let turn = tokio::time::timeout(QUEUE, turn).await.map_err(|_| SearchError::Busy)?;
        let turn = turn.map_err(|_| SearchError::Busy)?;
        self.settle().await;
        let index = self.inner.index.read().clone();
        let Some(index) = index else { return Ok(Found::default()) };
        let rooms = self.inner.rooms.clone();
        let found = tokio::task::spawn_blocking(move || {
            // Held here: whoever asked may be gone before the search has ended.
            let _turn = turn;
            look(&rooms, &index, query, wanted)
        });
        found.await.map_err(|_| SearchError::Stopped)?
    }
}

fn look(
    rooms: &Rooms,
    index: &Index,
    query: Query,
    wanted: impl Fn(&StoredEvent) -> bool,
) -> Result<Found, SearchError> {
    let Some(Parsed { query: parsed, words }) = parse(&query.text, &index.fields)? else {
        return Ok(Found::default());
    };
    let among = Among {
        rooms: query.rooms.iter().map(|room| room.0).collect(),
        senders: query.senders.map(|some| some.iter().map(|user| user.0).collect()),
        keys: query.keys.iter().map(|key| key.number()).collect(),
        after: query.after,
    };
    let best = Best { among: Arc::new(among), order_by: query.order_by, most: MOST_LOOKED_AT };
    let matches = index.reader.searcher().search_with_statistics_provider(&parsed, &best, &Constant)?;
    let mut eyes = Eyes { rooms, viewer: query.viewer, sights: HashMap::new() };
    let mut found = Found { words, ..Found::default() };
    found.sift(&matches, &mut eyes, &wanted, (query.limit, query.count))?;
    Ok(found)
}

impl Found {
    /// Keeps what the viewer may see, up to a limit; counts all of it if that is wanted.
    fn sift(
        &mut self,
        matches: &Matches,
        eyes: &mut Eyes<'_>,
        wanted: &impl Fn(&StoredEvent) -> bool,
        (limit, count): (usize, bool),
    ) -> Result<(), SearchError> {
        let mut seen = 0;
        for one in &matches.list {
            if !count && self.hits.len() == limit {
                break;
            }
            let Some(hit) = eyes.see(one)? else { continue };
            if !wanted(&hit.event) {
                continue;
            }
            seen += 1;
            if self.hits.len() < limit {
                self.hits.push(hit);
            }
        }
        self.count = count.then_some(seen);
        self.next = if self.hits.len() == limit {
            // A full page may be the last; that the next is empty says so.
            self.hits.last().map(|hit| hit.mark)
        } else {
            matches.list.last().filter(|_| matches.more).map(|one| one.mark)
        };
        Ok(())
    }
}

/// Looks at events of many rooms with the eyes of one user.
struct Eyes<'a> {
    rooms: &'a Rooms,
    viewer: UserNum,
    sights: HashMap<RoomNum, Option<(RoomRef, Sight<'a>)>>,
}

impl<'a> Eyes<'a> {
    /// The event, if it is still there and to be seen.
    fn see(&mut self, one: &Match) -> Result<Option<Hit>, RoomError> {
        let rooms = self.rooms;
        let Some(event) = rooms.event(one.event())? else { return Ok(None) };
        if event.meta.room != one.room || rooms.redacted_by(event.num)?.is_some() {
            return Ok(None);
        }
        let Some((room, sight)) = self.room(one.room)? else { return Ok(None) };
        let seen = sight.of(&event)?;
        if !seen.visible || seen.erased {
            return Ok(None);
        }
        // Found is the text of the last edit, which may have come when the viewer had left.
        if event.meta.state_key.is_none()
            && let Some(edit) = rooms.latest_edit(&event)?
            && let Some(edit) = rooms.event(edit)?
            && !sight.of(&edit)?.visible
        {
            return Ok(None);
        }
        Ok(Some(Hit { event, room: RoomRef::clone(room), mark: one.mark }))
    }

    fn room(&mut self, room: RoomNum) -> Result<Option<&mut (RoomRef, Sight<'a>)>, RoomError> {
        let known = match self.sights.entry(room) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let room = self.rooms.room_by_num(room)?;
                new.insert(room.map(|room| {
                    let sight = self.rooms.sight(&room, Viewer::user(self.viewer));
                    (room, sight)
                }))
            }
        };
        Ok(known.as_mut())
    }
}
