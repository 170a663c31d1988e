//! What there is to tell other servers, as it comes out of the log.

use rooms::{EventNum, RoomNum, UserNum, counts::ThreadKey, typing_changed_in};
use storage::{Key, Operation, Part, Value, tables};
use users::{keys_changed_in, presence_changed_in};

/// The number of the user-signing key in `CROSS_SIGNING`, which is for its owner alone.
const USER_SIGNING: u8 = 3;

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Task {
    /// An event came into a timeline.
    Event(EventNum),
    /// Keys of somebody changed.
    Keys(KeysChanged),
    /// A message waits for devices of a server.
    ToDevice(String),
    /// Somebody has read.
    Receipt(Read),
    /// Somebody began or stopped to type.
    Typing(RoomNum, UserNum, bool),
    /// Somebody's presence changed.
    Presence(UserNum),
}

/// A change of somebody's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeysChanged {
    pub(super) user: UserNum,
    /// The position of the change.
    pub(super) at: u64,
    /// The devices whose keys changed, or that went.
    pub(super) devices: Vec<String>,
    /// The master or self-signing key changed.
    pub(super) signing: bool,
}

/// A public receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) room: RoomNum,
    pub(super) user: UserNum,
    pub(super) thread: ThreadKey,
    pub(super) event: EventNum,
    /// Milliseconds since the epoch.
    pub(super) ts: u64,
}

/// Adds what a commit gives to tell.
pub(super) fn collect(part: &Part, tasks: &mut Vec<Task>) {
    let mut keys = Vec::new();
    for note in &part.notes {
        if let Some((room, user, typing)) = typing_changed_in(note) {
            tasks.push(Task::Typing(room, user, typing));
        } else if let Some(user) = presence_changed_in(note) {
            tasks.push(Task::Presence(user));
        } else if let Some(user) = keys_changed_in(note) {
            keys.push(KeysChanged { user, at: part.last().0, devices: Vec::new(), signing: false });
        }
    }
    for operation in part.operations.iter() {
        let changed = key_of(&operation);
        if let Some((user, what)) = changed {
            if let Some(keys) = keys.iter_mut().find(|keys| keys.user == user) {
                keys.add(what);
            }
        } else {
            tasks.extend(task(&operation));
        }
    }
    tasks.extend(keys.into_iter().map(Task::Keys));
}

enum ChangedKey {
    Device(String),
    Signing,
}

impl KeysChanged {
    fn add(&mut self, what: ChangedKey) {
        match what {
            ChangedKey::Device(device) if !self.devices.contains(&device) => self.devices.push(device),
            ChangedKey::Device(_) => {}
            ChangedKey::Signing => self.signing = true,
        }
    }
}

/// Whose key an operation changes.
fn key_of(operation: &Operation) -> Option<(UserNum, ChangedKey)> {
    let (Operation::Put { table, key, .. } | Operation::Delete { table, key }) = operation else {
        return None;
    };
    if *table == tables::DEVICE_KEYS.number() {
        let (user, device) = <(u64, String) as Key>::decode(key)?;
        return Some((UserNum(user), ChangedKey::Device(device)));
    }
    if *table == tables::CROSS_SIGNING.number() {
        let (user, usage) = <(u64, u8) as Key>::decode(key)?;
        return (usage != USER_SIGNING).then_some((UserNum(user), ChangedKey::Signing));
    }
    None
}

fn task(operation: &Operation) -> Option<Task> {
    const TIMELINE: u16 = tables::TIMELINE.number();
    const TO_DEVICE_OUT: u16 = tables::TO_DEVICE_OUT.number();
    const RECEIPTS: u16 = tables::RECEIPTS_BY_POSITION.number();
    let Operation::Put { table, key, value } = operation else { return None };
    match *table {
        TIMELINE => {
            let (_, order) = <(u64, i64) as Key>::decode(key)?;
            let event = <u64 as Value>::decode(value).ok()?;
            // What was fetched from further back is known to others.
            (order > 0).then_some(Task::Event(EventNum(event)))
        }
        TO_DEVICE_OUT => {
            let (server, ..) = <(String, u64, u64) as Key>::decode(key)?;
            Some(Task::ToDevice(server))
        }
        RECEIPTS => {
            let (room, _) = <(u64, u64) as Key>::decode(key)?;
            let (user, thread, event, ts) = <(u64, u64, u64, u64) as Value>::decode(value).ok()?;
            Some(Task::Receipt(Read {
                room: RoomNum(room),
                user: UserNum(user),
                thread: ThreadKey::from_number(thread),
                event: EventNum(event),
                ts,
            }))
        }
        _ => None,
    }
}
