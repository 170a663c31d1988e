//! Files of other servers (server-server API, "Content Repository"): streamed, never whole in memory.

use crate::{Federation, PeerError, client::SOMEWHERE};
use ::media::{About, Found, MediaError};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream::BoxStream};
use http::{HeaderMap, Request, StatusCode, header};
use multer::{Constraints, Multipart, SizeLimit};
use net::{Limits, NetError};
use ruma::{ServerName, api::federation::authenticated_media::get_content, http_headers::ContentDisposition};
use std::time::Duration;
use url::Url;

/// How long the other server may take to begin, besides what the client waits for a file that has not been uploaded yet.
const BEGIN: Duration = Duration::from_secs(20);
/// For a file that lies elsewhere.
const ELSEWHERE: Limits = Limits { time: Duration::from_secs(600), redirects: 3 };
/// The largest part of the answer that is no file, in bytes.
const MAX_METADATA: u64 = 64 * 1024;

type Body = BoxStream<'static, Result<Bytes, String>>;

/// Why a file of another server can't be had.
#[derive(Debug, thiserror::Error)]
pub enum RemoteMediaError {
    /// The other server does not give it.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// It can't be kept here.
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl Federation {
    /// The file that another server has under an id, from the copy that is here or from there.
    ///
    /// # Errors
    /// All of them.
    pub async fn file(
        &self,
        server: &ServerName,
        id: &str,
        patience: Duration,
    ) -> Result<Found, RemoteMediaError> {
        let media = &self.inner.media;
        let fetch = async || Ok(self.fetch_file(server, id, patience).await?);
        media.from_elsewhere::<_, _, RemoteMediaError>(server.as_str(), id, fetch).await
    }

    async fn fetch_file(
        &self,
        server: &ServerName,
        id: &str,
        patience: Duration,
    ) -> Result<(About, Body), PeerError> {
        self.may_ask(server)?;
        match self.signed_file(server, id, patience).await {
            // A server from before Matrix 1.11, where anybody may have files. It may know no better answer than 400, or what
            // stands before it gives one that Matrix does not know.
            Err(PeerError::Refused {
                status: StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED,
                code,
                ..
            }) if code == "M_UNRECOGNIZED" || code == "M_UNKNOWN" => {
                self.open_file(server, id, patience).await
            }
            file => file,
        }
    }

    async fn signed_file(
        &self,
        server: &ServerName,
        id: &str,
        patience: Duration,
    ) -> Result<(About, Body), PeerError> {
        let mut request = get_content::v1::Request::new(id.to_owned());
        request.timeout_ms = patience;
        let response = self.stream(server, self.signed(server, request)?, patience + BEGIN).await?;
        let content_type = text(response.headers(), &header::CONTENT_TYPE).unwrap_or_default();
        let boundary =
            boundary(&content_type).ok_or_else(|| PeerError::nonsense("the answer has no parts"))?;
        let limits = SizeLimit::new().per_field(self.inner.media.max_bytes().saturating_add(MAX_METADATA));
        let constraints = Constraints::new().size_limit(limits);
        let mut parts = Multipart::with_constraints(response.bytes_stream(), boundary, constraints);
        parts.next_field().await.map_err(PeerError::nonsense)?;
        let file = parts.next_field().await.map_err(PeerError::nonsense)?;
        let file = file.ok_or_else(|| PeerError::nonsense("the answer has no file"))?;
        if let Some(location) = text(file.headers(), &header::LOCATION) {
            return self.file_at(&location).await;
        }
        let about = about(file.headers());
        let body = futures_util::stream::unfold((parts, file), |(parts, mut file)| async move {
            let chunk = file.chunk().await.map_err(|error| error.to_string()).transpose()?;
            Some((chunk, (parts, file)))
        });
        Ok((about, body.boxed()))
    }

    /// A file that the other server says is somewhere else.
    async fn file_at(&self, location: &str) -> Result<(About, Body), PeerError> {
        let url = Url::parse(location).map_err(PeerError::nonsense)?;
        let fetched = self.inner.peers.fetch(url, &HeaderMap::new(), ELSEWHERE, |_| true).await?;
        if fetched.status() != StatusCode::OK {
            return Err(PeerError::nonsense(format!(
                "the file is not where it should be ({})",
                fetched.status()
            )));
        }
        let about = about(fetched.headers());
        let body = futures_util::stream::unfold(fetched, |mut fetched| async move {
            let chunk = fetched.chunk().await.map_err(|error| error.to_string()).transpose()?;
            Some((chunk, fetched))
        });
        Ok((about, body.boxed()))
    }

    async fn open_file(
        &self,
        server: &ServerName,
        id: &str,
        patience: Duration,
    ) -> Result<(About, Body), PeerError> {
        let mut url = Url::parse(SOMEWHERE).map_err(PeerError::nonsense)?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(["_matrix", "media", "v3", "download", server.as_str(), id]);
        }
        let wait = patience.as_millis().to_string();
        url.query_pairs_mut().append_pair("allow_remote", "false").append_pair("timeout_ms", &wait);
        let request = Request::get(url.as_str()).body(Vec::new()).map_err(PeerError::nonsense)?;
        let response = self.stream(server, request, patience + BEGIN).await?;
        let about = about(response.headers());
        let body =
            response.bytes_stream().map(|chunk| chunk.map_err(|error| NetError::from(error).to_string()));
        Ok((about, body.boxed()))
    }
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// What a server says of a file. What is too long to be kept is left out.
fn about(headers: &HeaderMap) -> About {
    let content_type = text(headers, &header::CONTENT_TYPE).filter(|kind| kind.len() <= 255);
    let disposition = text(headers, &header::CONTENT_DISPOSITION);
    let disposition = disposition.and_then(|text| text.parse::<ContentDisposition>().ok());
    let file_name = disposition.and_then(|disposition| disposition.filename);
    About { content_type, file_name: file_name.filter(|name| name.len() <= 512) }
}

/// What stands between the parts of a `multipart/mixed` answer (RFC 2046).
fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    });
    boundary.filter(|boundary| (1..=70).contains(&boundary.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_found() {
        assert_eq!(boundary("multipart/mixed; boundary=abc").as_deref(), Some("abc"));
        assert_eq!(boundary("Multipart/Mixed;charset=x; Boundary=\"a b\"").as_deref(), Some("a b"));
        assert_eq!(boundary("multipart/form-data; boundary=abc"), None);
        assert_eq!(boundary("multipart/mixed; boundary="), None);
        assert_eq!(boundary("image/png"), None);
    }
}
