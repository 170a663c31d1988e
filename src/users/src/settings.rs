//! What an operator can decide about people, and the limits that hold for everyone.

use config::{Passwords, Presence, Secret, Tokens};

/// The settings that this crate works by.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// How passwords are hashed.
    pub passwords: Passwords,
    /// How long tokens last.
    pub tokens: Tokens,
    /// Who is online, and when not.
    pub presence: Presence,
    /// Tokens with which people may register.
    pub registration_tokens: Vec<Secret>,
    /// The secret of scripts that make accounts.
    pub shared_secret: Option<Secret>,
    /// Whether the user directory shows everybody, or only those one shares a room with or who are in public rooms.
    pub search_all_users: bool,
    /// Whether there are other servers to speak with: what is for people there is kept until it is sent.
    pub federates: bool,
    /// Whether other servers are told the names of devices.
    pub shares_device_names: bool,
    /// How many of anything one person may have.
    pub limits: Limits,
}

impl From<&config::Config> for Settings {
    fn from(config: &config::Config) -> Self {
        Self {
            passwords: config.passwords.clone(),
            tokens: config.tokens.clone(),
            presence: config.presence.clone(),
            registration_tokens: config.registration.tokens.clone(),
            shared_secret: config.registration.shared_secret.clone(),
            federates: config.federation.enabled,
            shares_device_names: config.federation.share_device_names,
            ..Self::default()
        }
    }
}

/// Bounds on what one person can make the server keep.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Devices of a person.
    pub devices: usize,
    /// One-time keys of a device.
    pub one_time_keys: usize,
    /// Bytes of one key object.
    pub key_bytes: usize,
    /// Bytes of one account data value.
    pub account_data_bytes: usize,
    /// Account data types of a person, over all rooms.
    pub account_data_types: usize,
    /// Push rules of a person that they made themselves.
    pub push_rules: usize,
    /// Pushers of a person.
    pub pushers: usize,
    /// Filters of a person.
    pub filters: usize,
    /// Bytes of one filter.
    pub filter_bytes: usize,
    /// Messages that wait for a device; the oldest go first.
    pub to_device_queue: usize,
    /// Messages that wait for the devices of another server; the oldest go first.
    pub to_device_server_queue: usize,
    /// Recipient devices of one to-device request.
    pub to_device_recipients: usize,
    /// Bytes of one to-device message.
    pub to_device_bytes: usize,
    /// Backup versions that a person has made and not deleted.
    pub backup_versions: usize,
    /// Session keys in one request to a backup.
    pub backup_sessions_per_request: usize,
    /// Bytes of one backed-up session.
    pub backup_session_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            devices: 500,
            one_time_keys: 1_000,
            key_bytes: 65_536,
            account_data_bytes: 1 << 20,
            account_data_types: 10_000,
            push_rules: 2_000,
            pushers: 100,
            filters: 1_000,
            filter_bytes: 65_536,
            to_device_queue: 20_000,
            to_device_server_queue: 100_000,
            to_device_recipients: 10_000,
            to_device_bytes: 65_536,
            backup_versions: 100,
            backup_sessions_per_request: 20_000,
            backup_session_bytes: 65_536,
        }
    }
}
