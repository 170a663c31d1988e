//! The room engine through its public face, on a real database.

mod create;
mod federated;
mod graph;
mod kill;
mod membership;
mod purge;
mod replay;
mod send;
