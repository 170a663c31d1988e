//! The room engine through its public face, on a real database.

mod create;
mod federated;
mod fill;
mod graph;
mod joins;
mod kill;
mod membership;
mod outside;
mod purge;
mod replay;
mod send;
