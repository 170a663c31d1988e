//! Previews of linked pages (spec "Content repository", `preview_url`).
//!
//! Promises: pages are asked through the guarded client of `net` alone; an address is asked once however many wait for it, and
//! then not again for a while, failures included; a page's picture becomes media of this server, and goes with the preview.

mod charset;
mod page;

use crate::{
    error::{MediaError, Result},
    keyed::KeyedLocks,
    media::{Inner, Media},
    thumbnails::measure,
    upload::About,
};
use bytes::Bytes;
use futures_util::{Stream, stream};
use http::{HeaderMap, HeaderValue, header};
use net::{Client, Fetched, Limits, NetError};
use page::Page;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::{sync::Arc, time::Duration};
use storage::{Commit, Durability, tables};
use tokio::sync::Semaphore;
use url::Url;

/// The longest address, in bytes.
const MAX_URL: usize = 2048;
/// How many redirects are followed.
const REDIRECTS: usize = 5;
/// How many pages are worked on at once.
const HANDS: usize = 8;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long reading a page may take once it is here.
const READING: Duration = Duration::from_secs(1);
/// How long a failure is remembered, milliseconds.
const KEEP_FAILURE_MS: u64 = 600_000;
/// How much longer than the preview its picture is kept, milliseconds: clients remember the preview too.
const KEEP_IMAGE_MS: u64 = 7 * 86_400_000;
/// Previews in all.
const MAX_PREVIEWS: usize = 10_000;

/// What the operator decides.
pub struct PreviewSettings {
    /// The guarded client.
    pub client: Client,
    /// Whether a host may be asked.
    pub allows: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// The most that is read of a page, in bytes.
    pub max_page_bytes: usize,
    /// How long a page, and then its picture, may take.
    pub timeout: Duration,
    /// How long a preview is kept, milliseconds.
    pub keep_ms: u64,
}

/// Who makes previews.
pub(crate) struct Previewer {
    settings: PreviewSettings,
    hands: Arc<Semaphore>,
    turns: KeyedLocks<String>,
}

impl Previewer {
    pub(crate) fn new(settings: PreviewSettings) -> Self {
        Self { settings, hands: Arc::new(Semaphore::new(HANDS)), turns: KeyedLocks::new() }
    }
}

/// A preview, or why there is none.
#[derive(Serialize, Deserialize)]
struct PreviewRow {
    outcome: Result<String, String>,
    /// The media id of the picture.
    image: Option<String>,
}

/// A preview as it was made.
struct Made {
    properties: Map<String, Value>,
    image: Option<String>,
}

impl Media {
    /// What a page says of itself, as a JSON object of `OpenGraph` properties.
    ///
    /// # Errors
    /// `PreviewsOff`, `Invalid` for what is no address of a page, `HostDenied`, `NoPreview`, `Busy`, `Files`, `Read` or `Write`.
    pub async fn preview(&self, address: &str) -> Result<String> {
        let inner = &*self.0;
        let previewer = inner.previewer.as_ref().ok_or(MediaError::PreviewsOff)?;
        let url = parse(address)?;
        if !(previewer.settings.allows)(url.host_str().unwrap_or_default()) {
            return Err(MediaError::HostDenied);
        }
        if let Some(kept) = inner.kept_preview(previewer, &url)? {
            return kept;
        }
        let _turn = previewer.turns.lock(url.to_string()).await;
        if let Some(kept) = inner.kept_preview(previewer, &url)? {
            return kept;
        }
        let hand = tokio::time::timeout(PATIENCE, Arc::clone(&previewer.hands).acquire_owned()).await;
        let Ok(Ok(_hand)) = hand else { return Err(MediaError::Busy) };
        let row = match inner.make_preview(previewer, &url).await {
            Ok(made) => {
                PreviewRow { outcome: Ok(Value::Object(made.properties).to_string()), image: made.image }
            }
            Err(MediaError::NoPreview(why)) => PreviewRow { outcome: Err(why), image: None },
            Err(other) => return Err(other),
        };
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        commit.put_record(tables::URL_PREVIEWS, &(url.to_string(), inner.clock.now_ms()), &row);
        inner.store.commit(commit).await?;
        row.outcome.map_err(MediaError::NoPreview)
    }
}

fn parse(address: &str) -> Result<Url> {
    let wrong = MediaError::Invalid("The url is not the address of a page: http:// or https:// and a host.");
    if address.len() > MAX_URL {
        return Err(MediaError::Invalid("The url is too long: it may have 2048 bytes."));
    }
    let Ok(mut url) = Url::parse(address) else { return Err(wrong) };
    let has_login = !url.username().is_empty() || url.password().is_some();
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || has_login {
        return Err(wrong);
    }
    url.set_fragment(None);
    Ok(url)
}

impl Inner {
    /// The outcome of the last time, if that is not too long ago.
    fn kept_preview(&self, previewer: &Previewer, url: &Url) -> Result<Option<Result<String>>> {
        let rows = self.store.scan_prefix_records_back::<PreviewRow, _>(tables::URL_PREVIEWS, &url.as_str());
        let mut rows = rows;
        let Some(((_, fetched_ms), row)) = rows.next().transpose()? else { return Ok(None) };
        let keep = if row.outcome.is_ok() { previewer.settings.keep_ms } else { KEEP_FAILURE_MS };
        let is_fresh = fetched_ms.saturating_add(keep) > self.clock.now_ms();
        Ok(is_fresh.then(|| row.outcome.map_err(MediaError::NoPreview)))
    }

    async fn make_preview(&self, previewer: &Previewer, url: &Url) -> Result<Made> {
        let mut answer = ask(previewer, url.clone(), "text/html,application/xhtml+xml,image/*;q=0.5").await?;
        let kind = content_type(&answer);
        let mut made = Made { properties: Map::new(), image: None };
        if kind.starts_with("image/") {
            self.take_image(answer, &mut made).await?;
            return Ok(made);
        }
        if !kind.is_empty() && !kind.starts_with("text/html") && !kind.starts_with("application/xhtml") {
            return Err(MediaError::NoPreview("it is neither a page nor a picture".into()));
        }
        let body =
            answer.beginning(previewer.settings.max_page_bytes).await.map_err(|error| no_preview(&error))?;
        let page = self.read_page(body, kind, answer.url().clone()).await?;
        let texts = page.properties.into_iter().map(|(name, text)| (name, Value::from(text)));
        made.properties.extend(texts);
        if let Some(image) = page.image {
            // A page is worth showing without its picture.
            if let Err(error) = self.get_image(previewer, image, &mut made).await {
                tracing::debug!(%error, %url, "a preview has no picture");
            }
        }
        Ok(made)
    }

    async fn read_page(&self, body: Vec<u8>, kind: String, url: Url) -> Result<Page> {
        let clock = Arc::clone(&self.clock);
        let work = tokio::task::spawn_blocking(move || {
            let begun = clock.monotonic();
            let is_late = || clock.monotonic().saturating_duration_since(begun) > READING;
            page::read(&charset::decode(&body, &kind), &url, is_late)
        });
        work.await.map_err(|_| MediaError::NoPreview("it can't be read".into()))
    }

    async fn get_image(&self, previewer: &Previewer, url: Url, made: &mut Made) -> Result<()> {
        let answer = ask(previewer, url, "image/*").await?;
        self.take_image(answer, made).await
    }

    /// Stores a picture and tells of it in the preview.
    async fn take_image(&self, answer: Fetched, made: &mut Made) -> Result<()> {
        self.within_quota(None, 0)?;
        let body = Box::pin(body(answer));
        let staged = self.staging.take(body, self.settings.max_bytes).await?;
        let path = staged.path().to_owned();
        let measured = tokio::task::spawn_blocking(move || measure(&path)).await;
        let size = staged.size;
        let Ok(Some((width, height, kind))) = measured else {
            return Err(MediaError::NoPreview("it is no picture of a known kind".into()));
        };
        let about = About { content_type: Some(kind.to_owned()), file_name: None };
        let id = self.keep(None, about, staged).await?;
        let properties = [
            ("og:image", json!(format!("mxc://{}/{id}", self.server_name))),
            ("og:image:type", json!(kind)),
            ("og:image:width", json!(width)),
            ("og:image:height", json!(height)),
            ("matrix:image:size", json!(size)),
        ];
        made.properties.extend(properties.map(|(name, value)| (name.to_owned(), value)));
        made.image = Some(id);
        Ok(())
    }

    /// Removes previews whose time is up, and the oldest when there are too many.
    pub(crate) async fn forget_previews(&self, media: &Media) -> Result<()> {
        let Some(previewer) = &self.previewer else { return Ok(()) };
        let keep = previewer.settings.keep_ms.saturating_add(KEEP_IMAGE_MS);
        let now = self.clock.now_ms();
        let mut rows = Vec::new();
        for row in self.store.scan_records::<PreviewRow, _>(tables::URL_PREVIEWS, ..) {
            let (key, row) = row?;
            rows.push((key, row.image));
        }
        rows.sort_by_key(|((_, fetched_ms), _)| *fetched_ms);
        let too_many = rows.len().saturating_sub(MAX_PREVIEWS);
        let old = rows.into_iter().enumerate().filter(|(index, ((_, fetched_ms), _))| {
            *index < too_many || fetched_ms.saturating_add(keep) <= now
        });
        for (_, (key, image)) in old {
            if let Some(id) = image {
                match media.remove(&self.server_name, &id).await {
                    Ok(()) | Err(MediaError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
            let mut commit = Commit::new(Durability::Lazy).positions(0);
            commit.delete(tables::URL_PREVIEWS, &key);
            self.store.commit(commit).await?;
        }
        Ok(())
    }
}

async fn ask(previewer: &Previewer, url: Url, accept: &'static str) -> Result<Fetched> {
    let settings = &previewer.settings;
    let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
    let limits = Limits { time: settings.timeout, redirects: REDIRECTS };
    let may = |url: &Url| (settings.allows)(url.host_str().unwrap_or_default());
    let answer =
        settings.client.fetch(url, &headers, limits, may).await.map_err(|error| no_preview(&error))?;
    if !answer.status().is_success() {
        return Err(MediaError::NoPreview(format!("it answers with {}", answer.status())));
    }
    Ok(answer)
}

fn no_preview(error: &NetError) -> MediaError {
    MediaError::NoPreview(error.to_string())
}

fn content_type(answer: &Fetched) -> String {
    let value = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().trim().to_ascii_lowercase()
}

fn body(answer: Fetched) -> impl Stream<Item = Result<Bytes, NetError>> {
    stream::try_unfold(
        answer,
        |mut answer| async move { Ok(answer.chunk().await?.map(|chunk| (chunk, answer))) },
    )
}
