use super::Here;
use crate::{AuthError, UserError};
use std::time::Duration;

#[tokio::test]
async fn long_lived_tokens_last_until_the_logout() {
    let here = Here::new().await;
    let alice = here.register("alice").await;
    let token = here.login(&alice, "A", false).await.access_token;
    let here = here.again().await;
    here.clock.advance(Duration::from_secs(365 * 86_400));
    assert_eq!(here.who(&token).device_id, "A");
    here.users.devices.remove(&alice, &["A".into()]).await.expect("logged out");
    let gone = here.users.tokens.authenticate(Some(&token));
    assert!(matches!(gone, Err(AuthError::Unknown { soft_logout: false })));
    assert!(matches!(here.users.tokens.authenticate(None), Err(AuthError::Missing)));
    assert!(here.users.tokens.authenticate(Some("nonsense")).is_err());
}

#[tokio::test]
async fn a_login_on_the_same_device_ends_the_one_before() {
    let here = Here::new().await;
    let alice = here.register("alice").await;
    let first = here.login(&alice, "A", false).await.access_token;
    here.who(&first);
    let second = here.login(&alice, "A", true).await.access_token;
    assert!(here.users.tokens.authenticate(Some(&first)).is_err());
    here.who(&second);
    assert_eq!(here.users.devices.list(&alice).expect("read").len(), 1);
}

#[tokio::test]
async fn short_lived_tokens_end_softly() {
    let here = Here::new().await;
    let alice = here.register("alice").await;
    let tokens = here.login(&alice, "A", true).await;
    assert_eq!(tokens.expires_in_ms, Some(900_000));
    here.who(&tokens.access_token);
    here.clock.advance(Duration::from_secs(900));
    for _ in 0..2 {
        let over = here.users.tokens.authenticate(Some(&tokens.access_token));
        assert!(matches!(over, Err(AuthError::Unknown { soft_logout: true })));
    }
    let next = here
        .users
        .tokens
        .refresh(tokens.refresh_token.as_deref().expect("renewable"))
        .await
        .expect("renewed");
    here.who(&next.access_token);
}

#[tokio::test]
async fn a_refresh_may_be_repeated_until_its_tokens_are_used() {
    let here = Here::new().await;
    let alice = here.register("alice").await;
    let first = here.login(&alice, "A", true).await;
    let refresh = first.refresh_token.as_deref().expect("renewable");
    // The answer is lost on the way.
    here.users.tokens.refresh(refresh).await.expect("renewed");
    here.who(&first.access_token);
    let second = here.users.tokens.refresh(refresh).await.expect("renewed again");
    here.who(&second.access_token);
    let old = here.users.tokens.authenticate(Some(&first.access_token));
    assert!(matches!(old, Err(AuthError::Unknown { soft_logout: true })), "the next one is in use");
}

#[tokio::test]
async fn a_copied_refresh_token_ends_the_session() {
    let here = Here::new().await;
    let alice = here.register("alice").await;
    let first = here.login(&alice, "A", true).await;
    let stolen = first.refresh_token.expect("renewable");
    let second = here.users.tokens.refresh(&stolen).await.expect("renewed");
    here.who(&second.access_token);
    // Also when the server forgot in between what it has in memory.
    let here = here.again().await;
    let reuse = here.users.tokens.refresh(&stolen).await;
    assert!(matches!(reuse, Err(UserError::UnknownToken { soft_logout: true })));
    assert!(here.users.tokens.authenticate(Some(&second.access_token)).is_err());
    assert!(here.users.tokens.refresh(&second.refresh_token.expect("renewable")).await.is_err());
    assert_eq!(here.users.devices.list(&alice).expect("read").len(), 1, "the device and its keys stay");
}

#[tokio::test]
async fn refresh_tokens_end_after_a_week_and_with_the_device() {
    let here = Here::new().await;
    let alice = here.register("alice").await;
    let refresh = here.login(&alice, "A", true).await.refresh_token.expect("renewable");
    let other = here.login(&alice, "B", true).await.refresh_token.expect("renewable");
    here.users.devices.remove(&alice, &["B".into()]).await.expect("logged out");
    assert!(here.users.tokens.refresh(&other).await.is_err());
    here.clock.advance(Duration::from_secs(7 * 86_400));
    assert!(here.users.tokens.refresh(&refresh).await.is_err());
}

#[tokio::test]
async fn admins_are_known_at_once() {
    let here = Here::new().await;
    here.register("root").await;
    let bob = here.register("bob").await;
    let token = here.login(&bob, "B", false).await.access_token;
    assert!(!here.who(&token).is_admin);
    here.users.accounts.set_admin(&bob, true).await.expect("changed");
    assert!(here.who(&token).is_admin);
    here.users.accounts.set_locked(&bob, true).await.expect("changed");
    assert!(here.who(&token).is_locked);
}

#[tokio::test]
async fn devices_are_seen_at_most_once_a_minute() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let seen =
        || here.users.devices.get(&alice.user_id, "A".into()).expect("read").expect("there").last_seen_ms;
    let ip = Some("10.0.0.1".parse().expect("an address"));
    here.users.tokens.seen(&alice, ip).expect("noted");
    here.users.devices.rename(&alice.user_id, "A".into(), Some("phone")).await.expect("written behind it");
    let first = seen().expect("seen");
    here.clock.advance(Duration::from_secs(59));
    here.users.tokens.seen(&alice, ip).expect("noted");
    here.users.devices.rename(&alice.user_id, "A".into(), Some("fone")).await.expect("written behind it");
    assert_eq!(seen(), Some(first));
    here.clock.advance(Duration::from_secs(1));
    here.users.tokens.seen(&alice, ip).expect("noted");
    here.users.devices.rename(&alice.user_id, "A".into(), None).await.expect("written behind it");
    assert_eq!(seen(), Some(first + 60_000));
}

#[tokio::test]
async fn openid_tokens_prove_who_somebody_is_for_an_hour() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let token = here.users.tokens.openid(alice.user).expect("made");
    let user = |text: &str| here.users.tokens.openid_user(text).expect("read");
    assert_eq!(user(&token.access_token), Some(alice.user_id.clone()));
    assert!(here.users.tokens.authenticate(Some(&token.access_token)).is_err(), "no access token");
    here.clock.advance(Duration::from_secs(token.expires_in));
    assert_eq!(user(&token.access_token), None);
}
