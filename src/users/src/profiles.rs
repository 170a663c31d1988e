//! Profiles: what people say about themselves (spec "Profiles").

mod spread;

use crate::{
    accounts::record::AccountRecord,
    core::{Core, user_topic},
    error::{Result, UserError},
    notes::Stale,
    view::View,
};
use rooms::ids::UserNum;
use ruma::UserId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use std::{collections::BTreeMap, sync::Arc};
use storage::{Commit, tables};
use tokio::sync::Mutex;

/// Most bytes of a whole profile, as canonical JSON (spec "Profiles").
const MOST_BYTES: usize = 65_536;
/// Most bytes of a key.
const LONGEST_KEY: usize = 255;
/// Most bytes of a display name: further ones make member events that no room takes.
const LONGEST_NAME: usize = 256;
/// How many people's changes reach their rooms at once.
const SPREADING: usize = 64;

/// A profile: fields and their values, as JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// By key: the value as JSON text.
    fields: BTreeMap<String, String>,
}

impl Profile {
    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<Value> {
        serde_json::from_str(self.fields.get(key)?).ok()
    }

    /// The value of a field that is a text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.as_str().map(str::to_owned)
    }

    /// All fields.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Value)> {
        self.fields.iter().filter_map(|(key, json)| Some((key.as_str(), serde_json::from_str(json).ok()?)))
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The bytes of the profile as a JSON object.
    fn size(&self) -> usize {
        self.fields.iter().map(|(key, json)| key.len() + json.len() + 4).sum::<usize>() + 2
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<()> {
        check_value(key, value)?;
        self.fields.insert(key.to_owned(), value.to_string());
        if self.size() > MOST_BYTES { Err(UserError::ProfileTooLarge) } else { Ok(()) }
    }
}

/// Reads and changes profiles.
pub struct Profiles {
    core: Arc<Core>,
    /// Held while the rooms of a person hear of a change; people share these.
    spreading: Vec<Mutex<()>>,
    looks: View<UserNum, Arc<Looks>>,
}

/// What everybody is told of somebody along with other things, such as presence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looks {
    /// What they call themselves.
    pub displayname: Option<String>,
    /// Their picture.
    pub avatar_url: Option<String>,
}

impl Profiles {
    pub(crate) fn new(core: Arc<Core>) -> Arc<Self> {
        let spreading = (0..SPREADING).map(|_| Mutex::default()).collect();
        let profiles = Arc::new(Self { core, spreading, looks: View::new(20_000) });
        let weak = Arc::downgrade(&profiles);
        profiles.core.on_stale(move |what| {
            if let (Stale::Profile(user) | Stale::Account(user), Some(profiles)) = (what, weak.upgrade()) {
                profiles.looks.forget(&user);
            }
        });
        profiles
    }

    /// Name and picture of a user, from memory if they were asked for lately; nothing for those of other servers.
    pub fn looks(&self, user: UserNum) -> Result<Arc<Looks>> {
        self.looks.get(&user, || {
            let profile = read(&self.core, user)?;
            let (displayname, avatar_url) = (profile.text("displayname"), profile.text("avatar_url"));
            Ok::<_, UserError>(Arc::new(Looks { displayname, avatar_url }))
        })
    }

    /// The profile of a local user; `None` if there is no such account, or if it is closed and erased.
    pub fn get(&self, user: &UserId) -> Result<Option<Profile>> {
        let Some(num) = self.core.find_user(user)? else { return Ok(None) };
        if !self.core.is_local(user) {
            return Ok(None);
        }
        let Some(account) = AccountRecord::read(&self.core, num)? else { return Ok(None) };
        let profile = read(&self.core, num)?;
        Ok((!account.deactivated || !profile.is_empty()).then_some(profile))
    }

    /// Sets a field. The rooms hear of `displayname` and `avatar_url` through [`crate::Users::spread_profile`].
    pub async fn set(&self, user: &UserId, key: &str, value: &RawValue) -> Result<()> {
        check_key(key)?;
        let value: Value =
            serde_json::from_str(value.get()).map_err(|error| UserError::BadJson(error.to_string()))?;
        // Clients have long taken names and pictures away by setting them to nothing.
        let removes = is_basic(key) && (value.is_null() || value.as_str() == Some(""));
        if removes {
            return self.remove(user, key).await;
        }
        self.change(user, key, |profile| profile.set(key, &value)).await
    }

    /// Removes a field; nothing happens if there is none.
    pub async fn remove(&self, user: &UserId, key: &str) -> Result<()> {
        check_key(key)?;
        self.change(user, key, |profile| {
            profile.fields.remove(key);
            Ok(())
        })
        .await
    }

    async fn change(
        &self,
        user: &UserId,
        key: &str,
        change: impl FnOnce(&mut Profile) -> Result<()>,
    ) -> Result<()> {
        let num = self.core.local(user)?;
        let _turn = self.core.turn(num).await;
        let before: Profile = self.core.store.latest_record(tables::PROFILES, &num.0)?.unwrap_or_default();
        let mut profile = before.clone();
        change(&mut profile)?;
        if profile == before {
            return Ok(());
        }
        let mut commit = Core::change();
        commit.put_record(tables::PROFILES, &num.0, &profile);
        commit.topic(user_topic(num));
        if is_basic(key) {
            spread::mark(&mut commit, num);
        }
        Stale::Profile(num).note(&mut commit);
        self.core.commit(commit).await?;
        Ok(())
    }
}

pub(crate) fn read(core: &Core, user: UserNum) -> Result<Profile> {
    Ok(core.store.get_record(tables::PROFILES, &user.0)?.unwrap_or_default())
}

/// The profile that a new account begins with.
pub(crate) fn put_first(commit: &mut Commit, user: UserNum, display_name: &str) -> Result<()> {
    let mut profile = Profile::default();
    profile.set("displayname", &Value::from(display_name))?;
    commit.put_record(tables::PROFILES, &user.0, &profile);
    Ok(())
}

fn is_basic(key: &str) -> bool {
    matches!(key, "displayname" | "avatar_url")
}

/// The grammar of keys: the basic ones, or a namespaced identifier (spec appendices, "Common Namespaced Identifier Grammar").
fn check_key(key: &str) -> Result<()> {
    if key.len() > LONGEST_KEY {
        return Err(UserError::KeyTooLarge);
    }
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
    };
    if is_basic(key) || (key.contains('.') && key.split('.').all(part)) {
        Ok(())
    } else {
        Err(UserError::invalid(
            "A profile key is \"displayname\", \"avatar_url\" or a name with a namespace, such as \"org.example.pronouns\".",
        ))
    }
}

fn check_value(key: &str, value: &Value) -> Result<()> {
    match (key, value.as_str()) {
        ("displayname", Some(name)) if name.len() > LONGEST_NAME => {
            Err(UserError::invalid(format!("A display name has at most {LONGEST_NAME} bytes.")))
        }
        ("avatar_url", Some(url)) if url.len() > 1_000 => {
            Err(UserError::invalid("The avatar's address is too long."))
        }
        ("displayname" | "avatar_url" | "m.tz", None) => {
            Err(UserError::invalid("The value has to be a text."))
        }
        ("m.tz", Some(zone)) if zone.is_empty() || zone.len() > 255 => Err(UserError::invalid(
            "A time zone is a name from the IANA database, such as \"Europe/London\".",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn keys_follow_the_grammar() {
        for key in ["displayname", "avatar_url", "m.tz", "org.example.my_field", "org.example.msc1234-x"] {
            assert!(check_key(key).is_ok(), "{key}");
        }
        for key in ["", "name", "Org.example", "org..x", ".x", "org.1x", "a.b c"] {
            assert!(matches!(check_key(key), Err(UserError::InvalidParam(_))), "{key}");
        }
        assert!(matches!(check_key(&format!("a.{}", "b".repeat(254))), Err(UserError::KeyTooLarge)));
    }

    #[test]
    fn a_profile_has_64_kib() {
        let mut profile = Profile::default();
        profile.set("org.example.a", &json!("x".repeat(40_000))).expect("fits");
        assert!(matches!(
            profile.set("org.example.b", &json!("x".repeat(40_000))),
            Err(UserError::ProfileTooLarge)
        ));
        assert!(matches!(
            Profile::default().set("avatar_url", &json!("x".repeat(1_001))),
            Err(UserError::InvalidParam(_))
        ));
        assert!(matches!(Profile::default().set("displayname", &json!(5)), Err(UserError::InvalidParam(_))));
    }

    proptest! {
        #[test]
        fn the_size_is_that_of_the_object(values in proptest::collection::btree_map("[a-z.]{1,8}", ".{0,20}", 1..6)) {
            let mut profile = Profile::default();
            for (key, value) in &values {
                profile.fields.insert(key.clone(), json!(value).to_string());
            }
            let whole = serde_json::to_string(&values).expect("json");
            // One comma less than fields.
            prop_assert_eq!(profile.size(), whole.len() + 1);
        }
    }
}
