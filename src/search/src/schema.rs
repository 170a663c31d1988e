//! The fields of the index.

use crate::{entry::Entry, words};
use tantivy::{
    Index, TantivyDocument, Term,
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

/// Names of the fields that are read for each match.
pub(crate) const EVENT: &str = "event";
pub(crate) const ROOM: &str = "room";
pub(crate) const SENDER: &str = "sender";
pub(crate) const KEY: &str = "key";
pub(crate) const TIME: &str = "time";
pub(crate) const ORDER: &str = "order";
const TEXT: &str = "text";

/// A document is an event: numbers of the database and the words of its text. The text itself stays in the database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    pub(crate) text: Field,
    event: Field,
    pub(crate) room: Field,
    sender: Field,
    key: Field,
    time: Field,
    pub(crate) order: Field,
}

impl Fields {
    pub(crate) fn build() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(words::NAME)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let fields = Self {
            text: schema.add_text_field(TEXT, TextOptions::default().set_indexing_options(indexing)),
            event: schema.add_u64_field(EVENT, INDEXED | FAST),
            room: schema.add_u64_field(ROOM, INDEXED | FAST),
            sender: schema.add_u64_field(SENDER, FAST),
            key: schema.add_u64_field(KEY, FAST),
            time: schema.add_u64_field(TIME, FAST),
            order: schema.add_i64_field(ORDER, FAST),
        };
        (schema.build(), fields)
    }

    /// Teaches an index how texts are cut.
    pub(crate) fn register(index: &Index) {
        index.tokenizers().register(words::NAME, words::analyzer());
    }

    pub(crate) fn document(&self, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.text, &entry.text);
        document.add_u64(self.event, entry.event.0);
        document.add_u64(self.room, entry.room.0);
        document.add_u64(self.sender, entry.sender.0);
        document.add_u64(self.key, entry.key.number());
        document.add_u64(self.time, entry.time);
        document.add_i64(self.order, entry.order);
        document
    }

    /// Stands for the document of one event.
    pub(crate) fn of_event(&self, event: rooms::EventNum) -> Term {
        Term::from_field_u64(self.event, event.0)
    }
}
