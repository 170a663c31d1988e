//! What a server answers.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// Status and body of an answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The request, for messages.
    pub(crate) request: String,
    /// The HTTP status.
    pub status: u16,
    /// The body; text that is not JSON is a string.
    pub body: Value,
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}: {}", self.request, self.body);
        self.body
    }

    /// A text in the body of a success.
    #[track_caller]
    pub fn text(self, key: &str) -> String {
        let request = self.request.clone();
        let body = self.ok();
        let Some(text) = body[key].as_str() else { panic!("{request}: no text {key:?} in {body}") };
        text.to_owned()
    }

    /// The body of a refusal with this status and Matrix error code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.body["errcode"].as_str()),
            (status, Some(code)),
            "{}: {}",
            self.request,
            self.body
        );
        assert!(
            self.body["error"].as_str().is_some_and(|text| !text.is_empty()),
            "{} says no reason",
            self.request
        );
        self.body
    }
}

/// An answer as it came, for what is not JSON.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// A header as text; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The Matrix error code of a refusal.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["errcode"].as_str().unwrap_or_default().to_owned()
    }
}
