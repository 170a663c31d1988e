/// Why a client for outgoing requests can't be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The file with more certificate authorities holds none that can be read.
    #[error("{0}")]
    Certificates(String),
    /// The TLS library has no use for the settings.
    #[error("the client for outgoing requests can't be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// Why an outgoing request has no answer.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The address is no http address of a host.
    #[error("{0:?} is no address of the web")]
    Address(String),
    /// The address leads to a private or otherwise special network.
    #[error("{0} leads to addresses that may not be reached")]
    Forbidden(String),
    /// It took too long.
    #[error("it took too long")]
    Time,
    /// One redirect followed another.
    #[error("there were too many redirects")]
    Redirects,
    /// The answer is larger than it may be, in bytes.
    #[error("the answer has more than {0} bytes")]
    Size(usize),
    /// Nobody answers there, or not in a way that can be understood.
    #[error("there is no answer: {0}")]
    Failed(String),
}

impl From<reqwest::Error> for NetError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Time;
        }
        let error = error.without_url();
        let mut text = error.to_string();
        let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        while let Some(next) = cause {
            if let Some(refused) = next.downcast_ref::<Self>() {
                return Self::Forbidden(refused.host().to_owned());
            }
            text = next.to_string();
            cause = next.source();
        }
        Self::Failed(text)
    }
}

impl NetError {
    fn host(&self) -> &str {
        match self {
            Self::Forbidden(host) => host,
            _ => "the address",
        }
    }
}
