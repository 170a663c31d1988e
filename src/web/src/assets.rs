//! The files of the web client's build, inside the program.
//!
//! Cargo sees changes of files that are embedded already; when the folder appears or gains files, `./x` renews this
//! file's time, so that cargo looks again. Without a build there are no assets, and nothing else changes.

use std::{io::Write as _, sync::OnceLock};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

#[derive(rust_embed::RustEmbed)]
#[folder = "../../web-client/dist"]
#[allow_missing = true]
struct Dist;

/// One file, ready to be sent.
pub(crate) struct Asset {
    /// Its path below `/`.
    pub(crate) path: String,
    pub(crate) content_type: String,
    /// A strong validator, in quotes.
    pub(crate) etag: String,
    /// Whether its name changes with its content.
    pub(crate) immutable: bool,
    plain: Bytes,
    /// Made when first asked for; `None` when it is no smaller.
    gzip: OnceLock<Option<Bytes>>,
}

/// Every file of the build; empty when there was none.
pub(crate) fn all() -> Vec<Asset> {
    let visible = Dist::iter().filter(|path| !path.split('/').any(|part| part.starts_with('.')));
    let asset = |path: std::borrow::Cow<'static, str>| {
        let file = Dist::get(&path)?;
        let plain = match file.data {
            std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Some(Asset::new(&path, plain, &file.metadata.sha256_hash()))
    };
    visible.filter_map(asset).collect()
}

impl Asset {
    pub(crate) fn new(path: &str, plain: Bytes, hash: &[u8]) -> Self {
        let guess = mime_guess::from_path(path).first_or_octet_stream();
        let text = guess.type_() == "text" || guess.subtype() == "javascript";
        let hash: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Self {
            path: path.to_owned(),
            content_type: if text { format!("{guess}; charset=utf-8") } else { guess.to_string() },
            etag: format!("\"{hash}\""),
            immutable: path.starts_with("assets/"),
            plain,
            gzip: OnceLock::new(),
        }
    }

    /// The content as it is.
    pub(crate) fn plain(&self) -> Bytes {
        self.plain.clone()
    }

    /// The content for clients that take gzip, when that is smaller.
    pub(crate) fn gzip(&self) -> Option<Bytes> {
        self.gzip.get_or_init(|| compress(&self.plain)).clone()
    }
}

fn compress(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < plain.len() * 9 / 10).then(|| Bytes::from(packed))
}
