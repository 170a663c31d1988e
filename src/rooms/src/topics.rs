//! What readers wait for: the topics that commits of rooms and users touch.

use storage::Topic;

use crate::ids::{DeviceNum, RoomNum, UserNum};

/// Everything in a room that its members can see: timeline, state, receipts, typing.
pub const fn room(room: RoomNum) -> Topic {
    Topic::new(1, room.0)
}

/// What concerns one user alone: invites, joins and leaves, account data, notification counts.
pub const fn user(user: UserNum) -> Topic {
    Topic::new(2, user.0)
}

/// What concerns one device alone: to-device messages, one-time-key counts.
pub const fn device(device: DeviceNum) -> Topic {
    Topic::new(3, device.0)
}
