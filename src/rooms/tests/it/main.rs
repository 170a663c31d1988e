//! Rooms through their public face, on a real database: one program, so that the database is linked once.

mod common;
mod engine;
mod views;
