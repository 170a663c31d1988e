//! The grammar of names (spec appendices, "User Identifiers").

use crate::error::{Result, UserError};
use ruma::{OwnedUserId, ServerName, UserId};

/// The user id that `name` stands for on this server: a localpart or a whole user id, letters in small.
///
/// Only what the strict grammar allows can be registered; see [`login_id`] for names that exist already.
pub fn registrable_id(name: &str, server: &ServerName) -> Result<OwnedUserId> {
    let name = local_name(name, server)?.to_lowercase();
    if name.is_empty() {
        return Err(invalid("A name has at least one character."));
    }
    if name.starts_with('_') {
        return Err(invalid("Names that start with '_' are reserved for application services."));
    }
    if name.chars().all(|c| c.is_ascii_digit()) {
        return Err(invalid("Names of digits only are reserved for guests."));
    }
    if !name.bytes().all(allowed) {
        return Err(invalid("A name is made of the characters a-z, 0-9, '.', '_', '=', '-', '/' and '+'."));
    }
    with_server(&name, server)
}

/// The user id that somebody who logs in means: a localpart or a whole user id of this server.
///
/// Names are compared without regard to case, as they are registered in small letters.
pub fn login_id(name: &str, server: &ServerName) -> Result<OwnedUserId> {
    let name = local_name(name, server)?.to_lowercase();
    with_server(&name, server)
}

fn local_name<'a>(name: &'a str, server: &ServerName) -> Result<&'a str> {
    let Some(rest) = name.strip_prefix('@') else { return Ok(name) };
    match rest.split_once(':') {
        Some((local, of)) if of == server.as_str() => Ok(local),
        Some(_) => Err(invalid("The user id belongs to another server.")),
        None => Err(invalid("The user id has no server name.")),
    }
}

fn with_server(name: &str, server: &ServerName) -> Result<OwnedUserId> {
    UserId::parse(format!("@{name}:{server}"))
        .map_err(|_| invalid("The name is too long or not a valid user id."))
}

fn allowed(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._=-/+".contains(&byte)
}

fn invalid(why: &str) -> UserError {
    UserError::InvalidUsername(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::server_name;

    fn of(name: &str) -> Result<String> {
        registrable_id(name, server_name!("here.org")).map(|id| id.to_string())
    }

    #[test]
    fn takes_names_and_ids() {
        assert_eq!(of("alice").expect("valid"), "@alice:here.org");
        assert_eq!(of("Alice.B-c=d/e+f").expect("valid"), "@alice.b-c=d/e+f:here.org");
        assert_eq!(of("@alice:here.org").expect("valid"), "@alice:here.org");
    }

    #[test]
    fn refuses_the_rest() {
        let long = "a".repeat(250);
        for name in [
            "",
            "_bridge",
            "12345",
            "user name",
            "é",
            "a!b",
            "@alice:there.org",
            "@alice",
            &long,
            "a:b",
            "\u{212a}!",
        ] {
            assert!(matches!(of(name), Err(UserError::InvalidUsername(_))), "{name}");
        }
    }
}
