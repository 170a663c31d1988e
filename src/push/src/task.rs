//! What there is to judge and to tell, as it comes out of the log.

use crate::people::People;
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
    /// A person's pushers changed.
    Pushers(UserNum),
    /// Somebody with pushers has read on, in whichever room.
    Read(UserNum),
}

/// What an operation of the log gives to do.
pub(crate) fn task(operation: &Operation, people: &People) -> Option<Task> {
    match operation {
        Operation::Put { table, key, value } => of_put(*table, key, value, people),
        Operation::Delete { table, key } => of_change(*table, key),
        Operation::DeleteRange { .. } => None,
    }
}

/// What is to do whether a row was written or removed.
fn of_change(table: u16, key: &[u8]) -> Option<Task> {
    if table == tables::ROOM_MEMBERS.number() {
        let (room, user) = <(u64, u64)>::decode(key)?;
        return Some(Task::Member(RoomNum(room), UserNum(user)));
    }
    if table == tables::PUSHERS.number() {
        let (user, _, _) = <(u64, String, String)>::decode(key)?;
        return Some(Task::Pushers(UserNum(user)));
    }
    None
}

fn of_put(table: u16, key: &[u8], value: &[u8], people: &People) -> Option<Task> {
    if table == tables::TIMELINE.number() {
        let (_, order) = <(u64, i64)>::decode(key)?;
        let event = <u64 as storage::Value>::decode(value).ok()?;
        // What was fetched from further back notifies nobody.
        return (order > 0).then_some(Task::Event(EventNum(event)));
    }
    if table == tables::RECEIPTS.number() {
        let (_, user, _, _) = <(u64, u64, u64, u8)>::decode(key)?;
        return people.has(UserNum(user)).then_some(Task::Read(UserNum(user)));
    }
    if table == tables::ACCOUNT_DATA.number() {
        let (user, room, kind) = <(u64, u64, String)>::decode(key)?;
        return (room == 0 && kind == PUSH_RULES).then_some(Task::Rules(UserNum(user)));
    }
    let change = of_change(table, key);
    if let Some(Task::Pushers(user)) = change {
        people.put(user);
    }
    change
}
