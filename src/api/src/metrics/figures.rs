//! What the parts of the server count, read at one time.

use super::{families::Families, process::Process};
use crate::{ApiError, App};
use federation::{InboundFigures, OutboundFigures, Queued};
use media::MediaUsage;
use prometheus_client::{collector::Collector, encoding::DescriptorEncoder};
use push::{PushFigures, Sender};
use std::fmt;
use storage::{Status, StorageMetrics};

/// All of it.
#[derive(Debug)]
pub(super) struct Figures {
    /// Seconds since the epoch.
    started: f64,
    process: Process,
    waiting: usize,
    storage: StorageMetrics,
    read_only: bool,
    position: u64,
    /// Positions of the log, by who is that far behind it.
    lags: Vec<((&'static str, &'static str), u64)>,
    inbound: InboundFigures,
    outbound: OutboundFigures,
    queued: Queued,
    media: MediaUsage,
    /// None where nothing is pushed.
    pushes: Option<PushFigures>,
}

impl Figures {
    pub(super) fn read(app: &App) -> Result<Self, ApiError> {
        let mut lags =
            vec![(("follower", "push"), app.push.lag()), (("follower", "federation"), app.federation.lag())];
        lags.extend(app.search.as_ref().map(|search| (("follower", "search"), search.lag())));
        Ok(Self {
            started: app.metrics.started_ms as f64 / 1000.0,
            process: Process::read(),
            waiting: app.sync.waiting(),
            storage: app.store.metrics(),
            read_only: app.store.status() != Status::ReadWrite,
            position: app.store.visible().0,
            lags,
            inbound: app.federation.inbound_figures(),
            outbound: app.federation.outbound_figures(),
            queued: app.federation.queued().map_err(ApiError::internal)?,
            media: app.media.usage().map_err(ApiError::internal)?,
            pushes: app.push.sender().map(Sender::figures),
        })
    }

    fn process(&self, families: &mut Families<'_>) -> fmt::Result {
        let Process { resident, open_files, most_files } = self.process;
        families.gauge(
            "process_start_time_seconds",
            "When the server started, seconds since the epoch",
            self.started,
        )?;
        let known = [
            ("process_resident_memory_bytes", "Memory of the process", resident),
            ("process_open_fds", "Open files and connections", open_files),
            ("process_max_fds", "The most files and connections that may be open", most_files),
        ];
        for (name, help, value) in known {
            if let Some(value) = value {
                families.gauge(name, help, value as f64)?;
            }
        }
        families.gauge("chatsphere_long_polls_waiting", "Clients that wait for news", self.waiting as f64)
    }

    fn storage(&self, families: &mut Families<'_>) -> fmt::Result {
        let storage = &self.storage;
        families.counter("chatsphere_commits", "Commits written", storage.commits)?;
        families.counter(
            "chatsphere_commit_bytes",
            "Bytes of commits, before compression",
            storage.written_bytes,
        )?;
        families.counter(
            "chatsphere_commit_syncs",
            "Groups of commits that were forced to the disk",
            storage.syncs,
        )?;
        families.seconds(
            "chatsphere_commit_sync_seconds",
            "Time that forcing them took",
            storage.sync_time.as_secs_f64(),
        )?;
        let slowest = storage.slowest_sync.as_secs_f64();
        families.gauge(
            "chatsphere_commit_slowest_sync_seconds",
            "The slowest of them since the start",
            slowest,
        )?;
        families.gauge("chatsphere_commits_queued", "Commits in line", storage.queue_length as f64)?;
        families.gauge(
            "chatsphere_database_bytes",
            "Table files of the database",
            storage.disk_bytes as f64,
        )?;
        families.gauge(
            "chatsphere_database_cache_bytes",
            "The database's cache in memory",
            storage.cache_bytes as f64,
        )?;
        families.gauge(
            "chatsphere_read_only",
            "1 after a write failed: nothing is taken any more",
            f64::from(u8::from(self.read_only)),
        )?;
        families.gauge("chatsphere_log_position", "The last position of the log", self.position as f64)?;
        families.gauges(
            "chatsphere_log_lag_positions",
            "How far what follows the log is behind it",
            &self.lags,
        )
    }

    fn federation(&self, families: &mut Families<'_>) -> fmt::Result {
        let (Self { inbound, outbound, queued, .. }, direction, outcome, state) =
            (self, "direction", "outcome", "state");
        let taken = [((direction, "in"), inbound.transactions), ((direction, "out"), outbound.transactions)];
        families.counters("chatsphere_federation_transactions", "Transactions taken", &taken)?;
        let failed = [((direction, "in"), inbound.failures), ((direction, "out"), outbound.failures)];
        families.counters("chatsphere_federation_transaction_failures", "Transactions not taken", &failed)?;
        families.counter(
            "chatsphere_federation_sent_events",
            "Events that other servers have taken",
            outbound.events,
        )?;
        let outcomes = [
            ((outcome, "accepted"), inbound.accepted),
            ((outcome, "rejected"), inbound.rejected),
            ((outcome, "soft_failed"), inbound.soft_failed),
            ((outcome, "refused"), inbound.refused),
        ];
        families.counters(
            "chatsphere_federation_received_events",
            "Events of other servers, by what became of them",
            &outcomes,
        )?;
        families.gauge(
            "chatsphere_federation_staged_events",
            "Events that wait for what comes before them",
            inbound.staged as f64,
        )?;
        let events = [((state, "ready"), queued.ready), ((state, "backoff"), queued.in_backoff)];
        families.gauges(
            "chatsphere_federation_queued_events",
            "Events that wait for other servers, each counted once a server",
            &events,
        )?;
        families.gauge(
            "chatsphere_federation_destinations_waiting",
            "Servers for which anything waits",
            outbound.waiting as f64,
        )?;
        families.gauge(
            "chatsphere_federation_destinations_in_backoff",
            "Servers that did not answer and are left in peace",
            outbound.in_backoff as f64,
        )
    }

    fn media(&self, families: &mut Families<'_>) -> fmt::Result {
        let (media, source) = (&self.media, "source");
        let sources = [("people", media.people), ("servers", media.servers), ("pages", media.pages)];
        let bytes = sources.map(|(name, usage)| ((source, name), usage.bytes));
        families.gauges("chatsphere_media_bytes", "Files, by where they came from", &bytes)?;
        let files = sources.map(|(name, usage)| ((source, name), usage.files));
        families.gauges("chatsphere_media_files", "Their number", &files)
    }

    fn pushes(&self, families: &mut Families<'_>) -> fmt::Result {
        let Some(pushes) = &self.pushes else { return Ok(()) };
        let outcome = "outcome";
        let outcomes = [
            ((outcome, "sent"), pushes.sent),
            ((outcome, "counts_sent"), pushes.counts_sent),
            ((outcome, "failed"), pushes.failed),
            ((outcome, "refused"), pushes.refused),
        ];
        families.counters("chatsphere_pushes", "Pushes to devices, by what became of them", &outcomes)?;
        families.counter(
            "chatsphere_pushers_removed",
            "Pushers that were removed as nobody is there any more",
            pushes.removed,
        )?;
        families.gauge(
            "chatsphere_pushers_waiting",
            "Pushers that have something to bring",
            pushes.waiting as f64,
        )
    }
}

impl Collector for Figures {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let families = &mut Families(encoder);
        self.process(families)?;
        self.storage(families)?;
        self.federation(families)?;
        self.media(families)?;
        self.pushes(families)
    }
}
