//! `m.relations`: what relates to an event, in the form that clients read (client-server API, "Aggregations of child
//! events").

use super::ClientView;
use crate::{
    EventNum, RoomError, StoredEvent,
    json::{ObjectWriter, write_array},
    relations::RelType,
    threads::ThreadSummary,
};
use std::sync::Arc;

impl ClientView<'_> {
    /// The object, if there is anything to say. `depth`: how many relations led here.
    pub(super) fn relations(&mut self, event: &StoredEvent, depth: u8) -> Result<Option<Vec<u8>>, RoomError> {
        if event.meta.state_key.is_some() {
            return Ok(None);
        }
        let aggregate = self.rooms.aggregate(event)?;
        if aggregate.is_empty() {
            return Ok(None);
        }
        let mut out = Vec::new();
        let mut object = ObjectWriter::start(&mut out);
        if let Some(edit) = aggregate.edit {
            self.write_edit(&mut object, edit)?;
        }
        if let Some(thread) = aggregate.thread.filter(|_| depth == 0) {
            self.write_thread(&mut object, event, thread)?;
        }
        self.write_references(&mut object, &aggregate.references)?;
        object.end();
        Ok((out.len() > 2).then_some(out))
    }

    fn write_edit(&mut self, object: &mut ObjectWriter<'_>, edit: EventNum) -> Result<(), RoomError> {
        let edit = self.rooms.known_event(edit)?;
        let seen = self.sight.of(&edit)?;
        if seen.visible {
            self.write_seen(object.key("m.replace"), &edit, seen, super::MAX_DEPTH)?;
        }
        Ok(())
    }

    fn write_thread(
        &mut self,
        object: &mut ObjectWriter<'_>,
        root: &StoredEvent,
        summary: ThreadSummary,
    ) -> Result<(), RoomError> {
        let summary = match self.options.ignored.filter(|ignored| !ignored.is_empty()) {
            Some(ignored) => self.rooms.thread_summary_without(root.num, summary, ignored)?,
            None => Some(summary),
        };
        let Some(summary) = summary else { return Ok(()) };
        let Some(latest) = self.latest_visible(root, summary.latest)? else { return Ok(()) };
        let participated = self.rooms.participates(root, self.options.user)?;
        let mut thread = ObjectWriter::start(object.key("m.thread"));
        thread.number("count", summary.count);
        thread.flag("current_user_participated", participated);
        let seen = self.sight.of(&latest)?;
        self.write_seen(thread.key("latest_event"), &latest, seen, 1)?;
        thread.end();
        Ok(())
    }

    /// The newest event of a thread that the viewer may see: most often `latest`, but not for who has left.
    fn latest_visible(
        &mut self,
        root: &StoredEvent,
        latest: EventNum,
    ) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        let latest = self.rooms.known_event(latest)?;
        if self.sight.of(&latest)?.visible {
            return Ok(Some(latest));
        }
        for event in self.rooms.children(root.num, RelType::Thread)?.into_iter().rev() {
            let event = self.rooms.known_event(event)?;
            let ignored = self.options.ignored.is_some_and(|ignored| ignored.contains(event.pdu.sender()));
            if !ignored && self.sight.of(&event)?.visible {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    fn write_references(
        &mut self,
        object: &mut ObjectWriter<'_>,
        events: &[EventNum],
    ) -> Result<(), RoomError> {
        let mut shown = Vec::with_capacity(events.len());
        for event in events {
            let event = self.rooms.known_event(*event)?;
            let ignored = self.options.ignored.is_some_and(|ignored| ignored.contains(event.pdu.sender()));
            if !ignored && self.sight.of(&event)?.visible {
                shown.push(event);
            }
        }
        if shown.is_empty() {
            return Ok(());
        }
        let mut reference = ObjectWriter::start(object.key("m.reference"));
        write_array(reference.key("chunk"), shown, |out, event| {
            let mut entry = ObjectWriter::start(out);
            entry.text("event_id", event.event_id().as_str());
            entry.end();
        });
        reference.end();
        Ok(())
    }
}
