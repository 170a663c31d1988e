//! `RECEIVED_TXNS`: how transactions were answered, so that the same one is answered alike.

use super::transaction::Results;
use crate::{Federation, TidyError};
use rooms::RoomError;
use ruma::{EventId, ServerName, TransactionId};
use serde::{Deserialize, Serialize};
use storage::{Commit, Durability, tables};

/// How long a transaction is remembered, in milliseconds: far longer than servers repeat one.
const KEEP_MS: u64 = 24 * 3600 * 1000;
/// Rows of one commit.
const STEP: usize = 1_000;

/// A row: when, and the reason for each event that was refused.
#[derive(Debug, Serialize, Deserialize)]
struct TxnRecord {
    ms: u64,
    pdus: Vec<(String, Option<String>)>,
}

fn key(origin: &ServerName, txn: &TransactionId) -> (String, String) {
    (origin.to_string(), txn.to_string())
}

impl Federation {
    /// How the transaction was answered, if it was.
    pub(super) fn answered(
        &self,
        origin: &ServerName,
        txn: &TransactionId,
    ) -> Result<Option<Results>, RoomError> {
        let row = self.inner.store.latest_record::<TxnRecord, _>(tables::RECEIVED_TXNS, &key(origin, txn))?;
        let Some(row) = row else { return Ok(None) };
        let mut results = Results::new();
        for (id, refused) in row.pdus {
            let id = EventId::parse(id).map_err(|_| RoomError::Damaged("a transaction that was answered"))?;
            results.insert(id, refused.map_or(Ok(()), Err));
        }
        Ok(Some(results))
    }

    /// Remembers how the transaction is answered. Should this be lost, it is taken in once more, which changes nothing.
    pub(super) async fn remember(
        &self,
        origin: &ServerName,
        txn: &TransactionId,
        results: &Results,
    ) -> Result<(), RoomError> {
        let pdus = results.iter().map(|(id, result)| (id.to_string(), result.as_ref().err().cloned()));
        let row = TxnRecord { ms: self.inner.clock.now_ms(), pdus: pdus.collect() };
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        commit.put_record(tables::RECEIVED_TXNS, &key(origin, txn), &row);
        self.inner.store.commit(commit).await?;
        Ok(())
    }

    /// Forgets old transactions.
    pub(crate) async fn forget_transactions(&self) -> Result<(), TidyError> {
        let before = self.inner.clock.now_ms().saturating_sub(KEEP_MS);
        let mut old = Vec::new();
        for row in self.inner.store.scan_records::<TxnRecord, _>(tables::RECEIVED_TXNS, ..) {
            let (key, row) = row?;
            if row.ms < before {
                old.push(key);
            }
        }
        for keys in old.chunks(STEP) {
            let mut commit = Commit::new(Durability::Lazy).positions(0);
            for key in keys {
                commit.delete(tables::RECEIVED_TXNS, key);
            }
            self.inner.store.commit(commit).await?;
        }
        Ok(())
    }
}
