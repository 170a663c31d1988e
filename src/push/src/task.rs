//! What there is to judge, as it comes out of the log.

use rooms::{EventNum, RoomNum, UserNum};
use storage::{Key, Operation, tables};

/// The account data type of push rules.
const PUSH_RULES: &str = "m.push_rules";

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// An event came into a timeline.
    Event(EventNum),
    /// Somebody's membership of a room changed, or what they are called there.
    Member(RoomNum, UserNum),
    /// A person changed their push rules.
    Rules(UserNum),
}

/// What an operation of the log gives to do.
pub(crate) fn task(operation: &Operation) -> Option<Task> {
    if let Operation::Put { table, key, .. } | Operation::Delete { table, key } = operation
        && *table == tables::ROOM_MEMBERS.number()
    {
        let (room, user) = <(u64, u64)>::decode(key)?;
        return Some(Task::Member(RoomNum(room), UserNum(user)));
    }
    let Operation::Put { table, key, value } = operation else { return None };
    if *table == tables::TIMELINE.number() {
        let (_, order) = <(u64, i64)>::decode(key)?;
        let event = <u64 as storage::Value>::decode(value).ok()?;
        // What was fetched from further back notifies nobody.
        return (order > 0).then_some(Task::Event(EventNum(event)));
    }
    if *table == tables::ACCOUNT_DATA.number() {
        let (user, room, kind) = <(u64, u64, String)>::decode(key)?;
        return (room == 0 && kind == PUSH_RULES).then_some(Task::Rules(UserNum(user)));
    }
    None
}
