//! The catalogue: every table of the server, in one place.
//!
//! A number stands in replicated groups and on disk for ever. To add a table, add an entry in its owner's block of numbers; existing databases get it when
//! they are next opened. To remove one, move its number and name to `retired`; it is then dropped at open. Keys are described in the
//! doc line; `room`, `user`, `event`, … in key positions are interned numbers.

use crate::{Record, catalogue};
use bytes::Bytes;

catalogue! {
    /// Facts about the database itself: data format, applied and reserved positions, the server's name.
    1 META: (String => Bytes), storage, Small, "a fixed set of keys";
    /// Consumer name: the position up to which it has read the log.
    2 CURSORS: (String => u64), storage, Small, "one row a consumer";

    // rooms: 10 to 49

    /// (kind, text): the number that stands for it.
    10 IDS: ((u8, String) => u64), rooms, Small, "rows of a room go when it is purged; users and type names stay";
    /// (kind, number): the text again.
    11 NAMES: ((u8, u64) => String), rooms, Small, "goes with its row in IDS";
    /// room: version, creator, flags.
    12 ROOMS: (u64 => Record), rooms, Small, "purge of the room";
    /// event: its JSON as it was signed.
    13 EVENT_JSON: (u64 => Bytes), rooms, Large, "purge of the room or of old history; redaction strips it after the retention time";
    /// event: room, order, position, state roots, flags, depth.
    14 EVENT_META: (u64 => Bytes), rooms, Small, "goes with EVENT_JSON";
    /// (room, order): event. Live events have their position as order, backfilled ones negative orders.
    15 TIMELINE: ((u64, i64) => u64), rooms, Append, "purge of the room or of old history";
    /// (room, state key): event. The type's number is the upper part of the state key, so that a type is a range.
    16 CURRENT_STATE: ((u64, u64) => u64), rooms, Small, "purge of the room; bounded by the room's state";
    /// (room, hash): a node of the state tree.
    17 STATE_NODES: ((u64, [u8; 16]) => Bytes), rooms, Large, "nodes that no kept event or log row reaches go when history is purged";
    /// (room, position): root of the current state from that position on.
    18 CURRENT_STATE_LOG: ((u64, u64) => [u8; 16]), rooms, Append, "purge of the room; one short row a change of state, less than the event that made it";
    /// (room, user): membership, its event, the position where it began, who caused it.
    19 ROOM_MEMBERS: ((u64, u64) => (u8, u64, u64, u64)), rooms, Small, "purge of the room";
    /// (user, room): membership, from the user's side.
    20 USER_ROOMS: ((u64, u64) => (u8, u64, u64, u64)), rooms, Small, "forget and purge of the room";
    /// room: forward extremities and the head of the room.
    21 EXTREMITIES: (u64 => Record), rooms, Small, "one row a room";
    /// (target event, relation type, order): event.
    22 RELATIONS: ((u64, u64, i64) => u64), rooms, Append, "goes with the target event";
    /// (room, thread root): number of events, latest event and its order.
    23 THREADS: ((u64, u64) => (u64, u64, i64)), rooms, Small, "goes with the root event";
    /// (room, user, thread, kind): up to where the user has read, and the room's counts there.
    24 RECEIPTS: ((u64, u64, u64, u8) => ((u64, i64, u64, u64), (u64, u64, u64, u64), (u64, u64))), rooms, Small, "overwritten in place; purge of the room";
    /// (room, position): user, thread, event and time of the public receipt that moved there.
    25 RECEIPTS_BY_POSITION: ((u64, u64) => (u64, u64, u64, u64)), rooms, Append, "the older row goes when the receipt moves";
    /// (device, room, type and transaction id): event, and when it was sent, milliseconds since the epoch.
    26 TXN_IDS: ((u64, u64, String) => (u64, u64)), rooms, Small, "rows older than a day; logout of the device";
    /// alias: room and creator.
    27 ALIASES: (String => Record), rooms, Small, "removal of the alias; purge of the room";
    /// (room, alias): the other direction.
    28 ROOM_ALIASES: ((u64, String) => ()), rooms, Small, "goes with ALIASES";
    /// room: listed in the public directory.
    29 DIRECTORY: (u64 => ()), rooms, Small, "unlisting; purge of the room";
    /// (room, position): user whose devices changed.
    30 KEY_CHANGES: ((u64, u64) => u64), rooms, Append, "the older row goes when the same user's devices change again; purge of the room";
    /// (room, thread or 0, order): how many events up to there notify and highlight for everyone; the greatest order stands for "now".
    31 COUNTS: ((u64, u64, i64) => (u64, u64, u64, u64)), rooms, Append, "purge of the room or of old history";
    /// (user, room): since which position the room is forgotten.
    33 FORGOTTEN: ((u64, u64) => u64), rooms, Small, "joining again; purge of the room";
    /// (room, event id): named by a known event but not here.
    34 BACKWARD: ((u64, String) => ()), rooms, Small, "arrival of the event; purge of the room";
    /// (room, event): events that are in no timeline: outliers, rejected and soft-failed ones.
    35 OFF_TIMELINE: ((u64, u64) => ()), rooms, Small, "entry into the timeline; purge of the room";
    /// (target event, sender, hash of type and key): the annotation, so that nobody reacts twice alike.
    36 ANNOTATIONS: ((u64, u64, [u8; 16]) => u64), rooms, Small, "goes with the target event";
    /// (room, order of the latest event): thread root.
    37 THREAD_ACTIVITY: ((u64, i64) => u64), rooms, Small, "one row a thread: the older row goes when the thread grows";
    /// (thread root, user): how many events of the thread the user sent.
    38 THREAD_MEMBERS: ((u64, u64) => u64), rooms, Small, "goes with the root event";
    /// (user, position, room): thread and kind of what changed for this user alone: private receipts, read markers, unread counts.
    39 USER_READS: ((u64, u64, u64) => (u64, u8)), rooms, Append, "the older row goes when the same thing changes again";
    /// (user, room): how the user's notifications are counted there, if not as for everyone.
    40 COUNT_MODES: ((u64, u64) => u8), rooms, Small, "return to the default; purge of the room";
    /// (event id, event): events that relate to one that is not here yet.
    41 PENDING_RELATIONS: ((String, u64) => ()), rooms, Small, "arrival of the event that is missing; purge of the room";
    /// redacted event: the event that redacts it.
    42 REDACTIONS: (u64 => u64), rooms, Small, "goes with the redacted event";
    /// room: is being purged.
    43 PURGES: (u64 => ()), rooms, Small, "end of the purge";
    /// (user, position): the room that was forgotten there, for devices that have not heard yet that the user left it.
    44 FORGOTTEN_BY_POSITION: ((u64, u64) => u64), rooms, Append, "goes with FORGOTTEN";
    /// (room, time as the sender gives it, order): event of the timeline.
    45 EVENTS_BY_TIME: ((u64, u64, i64) => u64), rooms, Append, "goes with the event's row in TIMELINE";
    /// (room, server): how many of its people are in the room.
    46 ROOM_SERVERS: ((u64, String) => u64), rooms, Small, "the last of its people leaves; purge of the room";
    /// (user, room): what this user was told of a room that this server is not in, to which they are invited or which they ask to enter.
    47 INVITE_STATE: ((u64, u64) => Record), rooms, Large, "joining or leaving; purge of the room";

    /// (room, order): a redacted event of the timeline: its thread, and how many notifications and highlights it had added for everyone.
    48 REDACTED_COUNTS: ((u64, i64) => (u64, u64, u64)), rooms, Append, "purge of the room or of old history";

    /// user: asked to be forgotten, so that what they sent has no content for whoever was not there.
    49 ERASED: (u64 => ()), rooms, Small, "kept, or what they sent would come back";

    // users: 50 to 99

    /// user: account.
    50 ACCOUNTS: (u64 => Record), users, Small, "kept, reduced to a tombstone by deactivation, so that a name is never given twice";
    /// (user, device id): device.
    51 DEVICES: ((u64, String) => Record), users, Small, "logout of the device";
    /// SHA-256 of a long-lived access token: the device.
    52 TOKENS: ([u8; 32] => u64), users, Small, "logout of the device";
    /// user: profile fields.
    53 PROFILES: (u64 => Record), users, Small, "erasure of the account";
    /// (user, room or 0, type): position and content.
    54 ACCOUNT_DATA: ((u64, u64, String) => Record), users, Large, "overwritten in place; deactivation of the account";
    /// (user, position): room or 0 and type, see `ACCOUNT_DATA`.
    55 ACCOUNT_DATA_BY_POSITION: ((u64, u64) => Record), users, Append, "the older row goes when the data changes";
    /// (user, device id): identity keys.
    56 DEVICE_KEYS: ((u64, String) => Record), users, Large, "logout of the device";
    /// (device, algorithm, running number): a key to be claimed once, the lowest number first.
    57 ONE_TIME_KEYS: ((u64, String, u64) => Record), users, Large, "claiming; logout of the device";
    /// (device, algorithm): fallback key.
    58 FALLBACK_KEYS: ((u64, String) => Record), users, Large, "replacement; logout of the device";
    /// (user, usage): cross-signing key.
    59 CROSS_SIGNING: ((u64, u8) => Record), users, Large, "replacement; deactivation of the account";
    /// (signer, target user, target key): the signer's signatures of somebody else's key.
    60 SIGNATURES: ((u64, u64, String) => Record), users, Large, "one row a signer and key; deactivation of the signer";
    /// (user, version): key backup.
    61 BACKUP_VERSIONS: ((u64, u64) => Record), users, Small, "deletion leaves a tombstone, so that no version comes twice; deactivation of the account";
    /// (user, version, room id, session id): backed-up room key.
    62 BACKUP_SESSIONS: ((u64, u64, String, String) => Record), users, Large, "deletion of the backup";
    /// (device, position): message.
    63 TO_DEVICE: ((u64, u64) => Bytes), users, Append, "acknowledged by the device's next sync; oldest first when the queue is full; logout of the device";
    /// (user, filter id): filter as the client sent it.
    64 FILTERS: ((u64, String) => String), users, Small, "bounded a user; deactivation of the account";
    /// (user, app id, push key): pusher.
    65 PUSHERS: ((u64, String, String) => Record), users, Small, "removal; logout of the device";
    /// device: its session: which tokens are good.
    66 SESSIONS: (u64 => Record), users, Small, "logout of the device";
    /// (device, transaction id): when a to-device request was taken, milliseconds since the epoch.
    67 TO_DEVICE_TXNS: ((u64, String) => u64), users, Small, "rows older than a day go hourly; logout of the device";
    /// user: presence as last known.
    68 PRESENCE: (u64 => Record), users, Small, "one row a user; deactivation of the account";
    /// (app id, push key, user): the other direction of PUSHERS.
    69 PUSHERS_BY_KEY: ((String, String, u64) => ()), users, Small, "goes with PUSHERS";
    /// device: when and from where it was last seen.
    70 DEVICE_SEEN: (u64 => Record), users, Small, "logout of the device";
    /// user: position at which the keys or devices last changed.
    71 KEYS_CHANGED: (u64 => u64), users, Small, "one row a user";
    /// Name: a secret of this server that its tokens are signed with, and other single values.
    72 USERS_META: (String => Bytes), users, Small, "a fixed set of keys";
    /// device: session number and the highest number of its tokens that has been used.
    73 SESSIONS_USED: (u64 => (u64, u64)), users, Small, "logout of the device";
    /// user: the position of a change of name or picture that the person's rooms have not all heard of.
    74 PROFILE_SPREADS: (u64 => u64), users, Small, "goes when all rooms know";
    /// Number: what somebody reported.
    75 REPORTS: (u64 => Record), users, Small, "an admin's deletion; after a year; the oldest beyond 10,000";
    /// user of another server: their devices' and cross-signing keys, as last told.
    76 REMOTE_KEYS: (u64 => Record), users, Large, "bounded a user; overwritten in place; goes at the next look or update when nobody here shares a room with the user any more";
    /// (server, position, number within the commit): messages for devices there, as the content of an EDU.
    77 TO_DEVICE_OUT: ((String, u64, u64) => Bytes), users, Append, "delivery; the oldest when too many wait for a server";
    /// (server, message id): when its messages were taken, milliseconds since the epoch.
    78 TO_DEVICE_IN: ((String, String) => u64), users, Small, "rows older than three days go hourly";

    // media: 100 to 109

    /// (server, media id): what was uploaded under it, or who may still upload.
    100 MEDIA: ((String, String) => Record), media, Small, "deletion; retention of remote media; ids that nobody uploaded to expire";
    /// SHA-256: how often used, size.
    101 CONTENT: ([u8; 32] => Record), media, Small, "last use gone";
    /// (SHA-256, variant): thumbnail.
    102 THUMBNAILS: (([u8; 32], String) => Record), media, Small, "goes with the content";
    /// (user, media id): when an id that waits for its upload expires, milliseconds since the epoch.
    103 PENDING_MEDIA: ((u64, String) => u64), media, Small, "the upload; bounded a user; ids that nobody uploaded to expire";
    /// user, or the greatest number for what the server fetched itself: bytes and number of files.
    104 MEDIA_USAGE: (u64 => (u64, u64)), media, Small, "one row a user";
    /// SHA-256: a file is being put in place or taken away, so it may be there without a row in CONTENT.
    105 UNSETTLED_CONTENT: ([u8; 32] => ()), media, Small, "the end of the change; after a crash the next hourly tidying";

    /// (address of a page, time it was fetched, milliseconds since the epoch): its preview, or why there is none.
    106 URL_PREVIEWS: ((String, u64) => Record), media, Large, "rows older than the retention time go hourly, and the oldest when there are too many";

    // push and search: 110 to 119

    /// (user, room, order): an event that notifies this user otherwise than everyone: thread, whether it adds a notification, whether it highlights, position of its row in `USER_READS`.
    110 HIGHLIGHTS: ((u64, u64, i64) => (u64, bool, bool, u64)), rooms, Append, "reading of the room past it";

    /// (user, app id, push key, order): an event that a pusher has yet to bring, by the position at which it notified; the greatest order stands for the unread counts alone.
    111 PUSHES: ((u64, String, String, i64) => Record), push, Append, "delivery; reading or redaction; an hour; the oldest when too many wait for a pusher; removal of the pusher";

    // federation: 120 to 139

    /// Server name: its keys as last told, and until when they are good.
    120 SERVER_KEYS: (String => Record), federation, Large, "keys that nobody asked for in a year go with the hourly tidying";
    /// server: since when it can't be reached, and when it is tried again.
    121 DESTINATIONS: (String => Record), federation, Small, "goes when the server is reached";
    /// (server, order): event that it has yet to get.
    122 OUTBOX: ((String, u64) => u64), federation, Append, "delivery; all but the newest of each room when too many wait for a server";
    /// (server, user): whose devices or cross-signing keys changed since the server was last told.
    123 OUTBOX_DEVICES: ((String, u64) => Record), federation, Small, "delivery; one row a server and user";
    /// user: number of the last change of their devices that other servers were told.
    124 DEVICE_STREAMS: (u64 => u64), federation, Small, "one row a user";
    /// (room, event id): an event that waits for events that are not here.
    125 STAGED_PDUS: ((u64, String) => Record), federation, Large, "taking in of the event; the last of its tries; the room is left or purged";
    /// (server, transaction id): how a transaction was answered.
    126 RECEIVED_TXNS: ((String, String) => Record), federation, Small, "rows older than a day go hourly";

    // delayed: 140 to 149

    /// Delay id: an event to be sent later, or what became of it.
    140 DELAYED_EVENTS: (String => Record), delayed, Large, "a week after its end; the oldest beyond 1,000 a person; deactivation of the account";
    /// (when it is to be sent or forgotten, milliseconds since the epoch, delay id).
    141 DELAYED_DUE: ((u64, String) => ()), delayed, Small, "goes with DELAYED_EVENTS";
    /// (user, whether it has ended, delay id): when it is to be sent or forgotten.
    142 DELAYED_BY_USER: ((u64, bool, String) => u64), delayed, Small, "goes with DELAYED_EVENTS";
    /// (device, room, type and transaction id): the delay id.
    143 DELAYED_TXNS: ((u64, String) => String), delayed, Small, "goes with DELAYED_EVENTS";

    retired: [];
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_and_names_are_used_once_and_in_order() {
        let numbers: Vec<u16> = CATALOGUE.tables.iter().map(|spec| spec.number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "keep the catalogue in the order of its numbers");
        let names: HashSet<&str> = CATALOGUE.tables.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), numbers.len());
        for (number, name) in CATALOGUE.retired {
            assert!(!numbers.contains(number) && !names.contains(name), "{number} {name} was retired");
        }
    }

    #[test]
    fn every_table_says_what_shrinks_it() {
        for spec in CATALOGUE.tables {
            assert!(!spec.retention.is_empty(), "{} has no retention rule", spec.name);
        }
    }
}
