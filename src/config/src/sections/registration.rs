use serde::{Deserialize, Serialize};

use super::Server;
use crate::{Secret, describe::section, problem::Problems};

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationMode {
    /// Anyone.
    Open,
    /// Whoever has one of the tokens.
    Token,
    /// Nobody, except through the shared secret and the admin API.
    Closed,
}

section! {
    /// Who may make an account. The first person to register becomes the admin.
    Registration {
        /// "open" (anyone), "token" (whoever has one of `tokens`) or "closed".
        /// Unless set, it is open on a server named localhost that listens only there, and by token on all others;
        /// with no tokens here, the server makes one up, keeps it in its data folder and says so at start.
        mode: Option<RegistrationMode> = None, example "\"token\"";
        /// Tokens that let people register.
        tokens: Vec<Secret> = Vec::new(), example "[\"a long random text\"]";
        /// Lets scripts make accounts, admins too, through /_synapse/admin/v1/register.
        shared_secret: Option<Secret> = None, example "\"another long random text\"";
        /// Whether people may look around as guests, without an account.
        guests: bool = false;
    }
}

impl Registration {
    /// The mode that is in force on `server`.
    pub fn mode_on(&self, server: &Server) -> RegistrationMode {
        self.mode.unwrap_or(if server.is_local() { RegistrationMode::Open } else { RegistrationMode::Token })
    }

    pub(crate) fn validate(&self, problems: &mut Problems) {
        let text = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
        for token in &self.tokens {
            if token.expose().is_empty() || token.expose().len() > 64 || !token.expose().chars().all(text) {
                problems.add(
                    "tokens",
                    "a token is not what clients can send",
                    "use 1 to 64 of the characters A-Z, a-z, 0-9, '.', '_', '~' and '-'",
                );
            }
        }
        if self.shared_secret.as_ref().is_some_and(|secret| secret.expose().is_empty()) {
            problems.add(
                "shared_secret",
                "empty, so anyone could make admins",
                "remove it or set a long random text",
            );
        }
    }
}
