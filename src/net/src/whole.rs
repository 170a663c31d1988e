//! One request whose answer is read whole.

use crate::{Client, NetError};
use bytes::Bytes;
use std::time::Duration;
use tokio::time::timeout;

/// How much one exchange may take.
#[derive(Debug, Clone, Copy)]
pub struct Within {
    /// For everything, the body included.
    pub time: Duration,
    /// The largest body.
    pub bytes: usize,
}

impl Client {
    /// One guarded request, and its answer with all of its body. Redirects are answers.
    ///
    /// # Errors
    /// All but `Redirects`.
    pub async fn exchange(
        &self,
        request: http::Request<Vec<u8>>,
        within: Within,
    ) -> Result<http::Response<Bytes>, NetError> {
        let request = reqwest::Request::try_from(request)?;
        let answer = timeout(within.time, async {
            let mut response = self.send(request).await?;
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await? {
                if body.len() + chunk.len() > within.bytes {
                    return Err(NetError::Size(within.bytes));
                }
                body.extend_from_slice(&chunk);
            }
            let mut answer = http::Response::new(Bytes::from(body));
            *answer.status_mut() = response.status();
            *answer.headers_mut() = std::mem::take(response.headers_mut());
            Ok(answer)
        });
        answer.await.map_err(|_| NetError::Time)?
    }
}
