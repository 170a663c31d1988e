//! The room engine through its public face, on a real database.

#[path = "../common/mod.rs"]
mod common;
mod create;
mod graph;
mod kill;
mod membership;
mod purge;
mod replay;
mod send;
