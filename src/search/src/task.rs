//! What there is to index, as it comes out of the log.

use rooms::EventNum;
use storage::{Key, Operation, tables};

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// The event came into a timeline.
    New(EventNum),
    /// The event was redacted.
    Redacted(EventNum),
    /// The event was purged.
    Gone(EventNum),
}

/// What an operation of the log gives to do.
pub(crate) fn task(operation: &Operation) -> Option<Task> {
    const TIMELINE: u16 = tables::TIMELINE.number();
    const REDACTIONS: u16 = tables::REDACTIONS.number();
    const EVENT_META: u16 = tables::EVENT_META.number();
    match operation {
        Operation::Put { table: TIMELINE, value, .. } => {
            Some(Task::New(EventNum(storage::Value::decode(value).ok()?)))
        }
        Operation::Put { table: REDACTIONS, key, .. } => Some(Task::Redacted(EventNum(u64::decode(key)?))),
        Operation::Delete { table: EVENT_META, key } => Some(Task::Gone(EventNum(u64::decode(key)?))),
        _ => None,
    }
}
