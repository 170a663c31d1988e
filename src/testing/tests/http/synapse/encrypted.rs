//! Encrypted messages between clients of different servers: keys, device lists and to-device messages cross.

use super::scene::{person, synapse};
use std::{path::Path, process::Stdio};
use testing::{Home, TestServer};
use tokio::process::Command;

/// Runs the script in which two people of these servers talk.
async fn talk(one: &Home, other: &Home) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/js-sdk/across.mjs");
    let node = std::env::var_os("CHATSPHERE_NODE").unwrap_or_else(|| "node".into());
    // Names that nobody has.
    let tag = person(one, "tag").await.device.to_lowercase();
    let mut command = Command::new(node);
    command.arg(script).args([one.base(), other.base(), &tag]).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.expect("node runs");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "from {} to {}: {}", one.name(), other.name(), said.concat());
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn clients_of_both_servers_read_each_others_secrets() {
    let (ours, theirs) = (TestServer::reachable().await, synapse().await);
    talk(&ours, &theirs).await;
    talk(&theirs, &ours).await;
}
