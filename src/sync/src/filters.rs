//! Filters as requests name them, compiled once.

use crate::{Inner, SyncError, SyncFilter};
use quick_cache::{Weighter, sync::Cache};
use rooms::UserNum;
use ruma::api::client::filter::FilterDefinition;
use std::sync::Arc;
use users::Identity;

/// The longest filter in a request's address, in bytes.
const LONGEST_INLINE: usize = 16 * 1024;

/// Filters in use lately.
pub(crate) struct Filters {
    /// By user (0 for filters written out) and text.
    cache: Cache<(u64, String), Arc<SyncFilter>, ByText>,
    none: Arc<SyncFilter>,
}

#[derive(Clone)]
struct ByText;

impl Weighter<(u64, String), Arc<SyncFilter>> for ByText {
    fn weight(&self, (_, text): &(u64, String), _: &Arc<SyncFilter>) -> u64 {
        // A compiled filter is about as large as its text, and has a fixed part.
        (text.len() * 2 + size_of::<SyncFilter>()) as u64
    }
}

impl Filters {
    pub(crate) fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / 1024).unwrap_or(usize::MAX);
        Self { cache: Cache::with_weighter(items, bytes, ByText), none: Arc::default() }
    }
}

impl Inner {
    /// The filter that a request names or spells out.
    pub(crate) fn filter(&self, caller: &Identity, text: Option<&str>) -> Result<Arc<SyncFilter>, SyncError> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(self.filters.none.clone());
        };
        if text.len() > LONGEST_INLINE {
            let problem =
                format!("The filter is longer than {LONGEST_INLINE} bytes. Upload it and use its id.");
            return Err(SyncError::Filter(problem));
        }
        let inline = text.starts_with('{');
        let key = (if inline { UserNum(0) } else { caller.user }.0, text.to_owned());
        if let Some(filter) = self.filters.cache.get(&key) {
            return Ok(filter);
        }
        let definition = if inline {
            serde_json::from_str::<FilterDefinition>(text)
                .map_err(|error| SyncError::Filter(format!("The filter is not valid: {error}.")))?
        } else {
            let stored = self.users.filters.parsed(caller.user, text)?;
            let none = || SyncError::Filter(format!("There is no filter with the id {text:?}."));
            FilterDefinition::clone(&*stored.ok_or_else(none)?)
        };
        let filter = Arc::new(SyncFilter::from(definition));
        self.filters.cache.insert(key, filter.clone());
        Ok(filter)
    }
}
