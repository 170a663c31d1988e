use super::Here;
use crate::{
    Kind, Login, NewAccount, UserError,
    uia::{Operation, UiaError},
};
use config::Secret;
use ruma::{
    UserId,
    api::client::uiaa::{AuthData, AuthType, Dummy, Password, RegistrationToken, UserIdentifier},
};
use serde_json::json;

#[tokio::test]
async fn the_first_person_is_the_admin_and_names_are_given_once() {
    let here = Here::new().await;
    let guest = here.users.accounts.register(NewAccount { kind: Kind::Guest, ..NewAccount::default() }).await;
    assert!(!guest.expect("a guest").is_admin);
    let alice = here.register("Alice").await;
    let bob = here.register("bob").await;
    let get = |user: &UserId| here.users.accounts.get(user).expect("read").expect("there");
    assert!(get(&alice).is_admin && !get(&bob).is_admin);
    let again =
        here.users.accounts.register(NewAccount { name: Some("alice"), ..NewAccount::default() }).await;
    assert!(matches!(again, Err(UserError::UserInUse)));
    assert!(matches!(here.users.accounts.check_available("BOB"), Err(UserError::UserInUse)));
    assert!(here.users.accounts.check_available("carol").is_ok());
}

#[tokio::test]
async fn people_who_register_at_once_make_one_admin() {
    let here = Here::new().await;
    let mut admins = 0;
    let names: Vec<String> = (0..8).map(|n| format!("user{n}")).collect();
    let tasks: Vec<_> = names
        .into_iter()
        .map(|name| {
            let users = here.users.clone();
            tokio::spawn(async move {
                let new = NewAccount { name: Some(&name), ..NewAccount::default() };
                users.accounts.register(new).await.expect("registered").is_admin
            })
        })
        .collect();
    for task in tasks {
        admins += u32::from(task.await.expect("no panic"));
    }
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn passwords_change_and_other_devices_end() {
    let here = Here::new().await;
    let alice = here.register("alice").await;
    let kept = here.login(&alice, "KEPT", false).await;
    let other = here.login(&alice, "OTHER", true).await;
    let accounts = &here.users.accounts;
    accounts.set_password(&alice, "battery staple", true, Some("KEPT".into())).await.expect("changed");
    assert!(accounts.check_password("alice", "correct horse").await.is_err());
    assert_eq!(
        accounts.check_password("@alice:here.org", "battery staple").await.expect("right").user_id,
        alice
    );
    assert!(here.users.tokens.authenticate(Some(&kept.access_token)).is_ok());
    assert!(here.users.tokens.authenticate(Some(&other.access_token)).is_err());
    assert!(here.users.tokens.refresh(&other.refresh_token.expect("renewable")).await.is_err());
}

#[tokio::test]
async fn a_deactivated_account_is_gone_for_good() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let room = here.room(&alice.user_id).await;
    here.users.deactivate(&alice.user_id, true).await.expect("closed");
    let here = here.again().await;
    assert!(matches!(
        here.users.accounts.check_password("alice", "correct horse").await,
        Err(UserError::Deactivated)
    ));
    let login = here.users.devices.login(&alice.user_id, Login::default()).await;
    assert!(matches!(login, Err(UserError::Deactivated)));
    assert!(matches!(here.users.accounts.check_available("alice"), Err(UserError::UserInUse)));
    let room = here.rooms.ids().find_room(&room).expect("read").expect("known");
    assert!(!here.rooms.is_joined(room, alice.user).expect("read"));
    assert!(here.users.devices.list(&alice.user_id).expect("read").is_empty());
}

#[tokio::test]
async fn people_are_found_by_those_who_may_see_them() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let bob = here.person("bob", "B").await;
    let search = |term: &str| {
        let (found, _) = here.users.directory.search(alice.user, term, 10).expect("searched");
        found.into_iter().map(|found| found.user_id).collect::<Vec<_>>()
    };
    assert!(search("bob").is_empty(), "no room in common");
    let room = here.room(&bob.user_id).await;
    assert_eq!(search("bo"), std::slice::from_ref(&bob.user_id), "in a public room");
    here.join(&room, &alice.user_id).await;
    let name = serde_json::value::to_raw_value("Robert Marley").expect("json");
    here.users.profiles.set(&bob.user_id, "displayname", &name).await.expect("set");
    assert_eq!(search("MARLEY"), std::slice::from_ref(&bob.user_id));
    assert_eq!(search("@bob:here.org"), std::slice::from_ref(&bob.user_id));
    here.users.deactivate(&bob.user_id, false).await.expect("closed");
    assert!(search("bob").is_empty());
}

#[tokio::test]
async fn user_interactive_authentication_takes_all_stages_of_a_flow() {
    let here = Here::new().await;
    let flow: &[AuthType] = &[AuthType::RegistrationToken, AuthType::Dummy];
    let register = Operation { user: None, endpoint: "POST /register", body: br#"{"username":"x"}"# };
    let Err(UiaError::Incomplete(info)) = here.users.uia.check(&register, None, &[flow]).await else {
        panic!("no stage is done")
    };
    let session = info.session.expect("a session");

    let mut wrong = RegistrationToken::new("nonsense".into());
    wrong.session = Some(session.clone());
    let wrong = AuthData::RegistrationToken(wrong);
    let Err(UiaError::Incomplete(info)) = here.users.uia.check(&register, Some(&wrong), &[flow]).await else {
        panic!("a wrong token")
    };
    assert_eq!(serde_json::to_value(&info).expect("json")["errcode"], "M_FORBIDDEN");
    assert!(info.completed.is_empty());

    let mut right = RegistrationToken::new("letmein".into());
    right.session = Some(session.clone());
    let right = AuthData::RegistrationToken(right);
    let Err(UiaError::Incomplete(info)) = here.users.uia.check(&register, Some(&right), &[flow]).await else {
        panic!("one stage is left")
    };
    assert_eq!(info.completed, [AuthType::RegistrationToken]);
    // A later mistake takes nothing back.
    let Err(UiaError::Incomplete(info)) = here.users.uia.check(&register, Some(&wrong), &[flow]).await else {
        panic!("one stage is left")
    };
    assert_eq!(info.completed, [AuthType::RegistrationToken]);

    let mut dummy = Dummy::new();
    dummy.session = Some(session.clone());
    let dummy = AuthData::Dummy(dummy);
    assert!(here.users.uia.check(&register, Some(&dummy), &[flow]).await.is_ok());
    assert!(here.users.uia.check(&register, Some(&dummy), &[flow]).await.is_err(), "a session works once");
}

#[tokio::test]
async fn a_password_proves_its_own_account_only() {
    let here = Here::new().await;
    let (alice, bob) = (here.register("alice").await, here.register("bob").await);
    let flow: &[AuthType] = &[AuthType::Password];
    let operation = Operation { user: Some(&alice), endpoint: "DELETE /devices/A", body: b"{}" };
    let auth = |name: &UserId, password: &str| {
        let identifier: UserIdentifier =
            serde_json::from_value(json!({"type": "m.id.user", "user": name})).expect("an identifier");
        AuthData::Password(Password::new(identifier, password.to_owned()))
    };
    let uia = &here.users.uia;
    let other = uia.check(&operation, Some(&auth(&bob, "correct horse")), &[flow]).await;
    assert!(matches!(other, Err(UiaError::Refused(UserError::Forbidden(_)))));
    assert!(uia.check(&operation, Some(&auth(&alice, "wrong")), &[flow]).await.is_err());
    assert!(uia.check(&operation, Some(&auth(&alice, "correct horse")), &[flow]).await.is_ok());
}

#[tokio::test]
async fn scripts_register_with_the_shared_secret() {
    let mut settings = super::settings();
    settings.shared_secret = Some(Secret::new("complement"));
    let here = Here::with(settings).await;
    let nonce = here.users.shared_secret.nonce().expect("enabled");
    let claim = crate::accounts::Claim {
        nonce: &nonce,
        username: "root",
        password: "p",
        admin: true,
        user_type: None,
        mac: "0000000000000000000000000000000000000000",
    };
    assert!(matches!(here.users.shared_secret.check(&claim), Err(UserError::Forbidden(_))));
    assert!(Here::new().await.users.shared_secret.nonce().is_err(), "not without a secret");
}
