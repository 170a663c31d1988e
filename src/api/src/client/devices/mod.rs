//! Where the caller is logged in (spec "Device Management").

mod get;
mod list;
mod remove;
mod remove_many;
mod update;

use crate::routes::Routes;
use ruma::{MilliSecondsSinceUnixEpoch, UInt, api::client::device::Device};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(get::handle).on(list::handle).on(remove::handle).on(remove_many::handle).on(update::handle)
}

/// A device as its owner is shown it.
fn shown(device: users::devices::Device) -> Device {
    let mut shown = Device::new(device.id);
    shown.display_name = device.display_name;
    shown.last_seen_ip = device.last_seen_ip;
    shown.last_seen_ts = device.last_seen_ms.map(|ms| MilliSecondsSinceUnixEpoch(UInt::new_saturating(ms)));
    shown
}
