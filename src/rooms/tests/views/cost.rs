use super::common::{TestRooms, user};
use rooms::ViewOptions;
use std::time::Instant;

#[tokio::test]
#[ignore]
#[allow(clippy::disallowed_methods, clippy::print_stdout)]
async fn cost() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let mut users = vec![];
    let start = Instant::now();
    for n in 0..500 {
        let who = user(&format!("u{n}"));
        t.join(&room, &who).await;
        users.push(t.num(&who));
    }
    println!("join one by one {:?}", start.elapsed() / 500);
    let info = t.info(&room);
    let mut totals = [0u128; 5];
    let rounds = 200;
    for round in 0..rounds {
        let sent = t.say(&room, &alice, &format!("hello number {round}")).await;
        for user in &users {
            let a = Instant::now();
            let mut view =
                t.rooms.client_view(&info, ViewOptions { room_id: false, ..ViewOptions::of(*user, None) });
            let page = t
                .rooms
                .timeline_range(info.num, storage::Position(sent.position.0 - 1), sent.position, 10)
                .unwrap();
            let b = Instant::now();
            let event = t.rooms.event(page.events[0].1).unwrap().unwrap();
            let mut out = Vec::with_capacity(1024);
            assert!(view.write_if_visible(&mut out, &event).unwrap());
            let c = Instant::now();
            t.rooms.notification_counts(*user, info.num).unwrap();
            let d = Instant::now();
            t.rooms.receipts_since(info.num, storage::Position(sent.position.0 - 1), *user).unwrap();
            let e = Instant::now();
            t.rooms.summary(info.num, *user).unwrap();
            let f = Instant::now();
            for (total, span) in totals.iter_mut().zip([b - a, c - b, d - c, e - d, f - e]) {
                *total += span.as_nanos();
            }
        }
    }
    for (name, total) in ["timeline", "event", "counts", "receipts", "summary"].iter().zip(totals) {
        println!("{name}: {} ns", total / (rounds * 500));
    }
    let start = Instant::now();
    for _ in 0..2000 {
        t.rooms.send(&room, super::common::message(&alice, "x")).await.unwrap();
    }
    println!("send one by one {:?}", start.elapsed() / 2000);
}
