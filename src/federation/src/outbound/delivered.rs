//! What goes from the queue: what the server has, and what is too much.

use super::{batch::Batch, course::Course, follow::OutboundError, queue::Queue};
use crate::Federation;
use rooms::EventNum;
use std::collections::{BTreeMap, BTreeSet};
use storage::{Commit, Durability, tables};

fn change() -> Commit {
    // Lost in a crash it is sent again, and known by its ids.
    Commit::new(Durability::Lazy).positions(0)
}

impl Federation {
    /// What is in the batch waits no more.
    pub(super) async fn remove(
        &self,
        queue: &Queue,
        course: &mut Course,
        batch: &Batch,
    ) -> Result<(), OutboundError> {
        let mut commit = change();
        let server = queue.server.to_string();
        for order in &batch.orders {
            commit.delete(tables::OUTBOX, &(server.clone(), *order));
            course.event = course.event.max(order + 1);
        }
        let places = batch.messages.iter().map(|(place, _)| *place);
        self.inner.users.to_device.delivered(&mut commit, &queue.server, places);
        course.message = batch.messages.last().map(|(place, _)| *place).or(course.message);
        if course.failures == 0 && std::mem::take(&mut course.written) {
            commit.delete(tables::DESTINATIONS, &server);
        }
        let ticket = {
            let _rows = self.inner.outbound.device_rows.lock();
            for told in &batch.keys {
                self.keys_told(&mut commit, &server, told)?;
            }
            self.inner.store.submit(commit)?
        };
        ticket.await?;
        Ok(())
    }

    /// The operator does not want to speak with the server any more.
    pub(super) async fn drop_all(&self, queue: &Queue) -> Result<(), OutboundError> {
        let server = queue.server.to_string();
        let mut commit = change();
        commit.delete_prefix(tables::OUTBOX, &server);
        commit.delete_prefix(tables::OUTBOX_DEVICES, &server);
        commit.delete_prefix(tables::TO_DEVICE_OUT, &server);
        commit.delete(tables::DESTINATIONS, &server);
        self.inner.store.commit(commit).await?;
        Ok(())
    }

    /// Keeps only the newest event of each room when too many wait, and not too many messages.
    pub(super) async fn thin_out(&self, queue: &Queue, course: &mut Course) -> Result<(), OutboundError> {
        let server = queue.server.to_string();
        let mut commit = change();
        let messages = self.inner.users.to_device.thin_out(&mut commit, &queue.server)?;
        let mut rows: Vec<(u64, u64)> = Vec::new();
        for row in self.inner.store.scan_prefix(tables::OUTBOX, &server) {
            let ((_, order), event) = row?;
            rows.push((order, event));
        }
        let mut dropped = 0;
        if rows.len() > course.waiting {
            let mut newest = BTreeMap::new();
            for (order, event) in &rows {
                if let Some(event) = self.inner.rooms.event(EventNum(*event))? {
                    newest.insert(event.meta.room, *order);
                }
            }
            let kept: BTreeSet<u64> = newest.values().copied().collect();
            for (order, _) in &rows {
                if !kept.contains(order) {
                    commit.delete(tables::OUTBOX, &(server.clone(), *order));
                    dropped += 1;
                }
            }
            // Otherwise a server in many rooms would be looked through each time.
            course.waiting = course.waiting.max(newest.len() * 2);
        }
        if messages + dropped > 0 {
            tracing::info!(server = %queue.server, events = dropped, messages, "too much waits for a server that does not answer: the oldest is left out");
            self.inner.store.commit(commit).await?;
        }
        Ok(())
    }
}
