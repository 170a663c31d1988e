use serde::{Deserialize, Serialize};

use crate::describe::section;

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For log collectors: one JSON object a line.
    Json,
}

section! {
    /// The log, on standard error.
    Logging {
        /// "error", "warn", "info", "debug" or "trace"; or by part, like "info,rooms=debug".
        level: String = "info".to_owned();
        /// "text", or "json" for log collectors.
        format: LogFormat = LogFormat::Text;
    }
}
