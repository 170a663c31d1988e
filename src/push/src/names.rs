//! Which of many names stand in a text, at a cost that depends on the text and not on how many names there are.
//!
//! Promise: whoever the push rules for names find in a text (client-server API, "Conditions for push rules": whole words,
//! in any case) is among those found here. It may be more than those: the rules have the last word.
//!
//! A name is looked up by the words in it, runs of `[A-Za-z0-9_]`, which the text must have in the same order with nothing
//! else between them. Names without any, as in Chinese, are looked up by their first character.

use rooms::UserNum;
use std::collections::{BTreeSet, HashMap};

/// Words of a name that are looked at, the first ones.
const MOST_WORDS: usize = 5;

/// Names and whose they are.
#[derive(Debug, Default)]
pub(crate) struct Names {
    by_words: HashMap<String, Vec<Entry>>,
    by_first: HashMap<char, Vec<Entry>>,
    /// Names that the rules take for patterns.
    wild: BTreeSet<UserNum>,
    /// How many names are looked up by so many words.
    of_length: [usize; MOST_WORDS + 1],
    /// The names of each person, to take them out again.
    of: HashMap<UserNum, Vec<String>>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    user: UserNum,
    name: String,
}

/// Where a name is kept.
enum Place {
    Words(String, usize),
    First(char),
    Wild,
}

impl Place {
    fn of(name: &str) -> Option<Self> {
        if name.contains(['*', '?']) {
            return Some(Self::Wild);
        }
        let first: Vec<&str> = words(name).take(MOST_WORDS).collect();
        if first.is_empty() {
            return name.chars().next().map(Self::First);
        }
        Some(Self::Words(first.join(" "), first.len()))
    }
}

impl Names {
    /// Sets what somebody is called.
    pub(crate) fn put(&mut self, user: UserNum, names: impl IntoIterator<Item = String>) {
        self.remove(user);
        let names: Vec<String> = names.into_iter().map(|name| name.to_lowercase()).collect();
        for name in &names {
            self.bytes += 2 * name.len() + 128;
            let entry = Entry { user, name: name.clone() };
            match Place::of(name) {
                Some(Place::Words(key, length)) => {
                    self.of_length[length] += 1;
                    self.by_words.entry(key).or_default().push(entry);
                }
                Some(Place::First(first)) => self.by_first.entry(first).or_default().push(entry),
                Some(Place::Wild) => drop(self.wild.insert(user)),
                None => {}
            }
        }
        self.of.insert(user, names);
    }

    /// Forgets somebody.
    pub(crate) fn remove(&mut self, user: UserNum) {
        for name in self.of.remove(&user).unwrap_or_default() {
            self.bytes = self.bytes.saturating_sub(2 * name.len() + 128);
            match Place::of(&name) {
                Some(Place::Words(key, length)) => {
                    self.of_length[length] -= 1;
                    take_out(&mut self.by_words, &key, user, &name);
                }
                Some(Place::First(first)) => take_out(&mut self.by_first, &first, user, &name),
                Some(Place::Wild) => drop(self.wild.remove(&user)),
                None => {}
            }
        }
    }

    /// Whether somebody is here.
    pub(crate) fn contains(&self, user: UserNum) -> bool {
        self.of.contains_key(&user)
    }

    /// Whose names may stand in `text`, which is in small letters.
    pub(crate) fn in_text(&self, text: &str) -> BTreeSet<UserNum> {
        let mut found = self.wild.clone();
        let all: Vec<&str> = words(text).collect();
        let mut key = String::new();
        for start in 0..all.len() {
            key.clear();
            for (index, word) in all[start..].iter().take(MOST_WORDS).enumerate() {
                if index > 0 {
                    key.push(' ');
                }
                key.push_str(word);
                if self.of_length[index + 1] > 0
                    && let Some(entries) = self.by_words.get(&key)
                {
                    let named = entries.iter().filter(|entry| text.contains(&entry.name));
                    found.extend(named.map(|entry| entry.user));
                }
            }
        }
        if !self.by_first.is_empty() {
            for (index, first) in text.char_indices() {
                let entries = self.by_first.get(&first).into_iter().flatten();
                let named = entries.filter(|entry| text[index..].starts_with(&entry.name));
                found.extend(named.map(|entry| entry.user));
            }
        }
        found
    }

    /// Memory that this takes, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

fn take_out<K: std::hash::Hash + Eq>(names: &mut HashMap<K, Vec<Entry>>, key: &K, user: UserNum, name: &str) {
    if let Some(entries) = names.get_mut(key) {
        entries.retain(|entry| entry.user != user || entry.name != name);
        if entries.is_empty() {
            names.remove(key);
        }
    }
}

/// Runs of what the spec calls word characters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ruma::{
        events::AnySyncTimelineEvent,
        push::{FlattenedJson, PushCondition, PushConditionRoomCtx},
        room_id,
        serde::Raw,
        uint, user_id,
    };
    use serde_json::json;

    fn names(all: &[&str]) -> Names {
        let mut names = Names::default();
        for (user, name) in (1..).zip(all) {
            names.put(UserNum(user), [(*name).to_owned()]);
        }
        names
    }

    fn found(names: &Names, text: &str) -> Vec<u64> {
        names.in_text(&text.to_lowercase()).into_iter().map(|user| user.0).collect()
    }

    #[test]
    fn names_are_found_as_whole_words() {
        let names = names(&["bob", "Robert Marley", "小明", "user-2", "Who?"]);
        assert_eq!(found(&names, "hello BOB: and (robert marley)"), [1, 2, 5]);
        assert_eq!(found(&names, "bobby robert, marley user-22"), [5]);
        assert_eq!(found(&names, "你好小明, @user-2:here"), [3, 4, 5]);
    }

    #[test]
    fn who_goes_is_found_no_more() {
        let mut names = names(&["bob", "小明", "Who?"]);
        names.put(UserNum(1), ["rob".to_owned(), "bob b".to_owned()]);
        assert_eq!(found(&names, "bob"), [3]);
        assert_eq!(found(&names, "bob b"), [1, 3]);
        (1..=3).for_each(|user| names.remove(UserNum(user)));
        assert!(found(&names, "rob bob b 小明 who?").is_empty());
        assert_eq!((names.bytes(), names.of_length), (0, [0; MOST_WORDS + 1]));
    }

    proptest! {
        #[test]
        fn whoever_the_rules_find_is_found(name in "[abA_ é小.-]{1,6}", text in "[abA_ é小.-]{0,16}") {
            let event = json!({ "content": { "body": text } }).to_string();
            let event: Raw<AnySyncTimelineEvent> = Raw::from_json_string(event).expect("json");
            let (room, user) = (room_id!("!a:b").to_owned(), user_id!("@a:b").to_owned());
            let context = PushConditionRoomCtx::new(room, uint!(2), user, name.clone());
            #[expect(deprecated, reason = "what is imitated")]
            let condition = PushCondition::ContainsDisplayName;
            let fields = FlattenedJson::from_raw(&event);
            let applies = condition.applies(&fields, &context);
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            if runtime.block_on(applies) {
                let names = names(&[&name]);
                prop_assert_eq!(found(&names, &text), [1]);
            }
        }
    }
}
