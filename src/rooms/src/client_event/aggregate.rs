//! What relates to an event, as numbers: kept in memory, because most events have nothing and are asked often.

use crate::{
    EventNum, RoomError, Rooms, StoredEvent, cache::Weigh, relations::RelType, threads::ThreadSummary,
};
use std::sync::Arc;
use storage::tables;

/// The relations of an event that are shown with it.
#[derive(Debug, Default)]
pub(crate) struct Aggregate {
    /// The edit that counts.
    pub(crate) edit: Option<EventNum>,
    /// The thread that hangs on it.
    pub(crate) thread: Option<ThreadSummary>,
    /// The events that refer to it.
    pub(crate) references: Box<[EventNum]>,
}

impl Aggregate {
    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.edit.is_none() && self.thread.is_none() && self.references.is_empty()
    }
}

impl Weigh for Aggregate {
    fn weight(&self) -> u64 {
        (size_of::<Self>() + size_of_val(&*self.references)) as u64
    }
}

impl Rooms {
    /// What relates to `event`. State events have nothing (client-server API, "Aggregations of child events").
    pub(crate) fn aggregate(&self, event: &StoredEvent) -> Result<Arc<Aggregate>, RoomError> {
        self.inner
            .views
            .aggregates
            .get_or_insert_with(&event.num, || self.load_aggregate(event).map(Arc::new))
    }

    fn load_aggregate(&self, event: &StoredEvent) -> Result<Aggregate, RoomError> {
        let any = self.inner.store.scan_prefix(tables::RELATIONS, &event.num.0).next().transpose()?;
        if any.is_none() || event.meta.state_key.is_some() {
            return Ok(Aggregate::default());
        }
        let edit = match self.redacted_by(event.num)? {
            Some(_) => None,
            None => self.latest_edit(event)?,
        };
        Ok(Aggregate {
            edit,
            thread: self.thread_summary(event.meta.room, event.num)?,
            references: self.children(event.num, RelType::Reference)?.into(),
        })
    }
}
