//! Getting what is at an address, redirects followed.

use crate::{Client, NetError};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use reqwest::{Request, Response};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// How much one fetch may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For everything, the body included.
    pub time: Duration,
    /// How many redirects are followed.
    pub redirects: usize,
}

/// An answer whose body is yet to be read.
#[derive(Debug)]
pub struct Fetched {
    response: Response,
    deadline: Instant,
}

impl Client {
    /// Gets what is at `url`, and where that leads to, as long as `may` says yes to each address on the way. Every step is
    /// guarded besides, and a redirect never leads from https to http.
    ///
    /// # Errors
    /// All of them. An answer other than success is no error.
    pub async fn fetch(
        &self,
        url: Url,
        headers: &HeaderMap,
        limits: Limits,
        may: impl Fn(&Url) -> bool,
    ) -> Result<Fetched, NetError> {
        let deadline = Instant::now() + limits.time;
        let mut url = url;
        for _ in 0..=limits.redirects {
            if !may(&url) {
                return Err(NetError::Forbidden(url.host_str().unwrap_or_default().to_owned()));
            }
            let mut request = Request::new(Method::GET, url.clone());
            request.headers_mut().extend(headers.clone());
            let response = timeout_at(deadline, self.send(request)).await.map_err(|_| NetError::Time)??;
            let Some(next) = redirect(&url, &response)? else { return Ok(Fetched { response, deadline }) };
            url = next;
        }
        Err(NetError::Redirects)
    }
}

/// Where an answer sends the client.
fn redirect(from: &Url, response: &Response) -> Result<Option<Url>, NetError> {
    let moved = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let Some(location) = response.headers().get(header::LOCATION).filter(|_| moved) else { return Ok(None) };
    let text = String::from_utf8_lossy(location.as_bytes());
    let to = from.join(&text).map_err(|_| NetError::Address(text.into_owned()))?;
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(NetError::Address(to.to_string()));
    }
    Ok(Some(to))
}

impl Fetched {
    /// The address that answered.
    pub fn url(&self) -> &Url {
        self.response.url()
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The next piece of the body, within the time of the fetch.
    ///
    /// # Errors
    /// `Time` or `Failed`.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, NetError> {
        let chunk = timeout_at(self.deadline, self.response.chunk()).await.map_err(|_| NetError::Time)?;
        Ok(chunk?)
    }

    /// The body, or its beginning if it has more than `most` bytes.
    ///
    /// # Errors
    /// `Time` or `Failed`.
    pub async fn beginning(&mut self, most: usize) -> Result<Vec<u8>, NetError> {
        let mut body = Vec::new();
        while body.len() < most
            && let Some(chunk) = self.chunk().await?
        {
            body.extend_from_slice(&chunk[..chunk.len().min(most - body.len())]);
        }
        Ok(body)
    }
}
