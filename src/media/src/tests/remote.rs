//! Copies of other servers' files.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Gets a file from elsewhere, counting how often it is fetched.
async fn get(world: &World, fetched: &AtomicUsize, bytes: &[u8]) -> Result<Found, MediaError> {
    let fetch = async || {
        fetched.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        Ok::<_, MediaError>((About::default(), body(bytes)))
    };
    world.media.from_elsewhere("there.example", "cat", fetch).await
}

#[tokio::test]
async fn who_wants_a_file_at_the_same_time_shares_one_fetch() {
    let (world, fetched) = (World::new(), AtomicUsize::new(0));
    let (one, other) = tokio::join!(get(&world, &fetched, b"cat"), get(&world, &fetched, b"cat"));
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!((fetched.load(Ordering::Relaxed), world.files()), (1, (1, 0)));
    let kept = world.media.find("there.example", "cat", Duration::ZERO).await.unwrap();
    assert_eq!(kept.size, 3);
}

#[tokio::test]
async fn copies_go_when_their_time_is_up_and_own_files_stay() {
    let world = World::with(|settings| settings.keep_copies = Some(Duration::from_secs(60)));
    let fetched = AtomicUsize::new(0);
    let own = world.upload(ANNA, b"own").await.unwrap();
    get(&world, &fetched, b"cat").await.unwrap();
    world.clock.advance(Duration::from_secs(59));
    world.media.tidy().await.unwrap();
    assert_eq!(world.files().0, 2);
    world.clock.advance(Duration::from_secs(2));
    world.media.tidy().await.unwrap();
    assert_eq!(world.files().0, 1);
    assert_eq!(world.bytes(&own).await, b"own");
    get(&world, &fetched, b"cat").await.unwrap();
    assert_eq!(fetched.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_file_that_is_too_large_leaves_nothing() {
    let (world, fetched) = (World::new(), AtomicUsize::new(0));
    let large = vec![0; 100_001];
    assert!(matches!(get(&world, &fetched, &large).await, Err(MediaError::TooLarge { limit: 100_000 })));
    assert_eq!(world.files(), (0, 0));
    assert!(matches!(
        world.media.find("there.example", "cat", Duration::ZERO).await,
        Err(MediaError::NotFound)
    ));
}
