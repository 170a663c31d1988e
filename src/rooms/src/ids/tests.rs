use std::{collections::HashSet, sync::Arc};

use ruma::user_id;
use storage::{Options, Store};

use super::*;

struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    fn open(&self) -> (Store, Ids) {
        let store = Store::open(self.folder.path(), Options::default()).unwrap();
        let ids = Ids::open(&store, 1 << 20).unwrap();
        (store, ids)
    }
}

fn fixture() -> Fixture {
    Fixture { folder: tempfile::tempdir().unwrap() }
}

#[test]
fn names_keep_their_numbers_over_a_restart() {
    let fixture = fixture();
    let (alice, bob) = (user_id!("@alice:a"), user_id!("@bob:a"));
    let (num, place, phone) = {
        let (store, ids) = fixture.open();
        assert_eq!(ids.find_user(alice).unwrap(), None);
        let num = ids.user(alice).unwrap();
        let place = ids.state_key("org.example", "k").unwrap();
        let phone = ids.device(num, "a phone".into()).unwrap();
        store.close().unwrap();
        (num, place, phone)
    };
    let (_store, ids) = fixture.open();
    assert_eq!(ids.user(alice).unwrap(), num);
    assert_eq!(ids.user_id(num).unwrap(), alice);
    assert_ne!(ids.user(bob).unwrap(), num);
    assert_eq!(ids.state_key("org.example", "k").unwrap(), place);
    let (kind, key) = ids.state_key_name(place).unwrap();
    assert_eq!((kind.to_string(), &*key), ("org.example".to_owned(), "k"));
    assert_eq!(ids.device_id(phone).unwrap(), (num, "a phone".into()));
}

#[test]
fn well_known_types_are_fixed_and_parted_by_key() {
    let fixture = fixture();
    let (_store, ids) = fixture.open();
    assert_eq!(ids.state_key("m.room.create", "").unwrap(), StateKeyNum::CREATE);
    assert_eq!(ids.find_state_key("m.room.power_levels", "").unwrap(), Some(StateKeyNum::POWER_LEVELS));
    assert_eq!(ids.state_key("m.room.member", "@a:a").unwrap(), ids.member_key(user_id!("@a:a")).unwrap());
    assert_eq!(ids.find_state_key("org.unheard.of", "").unwrap(), None);
    let numbers: HashSet<u64> = types::WELL_KNOWN.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers.len(), types::WELL_KNOWN.len());
    assert!(numbers.iter().all(|number| *number < types::FIRST_FREE));
}

#[test]
fn a_name_has_one_number_however_many_ask() {
    let fixture = fixture();
    let (_store, ids) = fixture.open();
    let ids = Arc::new(ids);
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let ids = ids.clone();
            std::thread::spawn(move || {
                (0..50).map(|n| ids.event_type(&format!("t{n}")).unwrap()).collect::<Vec<_>>()
            })
        })
        .collect();
    let answers: HashSet<Vec<u64>> = asking.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(answers.len(), 1);
    let numbers: HashSet<u64> = answers.into_iter().flatten().collect();
    assert_eq!(numbers.len(), 50);
}
