//! Uploaded files (spec "Content repository"): streamed in, kept once by their content, streamed out;
//! thumbnails of them; previews of linked pages.
//!
//! Promises: a file is never held in memory whole. What was acknowledged is on disk, bytes first and then the row that names
//! them. Content lives behind [`ContentStore`]; its uses are counted, and it goes with the last one. A file that a crash left
//! without a row is found by its mark in the database and removed.

mod content;
mod error;
mod find;
mod keyed;
mod local;
mod media;
mod pending;
mod preview;
mod remote;
mod remove;
mod rows;
mod settle;
mod staging;
mod thumbnails;
mod upload;
mod usage;

#[cfg(test)]
mod tests;

pub use self::{
    content::{ContentHash, ContentStore, ContentStream},
    error::MediaError,
    find::Found,
    media::{Media, MediaDeps, Settings},
    pending::Reserved,
    preview::PreviewSettings,
    thumbnails::{Method, Variant, Wanted},
    upload::About,
    usage::{MediaUsage, Usage},
};
