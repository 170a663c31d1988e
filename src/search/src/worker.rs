//! Writes to the index. All of it blocks, so it runs on threads for that.

use crate::{
    SearchError,
    entry::{Entry, edited},
    index::Index,
    task::Task,
};
use rooms::{EventNum, Rooms, StoredEvent};
use std::{collections::BTreeSet, sync::Arc};
use storage::Position;
use tantivy::{
    IndexWriter, Term,
    indexer::{IndexWriterOptions, LogMergePolicy},
};

/// When so much of a segment is deleted, it is written anew without.
const DELETED: f32 = 0.2;

/// Takes the memory for writing when there is something to write, and gives it back when told to.
pub(crate) struct Worker {
    pub(crate) rooms: Rooms,
    pub(crate) index: Arc<Index>,
    pub(crate) cursor: Position,
    memory: usize,
    writer: Option<IndexWriter>,
}

impl Worker {
    pub(crate) fn new(rooms: Rooms, index: Arc<Index>, cursor: Position, memory: usize) -> Self {
        Self { rooms, index, cursor, memory, writer: None }
    }

    /// Indexes what the log brought, up to a position, and makes it searchable.
    pub(crate) fn apply(&mut self, tasks: Vec<Task>, upto: Position) -> Result<(), SearchError> {
        let mut batch = Batch::default();
        for task in tasks {
            match task {
                Task::New(event) => batch.new_event(&self.rooms, event)?,
                Task::Redacted(event) => batch.redacted(&self.rooms, event)?,
                Task::Gone(event) => drop(batch.again.insert(event)),
            }
        }
        self.write(batch)?;
        self.commit(upto)
    }

    pub(crate) fn write(&mut self, batch: Batch) -> Result<(), SearchError> {
        let Batch { fresh, again } = batch;
        for event in &fresh {
            if !again.contains(event) {
                self.add(*event)?;
            }
        }
        for event in again {
            self.delete(self.index.fields.of_event(event))?;
            self.add(event)?;
        }
        Ok(())
    }

    fn add(&mut self, event: EventNum) -> Result<(), SearchError> {
        let Some(event) = self.rooms.event(event)? else { return Ok(()) };
        if let Some(entry) = Entry::of(&self.rooms, &event)? {
            let document = self.index.fields.document(&entry);
            self.writer()?.add_document(document)?;
        }
        Ok(())
    }

    pub(crate) fn delete(&mut self, term: Term) -> Result<(), SearchError> {
        self.writer()?.delete_term(term);
        Ok(())
    }

    /// Makes searchable what was written; the index is then complete up to `cursor`.
    pub(crate) fn commit(&mut self, cursor: Position) -> Result<(), SearchError> {
        let seal = self.index.seal(cursor, self.cursor);
        let mut prepared = self.writer()?.prepare_commit()?;
        prepared.set_payload(&seal);
        prepared.commit()?;
        self.index.reader.reload()?;
        self.cursor = cursor;
        Ok(())
    }

    pub(crate) fn writer(&mut self) -> Result<&mut IndexWriter, SearchError> {
        if self.writer.is_none() {
            let options = IndexWriterOptions::builder()
                .num_worker_threads(1)
                .num_merge_threads(1)
                .memory_budget_per_thread(self.memory)
                .build();
            let writer = self.index.tantivy.writer_with_options(options)?;
            let mut policy = LogMergePolicy::default();
            policy.set_del_docs_ratio_before_merge(DELETED);
            writer.set_merge_policy(Box::new(policy));
            self.writer = Some(writer);
        }
        Ok(self.writer.as_mut().expect("set above"))
    }

    pub(crate) fn is_open(&self) -> bool {
        self.writer.is_some()
    }

    /// Gives back the memory for writing, once merges are done.
    pub(crate) fn close(&mut self) -> Result<(), SearchError> {
        if let Some(writer) = self.writer.take() {
            writer.wait_merging_threads()?;
        }
        Ok(())
    }
}

/// Events to be put in, and events that may be in and have changed.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    fresh: BTreeSet<EventNum>,
    again: BTreeSet<EventNum>,
}

impl Batch {
    /// An event came into a timeline: it is found itself, or changes what it relates to.
    pub(crate) fn new_event(&mut self, rooms: &Rooms, event: EventNum) -> Result<(), SearchError> {
        let Some(event) = rooms.event(event)? else { return Ok(()) };
        match edited(rooms, &event)? {
            Some(original) => drop(self.again.insert(original)),
            None => drop(self.fresh.insert(event.num)),
        }
        Ok(())
    }

    /// An event fell to a redaction.
    pub(crate) fn redacted(&mut self, rooms: &Rooms, event: EventNum) -> Result<(), SearchError> {
        self.again.insert(event);
        if let Some(event) = rooms.event(event)?
            && let Some(original) = edited(rooms, &event)?
        {
            self.again.insert(original);
        }
        Ok(())
    }

    /// As [`Batch::new_event`], and if it is a redaction, what it redacts has fallen to it.
    pub(crate) fn event_of_history(
        &mut self,
        rooms: &Rooms,
        event: &Arc<StoredEvent>,
    ) -> Result<(), SearchError> {
        self.new_event(rooms, event.num)?;
        let Some(room) = rooms.room_by_num(event.meta.room)? else { return Ok(()) };
        if let Some(target) = event.pdu.redacts(&room.rules)
            && let Some(target) = rooms.ids().find_event(&target)?
        {
            self.redacted(rooms, target)?;
        }
        Ok(())
    }
}
