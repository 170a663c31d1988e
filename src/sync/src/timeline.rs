//! The timeline of a room as one client gets it. What most members of a room get is written once for all of them.

use crate::{SyncError, delta::Delta, event::project, joined::Reading};
use parking_lot::Mutex;
use rooms::{ClientView, StoredEvent};
use ruma::OwnedUserId;
use std::{collections::HashSet, sync::Arc, time::Duration};
use storage::Position;
use tokio::time::Instant;

/// How long a timeline is given to others: the `age` in its events is that of the moment when it was written.
const SHARED_FOR: Duration = Duration::from_millis(500);

/// The events of a timeline as JSON texts.
pub(crate) type Texts = Arc<Vec<Vec<u8>>>;

/// A timeline that was written lately, and until when it may be given to others.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<Option<(Instant, Texts)>>);

impl Shared {
    fn get_or_write(&self, write: impl FnOnce() -> Result<Texts, SyncError>) -> Result<Texts, SyncError> {
        let now = Instant::now();
        let mut held = self.0.lock();
        if let Some((until, texts)) = &*held
            && *until > now
        {
            return Ok(Arc::clone(texts));
        }
        let texts = write()?;
        *held = Some((now + SHARED_FOR, Arc::clone(&texts)));
        Ok(texts)
    }
}

impl Reading<'_> {
    /// The timeline of a stretch, for somebody who has been in the room since `joined`, or who may not be in it.
    pub(crate) fn timeline(
        &self,
        view: &mut ClientView<'_>,
        delta: &Delta,
        joined: Option<Position>,
    ) -> Result<Texts, SyncError> {
        if joined.is_some_and(|joined| self.is_like_all(delta, joined)) {
            return delta.shared.get_or_write(|| self.own_timeline(view, delta));
        }
        self.own_timeline(view, delta)
    }

    /// Whether the user gets the same timeline as any other: in the room all the time, as the state does not change on this
    /// stretch; nothing there by themselves, whose transaction ids only they see; and nobody ignored.
    fn is_like_all(&self, delta: &Delta, joined: Position) -> bool {
        delta.is_calm
            && joined <= self.since
            && self.ignored.is_empty()
            && self.filter.event_fields.is_none()
            && delta.timeline.iter().all(|(_, event)| event.meta.sender != self.caller.user)
    }

    fn own_timeline(&self, view: &mut ClientView<'_>, delta: &Delta) -> Result<Texts, SyncError> {
        let mut timeline = Vec::with_capacity(delta.timeline.len());
        for (_, event) in &delta.timeline {
            if self.is_ignored(event) {
                continue;
            }
            let mut text = Vec::with_capacity(event.pdu.content_json().len() + 512);
            if view.write_if_visible(&mut text, event)? {
                timeline.push(project(self.filter, text));
            }
        }
        Ok(Arc::new(timeline))
    }

    /// Who wrote what the viewer sees of a timeline.
    pub(crate) fn speakers(
        &self,
        view: &mut ClientView<'_>,
        delta: &Delta,
    ) -> Result<HashSet<OwnedUserId>, SyncError> {
        let mut speakers = HashSet::new();
        for (_, event) in &delta.timeline {
            if !self.is_ignored(event) && view.seen(event)?.visible {
                speakers.insert(event.pdu.sender().to_owned());
            }
        }
        Ok(speakers)
    }

    /// Messages of ignored people are left out; what they do to the state is not.
    fn is_ignored(&self, event: &StoredEvent) -> bool {
        event.meta.state_key.is_none() && self.ignored.contains(event.pdu.sender())
    }
}
