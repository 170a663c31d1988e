//! A server in a process of its own, so that it can be killed at any moment.

use crate::{Gate, Home, server::settings, several::trust, tls};
use config::Config;
use server::Server;
use std::{io::Write as _, ops::Deref, path::PathBuf, process::Stdio, sync::Arc};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStdout, Command},
};

/// What tells the process which data it has and what it is called.
const FOLDER: &str = "CHATSPHERE_TEST_FOLDER";
const NAME: &str = "CHATSPHERE_TEST_NAME";
/// What the process says once it answers, before its address.
const READY: &str = "listening on ";

/// A running server behind a gate.
pub struct Alone {
    child: Child,
    /// Held open, as the process may yet say something.
    _out: BufReader<ChildStdout>,
    home: Home,
    kept: Asleep,
}

/// A server that does not run, with its data.
pub struct Asleep {
    folder: TempDir,
    gate: Gate,
    entry: &'static str,
}

impl Alone {
    /// A fresh server behind the gate. `entry` is the name of an ignored test of the same program that does nothing but
    /// [`Alone::serve`].
    pub async fn behind(gate: &Gate, entry: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the data");
        tls::write_certificate(folder.path());
        Asleep { folder, gate: gate.clone(), entry }.start().await
    }

    /// Ends the server in an orderly way.
    pub async fn stop(mut self) -> Asleep {
        drop(self.child.stdin.take());
        let status = self.child.wait().await.expect("the process ends");
        assert!(status.success(), "the server did not end well: {status}");
        self.kept
    }

    /// Ends the process at once, whatever it is doing.
    pub async fn kill(mut self) -> Asleep {
        self.child.kill().await.expect("the process runs");
        self.kept
    }

    /// What the process does: it serves until nobody holds its standard input any more.
    pub async fn serve() {
        let folder = PathBuf::from(std::env::var_os(FOLDER).expect("started by a test"));
        let mut config: Config = settings();
        trust(&mut config, std::env::var(NAME).expect("a name"), tls::certificate_in(&folder));
        config.server.data = folder;
        let server = Server::start(Arc::new(config)).await.expect("the server starts");
        let address = server.addresses().first().expect("an address");
        writeln!(std::io::stdout(), "\n{READY}{address}").expect("the test listens");
        tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await.expect("an end of the input");
        server.stop().await.expect("the server stops");
    }
}

impl Asleep {
    /// Starts the server on the data that it left.
    pub async fn start(self) -> Alone {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", self.entry, "--ignored", "--nocapture", "--test-threads=1"])
            .env(FOLDER, self.folder.path())
            .env(NAME, self.gate.name())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the test can start itself");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(out.read_line(&mut line).await.expect("text") > 0, "the server did not start");
            if let Some(address) = line.trim().strip_prefix(READY) {
                break address.to_owned();
            }
        };
        let home = Home::new(self.gate.name(), format!("http://{address}"));
        self.gate.lead_to(home.base());
        Alone { child, _out: out, home, kept: self }
    }
}

impl Deref for Alone {
    type Target = Home;

    fn deref(&self) -> &Home {
        &self.home
    }
}
