//! Black-box tests: a real server on a port of its own in the process of the test, and people who use it over HTTP.
//!
//! Everything here panics when what it is asked for does not work: a test has nothing better to do.

mod alone;
mod answer;
mod browser;
mod gate;
mod home;
mod path;
mod peer;
mod push;
mod server;
mod several;
mod synapse;
mod tls;
mod user;
mod watch;

pub use self::{
    alone::{Alone, Asleep},
    answer::{Answer, RawAnswer},
    browser::{Browser, vapid_claims},
    gate::{Gate, Passage},
    home::Home,
    path::segment,
    peer::{Asked, Peer, Reply},
    push::{PushAnswer, PushPoint, Pushed},
    server::{Stopped, TestServer},
    synapse::{StoppedSynapse, Synapse},
    user::TestUser,
    watch::{eventually, same},
};
