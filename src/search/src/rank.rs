//! The order of what is found, and the best of it.

use crate::schema::{EVENT, KEY, ORDER, ROOM, SENDER, TIME};
use rooms::{EventNum, RoomNum};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
    sync::Arc,
};
use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader, TantivyError, Term,
    collector::{Collector, SegmentCollector},
    columnar::ColumnValues,
    query::Bm25StatisticsProvider,
    schema::Field,
};

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderBy {
    /// What fits best; of the equally good, the newest.
    #[default]
    Rank,
    /// The newest.
    Recent,
}

/// The place of an event in the order of what is found: the greater comes first. It depends on the event alone, so a list
/// goes on where it stopped, whatever is said meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// How well it fits, in thousandths; 0 when that does not matter.
    pub rank: u32,
    /// When it was sent, in milliseconds since the epoch.
    pub time: u64,
    /// Its order in the timeline.
    pub order: i64,
    /// Its number.
    pub event: u64,
}

/// An event that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    pub(crate) mark: Mark,
    pub(crate) room: RoomNum,
}

impl Match {
    pub(crate) fn event(&self) -> EventNum {
        EventNum(self.mark.event)
    }
}

/// Which matches count.
#[derive(Debug)]
pub(crate) struct Among {
    pub(crate) rooms: HashSet<u64>,
    /// Everybody, or these.
    pub(crate) senders: Option<HashSet<u64>>,
    /// Numbers of [`crate::Key`]s.
    pub(crate) keys: HashSet<u64>,
    /// Only what comes after this.
    pub(crate) after: Option<Mark>,
}

/// Collects the best matches.
pub(crate) struct Best {
    pub(crate) among: Arc<Among>,
    pub(crate) order_by: OrderBy,
    pub(crate) most: usize,
}

/// The best matches, the best first.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    pub(crate) list: Vec<Match>,
    /// There are more.
    pub(crate) more: bool,
}

impl Collector for Best {
    type Fruit = Matches;
    type Child = BestOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<BestOfSegment> {
        let fields = segment.fast_fields();
        let number = |name: &str| Ok::<_, TantivyError>(fields.u64(name)?.first_or_default_col(0));
        Ok(BestOfSegment {
            among: Arc::clone(&self.among),
            most: self.most,
            rooms: number(ROOM)?,
            senders: number(SENDER)?,
            keys: number(KEY)?,
            times: number(TIME)?,
            events: number(EVENT)?,
            orders: fields.i64(ORDER)?.first_or_default_col(0),
            heap: BinaryHeap::new(),
            more: false,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order_by == OrderBy::Rank
    }

    fn merge_fruits(&self, segments: Vec<Matches>) -> tantivy::Result<Matches> {
        let mut all = Matches::default();
        for segment in segments {
            all.more |= segment.more;
            all.list.extend(segment.list);
        }
        all.list.sort_unstable_by(|a, b| b.cmp(a));
        all.more |= all.list.len() > self.most;
        all.list.truncate(self.most);
        Ok(all)
    }
}

pub(crate) struct BestOfSegment {
    among: Arc<Among>,
    most: usize,
    rooms: Arc<dyn ColumnValues<u64>>,
    senders: Arc<dyn ColumnValues<u64>>,
    keys: Arc<dyn ColumnValues<u64>>,
    times: Arc<dyn ColumnValues<u64>>,
    events: Arc<dyn ColumnValues<u64>>,
    orders: Arc<dyn ColumnValues<i64>>,
    /// The worst on top.
    heap: BinaryHeap<Reverse<Match>>,
    more: bool,
}

impl BestOfSegment {
    fn counts(&self, document: DocId) -> bool {
        self.among.rooms.contains(&self.rooms.get_val(document))
            && self.among.keys.contains(&self.keys.get_val(document))
            && self.among.senders.as_ref().is_none_or(|some| some.contains(&self.senders.get_val(document)))
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = Matches;

    fn collect(&mut self, document: DocId, score: Score) {
        if !self.counts(document) {
            return;
        }
        let mark = Mark {
            rank: thousandths(score),
            time: self.times.get_val(document),
            order: self.orders.get_val(document),
            event: self.events.get_val(document),
        };
        if self.among.after.is_some_and(|after| mark >= after) {
            return;
        }
        self.heap.push(Reverse(Match { mark, room: RoomNum(self.rooms.get_val(document)) }));
        if self.heap.len() > self.most {
            self.heap.pop();
            self.more = true;
        }
    }

    fn harvest(self) -> Matches {
        Matches { list: self.heap.into_iter().map(|Reverse(one)| one).collect(), more: self.more }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "scores are small positive numbers, and the cast is held to what fits"
)]
fn thousandths(score: Score) -> u32 {
    (score * 1000.0).round() as u32
}

/// The same figures for every index, so that a rank depends on the message alone: how often it has the words, and how long it
/// is. How common a word is weighs nothing, as all words of a query have to be there anyway.
pub(crate) struct Constant;

impl Bm25StatisticsProvider for Constant {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(12_000_000)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(1_000_000)
    }

    fn doc_freq(&self, _: &Term) -> tantivy::Result<u64> {
        Ok(10_000)
    }
}
