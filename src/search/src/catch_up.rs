//! Reads what is missing from the database: after a crash, when too much came at once, and all of it for a new index.

use crate::{
    SearchError,
    schema::ROOM,
    worker::{Batch, Worker},
};
use rooms::{Direction, EventNum, RoomNum};
use std::{collections::HashSet, ops::Bound};
use storage::Position;
use tantivy::{
    Term,
    collector::Count,
    query::{RangeQuery, TermQuery},
    schema::IndexRecordOption,
};
use tokio_util::sync::CancellationToken;

/// Events that are read at once.
const PIECE: usize = 500;
/// Events after which a commit makes a new index searchable, as far as it goes.
const STEP: usize = 50_000;

/// What a room has that the index lacks.
struct Missing {
    room: RoomNum,
    /// Fetched from further back than all that was known.
    earlier: Vec<EventNum>,
    /// Events with a greater order.
    after: Option<i64>,
}

impl Worker {
    /// Brings the index up to `upto`. Whether it got there: not when the server stops meanwhile.
    pub(crate) fn catch_up(
        &mut self,
        upto: Position,
        stopping: &CancellationToken,
    ) -> Result<bool, SearchError> {
        let missing = if self.cursor == Position::ZERO { self.everything()? } else { self.missing(upto)? };
        let Some(missing) = missing else { return Ok(true) };
        let mut written = 0;
        for Missing { room, earlier, after } in missing {
            self.index_all(earlier)?;
            let mut place = after;
            while let Some(from) = place {
                if stopping.is_cancelled() {
                    return Ok(false);
                }
                let (events, next) = self.piece(room, from, rooms::order_of(upto))?;
                written += events.len();
                self.index_all(events)?;
                place = next;
            }
            if written > STEP && self.cursor == Position::ZERO {
                // Searchable from now on; not complete up to anywhere yet.
                self.commit(Position::ZERO)?;
                written = 0;
            }
        }
        self.commit(upto)?;
        Ok(true)
    }

    /// All rooms from their beginnings, for an index without anything.
    fn everything(&mut self) -> Result<Option<Vec<Missing>>, SearchError> {
        self.writer()?.delete_all_documents()?;
        let rooms = self.rooms.all_rooms()?.into_iter();
        Ok(Some(rooms.map(|room| Missing { room, earlier: Vec::new(), after: Some(i64::MIN) }).collect()))
    }

    /// What came since the cursor; `None` if nothing did. Takes out what will be read again, and rooms that are no more.
    fn missing(&mut self, upto: Position) -> Result<Option<Vec<Missing>>, SearchError> {
        let rooms = self.rooms.all_rooms()?;
        let known: HashSet<_> = rooms.iter().map(|room| room.0).collect();
        let mut gone = self.indexed_rooms()?;
        gone.retain(|room| !known.contains(room));
        let cursor = rooms::order_of(self.cursor);
        let mut missing = Vec::new();
        for room in rooms {
            let later = !self.rooms.timeline_range(room, self.cursor, upto, 1)?.events.is_empty();
            let earlier = self.earlier(room)?;
            if later || !earlier.is_empty() {
                missing.push(Missing { room, earlier, after: later.then_some(cursor) });
            }
        }
        if missing.is_empty() && gone.is_empty() {
            return Ok(None);
        }
        let fields = self.index.fields;
        let later = Bound::Excluded(Term::from_field_i64(fields.order, cursor));
        self.writer()?.delete_query(Box::new(RangeQuery::new(later, Bound::Unbounded)))?;
        for room in gone {
            self.delete(Term::from_field_u64(fields.room, room))?;
        }
        Ok(Some(missing))
    }

    /// Some events of a room up to an order, and from where to go on.
    fn piece(
        &self,
        room: RoomNum,
        from: i64,
        upto: i64,
    ) -> Result<(Vec<EventNum>, Option<i64>), SearchError> {
        let page = self.rooms.timeline(room, Some(from), Direction::Forward, PIECE)?;
        let next = page.events.last().map(|(order, _)| *order).filter(|last| page.more && *last < upto);
        let events = page.events.into_iter().filter(|(order, _)| *order <= upto);
        Ok((events.map(|(_, event)| event).collect(), next))
    }

    fn index_all(&mut self, events: Vec<EventNum>) -> Result<(), SearchError> {
        let mut batch = Batch::default();
        for event in events {
            if let Some(event) = self.rooms.event(event)? {
                batch.event_of_history(&self.rooms, &event)?;
            }
        }
        self.write(batch)
    }

    fn indexed_rooms(&self) -> Result<HashSet<u64>, SearchError> {
        let mut rooms = HashSet::new();
        for segment in self.index.reader.searcher().segment_readers() {
            let column = segment.fast_fields().u64(ROOM)?.first_or_default_col(0);
            rooms.extend(segment.doc_ids_alive().map(|document| column.get_val(document)));
        }
        Ok(rooms)
    }

    /// What was fetched from further back since the index was last complete. Such events count down, so the first that is
    /// in the index ends them.
    fn earlier(&self, room: RoomNum) -> Result<Vec<EventNum>, SearchError> {
        let (mut place, mut missing) = (i64::MIN, Vec::new());
        loop {
            let page = self.rooms.timeline(room, Some(place), Direction::Forward, PIECE)?;
            for (order, event) in page.events {
                if order > 0 || self.has(event)? {
                    return Ok(missing);
                }
                place = order;
                missing.push(event);
            }
            if !page.more {
                return Ok(missing);
            }
        }
    }

    fn has(&self, event: EventNum) -> Result<bool, SearchError> {
        let query = TermQuery::new(self.index.fields.of_event(event), IndexRecordOption::Basic);
        Ok(self.index.reader.searcher().search(&query, &Count)? > 0)
    }
}
