//! The client-server API (spec v1.19), by area; one endpoint, one file.

mod account;
mod account_data;
mod admin;
mod backup;
pub(crate) mod common;
mod delayed;
mod devices;
mod directory;
mod encryption;
mod media;
mod membership;
mod people;
mod presence;
mod preview;
mod profile;
mod push;
mod read;
mod reports;
mod room;
mod search;
mod server;
mod session;
mod state;
mod timeline;

pub(crate) use self::{
    common::raw,
    directory::own_page,
    media::{Small, disposition, find as find_file},
};
use crate::routes::Routes;

/// All endpoints of the client-server API.
pub(crate) fn routes() -> Routes {
    let areas = [
        server::routes,
        session::routes,
        account::routes,
        admin::routes,
        room::routes,
        membership::routes,
        state::routes,
        timeline::routes,
        delayed::routes,
        read::routes,
        directory::routes,
        account_data::routes,
        profile::routes,
        push::routes,
        presence::routes,
        people::routes,
        devices::routes,
        encryption::routes,
        backup::routes,
        search::routes,
        media::routes,
        reports::routes,
        preview::routes,
    ];
    areas.into_iter().fold(Routes::new(), |routes, area| area(routes))
}
