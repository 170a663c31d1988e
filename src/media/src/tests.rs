//! The media crate alone, on a database and a folder of its own.

mod remote;

use crate::{About, Found, Media, MediaDeps, MediaError, Method, Settings, Wanted, rows::ContentRow};
use bytes::Bytes;
use config::{clock::ManualClock, random::SeededEntropy};
use futures_util::{StreamExt, TryStreamExt, stream};
use proptest::{prelude::*, test_runner::Config};
use rooms::UserNum;
use std::{collections::BTreeMap, convert::Infallible, fs, path::Path, sync::Arc, time::Duration};
use storage::{Options, Store, tables};
use tempfile::TempDir;

const ANNA: UserNum = UserNum(1);
const BEN: UserNum = UserNum(2);

struct World {
    folder: TempDir,
    clock: Arc<ManualClock>,
    store: Store,
    media: Media,
}

fn settings(folder: &Path) -> Settings {
    Settings {
        folder: folder.join("media"),
        max_bytes: 100_000,
        user_bytes: Some(1_000_000),
        fetched_bytes: 1000,
        keep_copies: None,
        pending: 2,
        pending_for: Duration::from_secs(60),
        thumbnails: ["32x32 crop", "64x48 scale"].map(|text| text.parse().expect("a size")).to_vec(),
        max_pixels: 10_000,
        makers: 1,
    }
}

impl World {
    fn new() -> Self {
        Self::with(|_| ())
    }

    fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::default());
        let store = Store::open(&folder.path().join("db"), Options::default()).unwrap();
        let mut settings = settings(folder.path());
        change(&mut settings);
        let media = open(&store, &clock, settings);
        Self { folder, clock, store, media }
    }

    async fn upload(&self, user: UserNum, bytes: &[u8]) -> Result<String, MediaError> {
        self.media.upload(user, About::default(), body(bytes)).await
    }

    async fn find(&self, id: &str) -> Result<Found, MediaError> {
        self.media.find("here.example", id, Duration::ZERO).await
    }

    async fn bytes(&self, id: &str) -> Vec<u8> {
        let found = self.find(id).await.unwrap();
        let read = self.media.read(&found, 0..found.size).await.unwrap();
        read.try_collect::<Vec<_>>().await.unwrap().concat()
    }

    /// Files in the content store, and unfinished ones.
    fn files(&self) -> (usize, usize) {
        let content = self.folder.path().join("media/content");
        let shards = fs::read_dir(content).unwrap();
        let content = shards.map(|shard| fs::read_dir(shard.unwrap().path()).unwrap().count()).sum();
        (content, fs::read_dir(self.folder.path().join("media/incoming")).unwrap().count())
    }

    fn uses(&self) -> Vec<u64> {
        let rows = self.store.scan_records::<ContentRow, _>(tables::CONTENT, ..);
        rows.map(|row| row.unwrap().1.uses).collect()
    }
}

fn open(store: &Store, clock: &Arc<ManualClock>, settings: Settings) -> Media {
    Media::open(MediaDeps {
        store: store.clone(),
        clock: Arc::clone(clock) as _,
        entropy: Arc::new(SeededEntropy::new(7)),
        server_name: "here.example".into(),
        settings,
        previews: None,
    })
    .unwrap()
}

/// A stream of a few chunks.
fn body(bytes: &[u8]) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> + Unpin + use<> {
    let chunks: Vec<_> = bytes.chunks(1000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    stream::iter(chunks)
}

/// A picture of noise, which does not compress.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let low = |number: u32| number.to_le_bytes()[0];
    let noise = |x: u32, y: u32| image::Rgb([low(x * 7 + y * 13), low(x * y), low(x ^ y)]);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(width, height, noise);
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_and_go_with_their_last_use() {
    let world = World::new();
    let bytes: Vec<u8> = (0..90_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let first = world.upload(ANNA, &bytes).await.unwrap();
    let second = world.upload(BEN, &bytes).await.unwrap();
    assert_ne!(first, second);
    assert_eq!((world.files(), world.uses()), ((1, 0), vec![2]));
    assert_eq!(world.bytes(&second).await, bytes);
    world.media.remove("here.example", &first).await.unwrap();
    assert!(matches!(world.find(&first).await, Err(MediaError::NotFound)));
    assert_eq!(world.bytes(&second).await, bytes);
    world.media.remove("here.example", &second).await.unwrap();
    assert_eq!((world.files(), world.uses()), ((0, 0), vec![]));
    assert!(matches!(world.media.remove("here.example", &second).await, Err(MediaError::NotFound)));
}

#[tokio::test]
async fn thumbnails_go_with_their_picture() {
    let world = World::new();
    let id = world.upload(ANNA, &picture(90, 60)).await.unwrap();
    let found = world.find(&id).await.unwrap();
    let small = |method| world.media.thumbnail(&found, Wanted { width: 10, height: 10, method });
    let scaled = small(Method::Scale).await.unwrap();
    assert_eq!(scaled, small(Method::Scale).await.unwrap());
    assert_ne!(scaled.hash, small(Method::Crop).await.unwrap().hash);
    assert_eq!(world.files(), (3, 0));
    world.media.remove("here.example", &id).await.unwrap();
    assert_eq!((world.files(), world.uses()), ((0, 0), vec![]));
    let rows = world.store.scan_records::<crate::rows::ThumbnailRow, _>(tables::THUMBNAILS, ..);
    assert_eq!(rows.count(), 0);
    assert!(matches!(small(Method::Crop).await, Err(MediaError::NotFound)));
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let world = World::new();
    let broken = stream::iter([Ok(Bytes::from_static(b"begun")), Err("the wire was cut")]);
    let refused = world.media.upload(ANNA, About::default(), broken).await;
    assert!(matches!(refused, Err(MediaError::Interrupted(_))));
    let refused = world.upload(ANNA, &vec![1; 100_001]).await;
    assert!(matches!(refused, Err(MediaError::TooLarge { limit: 100_000 })));
    assert_eq!((world.files(), world.uses()), ((0, 0), vec![]));
    world.upload(ANNA, &vec![1; 100_000]).await.unwrap();
}

#[tokio::test]
async fn what_a_crash_left_is_cleared() {
    let world = World::new();
    let kept = world.upload(ANNA, b"kept").await.unwrap();
    // As after a crash between placing a file and writing its row, and in the middle of an upload.
    let gone = world.upload(ANNA, b"gone").await.unwrap();
    let hash = world.find(&gone).await.unwrap().hash;
    let mut crash = storage::Commit::new(storage::Durability::Sync);
    crash.delete(tables::MEDIA, &("here.example".to_owned(), gone));
    crash.delete(tables::CONTENT, &hash.0);
    crash.put(tables::UNSETTLED_CONTENT, &hash.0, &());
    world.store.commit(crash).await.unwrap();
    fs::write(world.folder.path().join("media/incoming/abc"), "half").unwrap();
    assert_eq!(world.files(), (2, 1));
    let media = open(&world.store, &world.clock, settings(world.folder.path()));
    media.tidy().await.unwrap();
    assert_eq!(world.files(), (1, 0));
    assert_eq!(world.bytes(&kept).await, b"kept");
    assert_eq!(world.store.scan(tables::UNSETTLED_CONTENT, ..).count(), 0);
}

#[tokio::test]
async fn reserved_ids_expire() {
    let world = World::new();
    let first = world.media.reserve(ANNA).await.unwrap();
    let late = world.media.reserve(ANNA).await.unwrap();
    let refused = world.media.reserve(ANNA).await;
    assert!(matches!(refused, Err(MediaError::TooManyPending { limit: 2, wait }) if wait.as_secs() == 60));
    world.media.reserve(BEN).await.unwrap();
    assert!(matches!(world.find(&first.id).await, Err(MediaError::NotYetUploaded)));
    let upload = |user, id: &str| {
        let (media, id) = (world.media.clone(), id.to_owned());
        async move { media.upload_to(user, &id, About::default(), body(b"x")).await }
    };
    assert!(matches!(upload(BEN, &first.id).await, Err(MediaError::NotCreator)));
    assert!(matches!(upload(BEN, "unknown").await, Err(MediaError::NotFound)));
    upload(ANNA, &first.id).await.unwrap();
    assert!(matches!(upload(ANNA, &first.id).await, Err(MediaError::AlreadyUploaded)));
    world.clock.advance(Duration::from_secs(61));
    assert!(matches!(upload(ANNA, &late.id).await, Err(MediaError::NotFound)));
    assert!(matches!(world.find(&late.id).await, Err(MediaError::NotFound)));
    assert_eq!(world.bytes(&first.id).await, b"x");
    world.media.reserve(ANNA).await.unwrap();
    world.clock.advance(Duration::from_secs(3600));
    world.media.tidy().await.unwrap();
    assert_eq!(world.store.scan(tables::PENDING_MEDIA, ..).count(), 1);
    assert_eq!(world.bytes(&first.id).await, b"x");
}

#[tokio::test]
async fn whoever_waits_is_woken_by_the_upload() {
    let world = World::new();
    let id = world.media.reserve(ANNA).await.unwrap().id;
    let wait = world.media.find("here.example", &id, Duration::from_secs(30));
    let upload = async {
        // The waiter looked first: it is polled first, and there is only one thread.
        tokio::task::yield_now().await;
        world.media.upload_to(ANNA, &id, About::default(), body(b"here it is")).await.unwrap();
    };
    let (found, ()) = tokio::join!(wait, upload);
    assert_eq!(found.unwrap().size, 10);
}

#[tokio::test]
async fn nobody_has_more_than_the_quota() {
    let world = World::with(|settings| settings.user_bytes = Some(10));
    let id = world.upload(ANNA, b"123456").await.unwrap();
    assert!(matches!(world.upload(ANNA, b"12345").await, Err(MediaError::OverQuota { limit: 10 })));
    world.upload(BEN, b"12345").await.unwrap();
    world.upload(ANNA, b"1234").await.unwrap();
    assert!(matches!(world.upload(ANNA, b"").await, Err(MediaError::OverQuota { limit: 10 })));
    world.media.remove("here.example", &id).await.unwrap();
    world.upload(ANNA, b"123456").await.unwrap();
    world.media.tidy().await.unwrap();
    assert_eq!(world.store.scan(tables::UNSETTLED_CONTENT, ..).count(), 0);
    assert_eq!(world.files().0, world.uses().len());
}

#[tokio::test]
async fn uploads_and_removals_at_the_same_time_end_in_order() {
    let world = World::new();
    let work = (0..40).map(|number| {
        let world = &world;
        async move {
            let bytes = [number % 3; 500];
            let id = world.upload(ANNA, &bytes).await.unwrap();
            if number % 2 == 0 {
                world.media.remove("here.example", &id).await.unwrap();
                None
            } else {
                assert_eq!(world.bytes(&id).await, bytes);
                Some(id)
            }
        }
    });
    let ids: Vec<_> = stream::iter(work).buffer_unordered(8).filter_map(|id| async { id }).collect().await;
    assert_eq!(ids.len(), 20);
    assert_eq!(world.uses().iter().sum::<u64>(), 20);
    for id in ids {
        assert_eq!(world.bytes(&id).await.len(), 500);
        world.media.remove("here.example", &id).await.unwrap();
    }
    assert_eq!((world.files(), world.uses()), ((0, 0), vec![]));
}

/// Uploads one of a few contents, or removes one of the ids.
#[derive(Debug, Clone)]
enum Step {
    Upload(u8),
    Remove(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![(0_u8..4).prop_map(Step::Upload), any::<usize>().prop_map(Step::Remove)];
    prop::collection::vec(step, 1..30)
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]
    #[test]
    fn there_is_a_file_for_each_content_that_is_used(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let mut model: BTreeMap<String, u8> = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Upload(content) => {
                        let id = world.upload(ANNA, &[content; 8]).await.unwrap();
                        model.insert(id, content);
                    }
                    Step::Remove(which) => {
                        let count = model.len().max(1);
                        if let Some(id) = model.keys().nth(which % count).cloned() {
                            model.remove(&id);
                            world.media.remove("here.example", &id).await.unwrap();
                        }
                    }
                }
                let mut uses = [0; 4];
                for content in model.values() {
                    uses[usize::from(*content)] += 1;
                }
                let mut expected: Vec<u64> = uses.into_iter().filter(|uses| *uses > 0).collect();
                let mut found = world.uses();
                expected.sort_unstable();
                found.sort_unstable();
                assert_eq!(expected, found);
                assert_eq!(world.files(), (expected.len(), 0));
            }
            for (id, content) in &model {
                assert_eq!(world.bytes(id).await, [*content; 8]);
            }
        });
    }
}
