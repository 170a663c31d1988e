//! Opens the media with what the settings say.

use crate::{StartError, outgoing};
use ::media::{Media, MediaDeps, PreviewSettings, Settings};
use config::{Config, clock::SharedClock, random::SharedEntropy};
use std::sync::Arc;
use storage::Store;

/// The media of the server, in the folder of the settings.
pub(crate) fn open(
    config: &Arc<Config>,
    store: &Store,
    clock: &SharedClock,
    entropy: &SharedEntropy,
) -> Result<Media, StartError> {
    let deps = MediaDeps {
        store: store.clone(),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        server_name: config.server.name.clone(),
        settings: settings(config)?,
        previews: previews(config)?,
    };
    Media::open(deps).map_err(|why| StartError::Setting {
        key: "media.path",
        why: format!("{} can't be used ({why})", config.media_path().display()),
    })
}

fn settings(config: &Config) -> Result<Settings, StartError> {
    let from = &config.media;
    let sizes = from.thumbnail_sizes.iter().map(|size| size.parse());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Settings {
        folder: config.media_path(),
        max_bytes: from.max_upload_bytes.bytes(),
        user_bytes: from.user_quota.map(config::ByteSize::bytes),
        fetched_bytes: config.url_previews.max_stored_bytes.bytes(),
        keep_copies: Some(from.keep_copies_for.duration()),
        pending: usize::from(from.max_pending),
        pending_for: from.pending_for.duration(),
        thumbnails: sizes
            .collect::<Result<_, _>>()
            .map_err(|why| StartError::Setting { key: "media.thumbnail_sizes", why: str::to_owned(why) })?,
        max_pixels: from.max_pixels,
        // Others have work to do too.
        makers: cores.div_ceil(2),
    })
}

fn previews(config: &Arc<Config>) -> Result<Option<PreviewSettings>, StartError> {
    let from = &config.url_previews;
    if !from.enabled {
        return Ok(None);
    }
    let mut options = outgoing::options(config);
    options.user_agent.push_str(" (bot; previews of linked pages)");
    let client = outgoing::client(&options)?;
    let shared = Arc::clone(config);
    Ok(Some(PreviewSettings {
        client,
        allows: Box::new(move |host| shared.url_previews.allows(host)),
        max_page_bytes: from.max_page_bytes.as_usize(),
        timeout: from.timeout.duration(),
        keep_ms: from.keep.as_millis(),
    }))
}
