//! The task that brings what waits to one server. It lives while something waits.

use super::{
    batch::Batch,
    course::Course,
    follow::OutboundError,
    queue::{From, Queue},
};
use crate::{Federation, PeerError, client::is_failure};
use http::StatusCode;
use ruma::{OwnedServerName, ServerName};
use std::{sync::Arc, time::Duration};
use storage::{Commit, Durability, tables};

/// How long a server may take to answer a transaction.
const PATIENCE: Duration = Duration::from_secs(60);

impl Federation {
    /// Rows wait for a server: sees to it that they are brought.
    pub(super) fn rows_wait(&self, server: &ServerName, from: From) {
        let queue = self.inner.outbound.queue(server);
        if queue.rows(from) {
            self.send_out(queue);
        }
    }

    /// Brings something that passes to these servers.
    pub(super) fn pass(
        &self,
        servers: impl IntoIterator<Item = OwnedServerName>,
        add: impl Fn(&mut super::passing::Passing),
    ) {
        for server in servers {
            let queue = self.inner.outbound.queue(&server);
            if queue.add(&add) {
                self.send_out(queue);
            }
        }
    }

    fn send_out(&self, queue: Arc<Queue>) {
        let federation = self.clone();
        tokio::spawn(async move {
            let delivered = federation.deliver(&queue).await;
            if delivered.is_err() {
                queue.end();
            }
            if let Err(error) = delivered
                && !federation.inner.stopping.is_cancelled()
            {
                tracing::error!(server = %queue.server, %error, "what waits for a server can't be read or written; it is tried again with the next event");
            }
        });
    }

    async fn deliver(&self, queue: &Queue) -> Result<(), OutboundError> {
        let written = self.inner.store.contains(tables::DESTINATIONS, &queue.server.to_string())?;
        let mut course = Course::new(written);
        while self.until_due(queue, &course).await {
            let outbound = &self.inner.outbound;
            let lane = if course.failures == 0 { &outbound.to_present } else { &outbound.to_silent };
            let Ok(turn) = lane.acquire().await else { break };
            if course.failures > 0 || course.written {
                // What gathered while it was not there is not poured out over it.
                self.thin_out(queue, &mut course).await?;
            }
            let batch = self.batch(queue, &mut course)?;
            if batch.is_empty() {
                if queue.rest() {
                    return Ok(());
                }
                continue;
            }
            if batch.says_nothing() {
                self.remove(queue, &mut course, &batch).await?;
                continue;
            }
            let request = self.transaction(&batch)?;
            let answer = self.ask(&queue.server, request, PATIENCE);
            let Some(answer) = self.inner.stopping.run_until_cancelled(answer).await else { break };
            drop(turn);
            match answer {
                Ok(answer) => {
                    for (event, result) in &answer.pdus {
                        if let Err(error) = result {
                            tracing::debug!(server = %queue.server, %event, %error, "an event was not taken");
                        }
                    }
                    outbound.counters.delivered(batch.events.len());
                    course.went_well();
                    self.remove(queue, &mut course, &batch).await?;
                }
                Err(error) => self.not_delivered(queue, &mut course, batch, &error).await?,
            }
        }
        queue.end();
        Ok(())
    }

    async fn not_delivered(
        &self,
        queue: &Queue,
        course: &mut Course,
        batch: Batch,
        error: &PeerError,
    ) -> Result<(), OutboundError> {
        self.inner.outbound.counters.failed();
        queue.rows(From::Here);
        let now = self.inner.clock.monotonic();
        match error {
            PeerError::NotAllowed => return self.drop_all(queue).await,
            // Another request failed meanwhile: this one was not sent.
            PeerError::Waiting => {}
            PeerError::Unreachable(_) => course.failed(now),
            PeerError::Refused { status, .. } if is_failure(*status) => course.failed(now),
            PeerError::Refused { status, .. } if is_about_content(*status) && !batch.is_single() => {
                course.most = (course.most / 2).max(1);
                queue.give_back(batch.passing);
                return Ok(());
            }
            PeerError::Refused { status, .. } if is_about_content(*status) => {
                tracing::warn!(server = %queue.server, %error, "a server does not take what it is sent: that is left out");
                course.refused(now, self.peace(course));
                return self.remove(queue, course, &batch).await;
            }
            PeerError::Refused { .. } | PeerError::Nonsense(_) => course.refused(now, self.peace(course)),
        }
        if course.failures == 1 {
            tracing::info!(server = %queue.server, %error, "a server does not take what waits for it; it is tried again");
        }
        queue.give_back(batch.passing);
        self.write_silence(queue, course).await
    }

    /// Remembers over a restart that the server does not answer.
    async fn write_silence(&self, queue: &Queue, course: &mut Course) -> Result<(), OutboundError> {
        if let Some(silence) = self.inner.health.silence(&queue.server) {
            let mut commit = Commit::new(Durability::Lazy).positions(0);
            commit.put_record(tables::DESTINATIONS, &queue.server.to_string(), &silence);
            self.inner.store.commit(commit).await?;
            course.written = true;
        }
        Ok(())
    }
}

/// Whether a refusal speaks of what was sent, so that the same again is refused again.
fn is_about_content(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE)
}
