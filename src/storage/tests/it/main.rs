//! The store from outside, on a real disk.

#![expect(clippy::print_stdout, reason = "figures and the seed of the kill test are for whoever runs them")]

mod common;
mod figures;
mod kill;
mod log;
mod model;
mod open;
mod read_only;
mod replica;
