//! Filters (spec "Filtering"): kept as they were sent, each once, under an id that follows from the content.

use crate::{
    core::Core,
    error::{Result, UserError},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use quick_cache::sync::Cache;
use rooms::ids::UserNum;
use ruma::api::client::filter::FilterDefinition;
use serde_json::{Value, value::RawValue};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use storage::tables;

/// Stores and finds filters.
pub struct Filters {
    core: Arc<Core>,
    /// A stored filter never changes.
    parsed: Cache<(UserNum, String), Arc<FilterDefinition>>,
}

impl Filters {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core, parsed: Cache::new(1_000) }
    }

    /// Keeps a filter; the same filter gets the same id again.
    pub async fn create(&self, user: UserNum, filter: &RawValue) -> Result<String> {
        let limits = self.core.settings.limits;
        if filter.get().len() > limits.filter_bytes {
            return Err(UserError::TooLarge("The filter is too large.".into()));
        }
        let value: Value =
            serde_json::from_str(filter.get()).map_err(|error| UserError::BadJson(error.to_string()))?;
        serde_json::from_value::<FilterDefinition>(value.clone())
            .map_err(|error| UserError::BadJson(error.to_string()))?;
        let text = value.to_string();
        let hash = Sha256::digest(text.as_bytes());
        let id = BASE64_URL_SAFE_NO_PAD.encode(&hash[..12]);
        let key = (user.0, id.clone());
        let _turn = self.core.turn(user).await;
        if self.core.store.latest(tables::FILTERS, &key)?.is_some() {
            return Ok(id);
        }
        let mut count = 0;
        for row in self.core.store.scan_prefix(tables::FILTERS, &user.0) {
            row?;
            count += 1;
        }
        if count >= limits.filters {
            return Err(UserError::Limit("There are too many filters.".into()));
        }
        let mut commit = Core::change().positions(0);
        commit.put(tables::FILTERS, &key, &text);
        self.core.commit(commit).await?;
        Ok(id)
    }

    /// A filter as it was sent.
    pub fn get(&self, user: UserNum, id: &str) -> Result<Option<Box<RawValue>>> {
        let text = self.core.store.get(tables::FILTERS, &(user.0, id.to_owned()))?;
        text.map(|text| RawValue::from_string(text).map_err(UserError::corrupt)).transpose()
    }

    /// A filter, ready for use.
    pub fn parsed(&self, user: UserNum, id: &str) -> Result<Option<Arc<FilterDefinition>>> {
        let key = (user, id.to_owned());
        if let Some(filter) = self.parsed.get(&key) {
            return Ok(Some(filter));
        }
        let Some(raw) = self.get(user, id)? else { return Ok(None) };
        let filter: FilterDefinition = serde_json::from_str(raw.get()).map_err(UserError::corrupt)?;
        let filter = Arc::new(filter);
        self.parsed.insert(key, filter.clone());
        Ok(Some(filter))
    }
}
