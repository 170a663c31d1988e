//! The program as an operator meets it: what it says, how it ends.
#![expect(clippy::disallowed_methods, reason = "real processes take real time")]

#[path = "program/kill.rs"]
mod kill;

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A server in a folder of its own.
struct Running {
    child: Child,
    address: String,
    said: Vec<String>,
}

fn command(folder: &Path, toml: &str) -> Command {
    let settings = folder.join("chatsphere.toml");
    fs::write(&settings, toml).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatsphere"));
    command
        .args(["run", "--config"])
        .arg(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn refused(folder: &Path, toml: &str) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command(folder, toml).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

fn start(folder: &Path, toml: &str) -> Running {
    let mut child = command(folder, toml).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    let address = loop {
        let line = lines.next().expect("the server says where it listens").unwrap();
        said.push(line);
        if let Some(address) = said.last().unwrap().trim().strip_prefix("listening on ") {
            break address.to_owned();
        }
    };
    // The banner ends with the line on registration or the admin; the pipe stays open, so take what is certain to come.
    for line in lines.by_ref() {
        let line = line.unwrap();
        let last = line.contains("becomes the admin");
        said.push(line);
        if last {
            break;
        }
    }
    Running { child, address, said }
}

impl Running {
    fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    fn kill(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    }

    fn end(mut self) -> Option<i32> {
        self.terminate();
        self.child.wait().unwrap().code()
    }

    fn send(&self, request: &str, token: Option<&str>, body: &str) -> TcpStream {
        self.try_send(request, token, body).unwrap()
    }

    fn try_send(&self, request: &str, token: Option<&str>, body: &str) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let length = body.len();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{token}Content-Length: {length}\r\n\r\n{body}"
        )?;
        Ok(stream)
    }

    fn ask(&self, request: &str, token: Option<&str>, body: &str) -> String {
        whole(self.send(request, token, body))
    }

    /// A complete answer of success, from a server that may go away at any moment.
    fn try_ask(&self, request: &str, token: Option<&str>, body: &str) -> Option<String> {
        let mut stream = self.try_send(request, token, body).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, content) = answer.split_once("\r\n\r\n")?;
        let length = head.to_lowercase().split_once("content-length: ")?.1.lines().next()?.parse().ok();
        (length == Some(content.len())).then(|| {
            assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
            answer.clone()
        })
    }

    fn register(&self, name: &str) -> String {
        let body = format!(
            r#"{{"username":"{name}","password":"a good password","auth":{{"type":"m.login.dummy"}}}}"#
        );
        field(&self.ask("POST /_matrix/client/v3/register", None, &body), "access_token")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn whole(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn field(answer: &str, name: &str) -> String {
    let (_, rest) =
        answer.split_once(&format!("\"{name}\":\"")).unwrap_or_else(|| panic!("no {name} in {answer}"));
    rest.split('"').next().unwrap().to_owned()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

const ANY_PORT: &str = "[server]\nlisten = [\"127.0.0.1:0\"]\n";

#[test]
fn a_wrong_key_is_one_line_and_code_2() {
    let folder = folder();
    let (code, said) = refused(folder.path(), "[server]\nnmae = \"x\"\n");
    assert_eq!(code, Some(2));
    assert!(said.ends_with("server.nmae: there is no such key; did you mean \"name\"?\n"), "{said}");
    assert_eq!(said.lines().count(), 1);
}

#[test]
fn a_taken_port_is_one_line_and_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let folder = folder();
    let (code, said) = refused(folder.path(), &format!("[server]\nlisten = [\"{address}\"]\n"));
    assert_eq!(code, Some(1));
    assert_eq!(
        said,
        format!(
            "chatsphere: {address} is taken by another program: stop that one, or set server.listen to another port\n"
        )
    );
}

#[test]
fn a_data_folder_in_use_is_one_line_and_code_1() {
    let folder = folder();
    let first = start(folder.path(), ANY_PORT);
    let (code, said) = refused(folder.path(), ANY_PORT);
    assert_eq!(code, Some(1));
    assert!(said.contains("is in use by another process") && said.lines().count() == 1, "{said}");
    assert_eq!(first.end(), Some(0));
}

#[test]
fn data_of_another_server_are_refused_and_left_alone() {
    let folder = folder();
    assert_eq!(start(folder.path(), ANY_PORT).end(), Some(0));
    let (code, said) = refused(folder.path(), &format!("{ANY_PORT}name = \"other.example\"\n"));
    assert_eq!(code, Some(1));
    assert!(said.contains("belong to the server \"localhost\"") && said.lines().count() == 1, "{said}");
    assert_eq!(start(folder.path(), ANY_PORT).end(), Some(0));
}

#[test]
fn the_first_person_is_told_how_to_become_admin() {
    let folder = folder();
    let server = start(folder.path(), ANY_PORT);
    let said = server.said.join("\n");
    assert!(
        said.contains("ChatSphere") && said.contains("the first person to register becomes the admin"),
        "{said}"
    );
    assert!(server.ask("GET /", None, "").starts_with("HTTP/1.1 200"));
    assert!(server.ask("GET /_matrix/client/versions", None, "").contains("\"v1."));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn on_a_named_server_the_first_person_needs_the_token() {
    let folder = folder();
    let server = start(folder.path(), &format!("{ANY_PORT}name = \"chat.example\"\n"));
    let token = fs::read_to_string(folder.path().join("data/registration-token")).unwrap();
    assert!(server.said.join("\n").contains(token.trim()));
    let body = r#"{"username":"anna","password":"a good password","auth":{"type":"m.login.dummy"}}"#;
    assert!(server.ask("POST /_matrix/client/v3/register", None, body).starts_with("HTTP/1.1 401"));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_stop_ends_long_polls_at_once_and_keeps_what_was_acknowledged() {
    let folder = folder();
    let mut server = start(folder.path(), ANY_PORT);
    let token = server.register("anna");
    let since = field(&server.ask("GET /_matrix/client/v3/sync", Some(&token), ""), "next_batch");
    let polls: Vec<_> = (0..20)
        .map(|_| {
            server.send(&format!("GET /_matrix/client/v3/sync?since={since}&timeout=60000"), Some(&token), "")
        })
        .collect();
    // Answered only once the polls before it have been taken in.
    let made = server.ask("POST /_matrix/client/v3/createRoom", Some(&server.register("ben")), "{}");
    assert!(made.starts_with("HTTP/1.1 200"), "{made}");
    let start_of_stop = Instant::now();
    server.terminate();
    let code = server.child.wait().unwrap().code();
    let took = start_of_stop.elapsed();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(3), "the stop took {took:?}");
    for poll in polls {
        let answer = whole(poll);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("next_batch"), "{answer}");
    }
    let again = start_again(folder.path());
    assert!(again.ask("GET /_matrix/client/v3/account/whoami", Some(&token), "").contains("@anna:localhost"));
    assert_eq!(again.end(), Some(0));
}

fn start_again(folder: &Path) -> Running {
    start_again_with(folder, ANY_PORT)
}

/// A server with accounts does not speak of the admin any more.
fn start_again_with(folder: &Path, toml: &str) -> Running {
    let mut child = command(folder, toml).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.find_map(|line| line.unwrap().trim().strip_prefix("listening on ").map(str::to_owned));
    Running { child, address: line.expect("the server says where it listens"), said: Vec::new() }
}

#[test]
fn a_rotated_key_signs_and_the_old_one_is_still_told() {
    let folder = folder();
    let ids = |running: &Running, list: &str| {
        let answer = running.ask("GET /_matrix/key/v2/server", None, "");
        let keys: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        keys[list].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    let first = start_again(folder.path());
    let (before, old) = (ids(&first, "verify_keys"), ids(&first, "old_verify_keys"));
    assert_eq!((before.len(), old.len()), (1, 0));
    assert_eq!(first.end(), Some(0));
    let rotated = Command::new(env!("CARGO_BIN_EXE_chatsphere"))
        .args(["key", "rotate", "--config"])
        .arg(folder.path().join("chatsphere.toml"))
        .output()
        .unwrap();
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    let second = start_again(folder.path());
    let after = ids(&second, "verify_keys");
    assert_eq!((after.len(), ids(&second, "old_verify_keys")), (1, before.clone()));
    assert_ne!(after, before);
    assert_eq!(second.end(), Some(0));
}

#[test]
fn the_sample_and_its_check_agree() {
    let program = || Command::new(env!("CARGO_BIN_EXE_chatsphere"));
    let sample = program().args(["config", "sample"]).output().unwrap();
    let folder = folder();
    let file = folder.path().join("chatsphere.toml");
    fs::write(&file, &sample.stdout).unwrap();
    let checked = program().args(["config", "check"]).arg(&file).output().unwrap();
    assert_eq!(String::from_utf8(checked.stdout).unwrap(), format!("{} is right\n", file.display()));
    let none = program().args(["config", "check", "/nowhere/chatsphere.toml"]).output().unwrap();
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn an_upload_that_was_acknowledged_outlives_a_kill() {
    let folder = folder();
    let mut server = start(folder.path(), ANY_PORT);
    let token = server.register("anna");
    let body = "0123456789".repeat(20_000);
    let uploaded: Vec<_> = (0..8)
        .map(|number| {
            let body = format!("{number}{body}");
            let answer = server.ask("POST /_matrix/media/v3/upload?filename=a.txt", Some(&token), &body);
            (field(&answer, "content_uri").replace("mxc://", ""), body)
        })
        .collect();
    // Killed in the middle of one more, which must not be in the way of those.
    let mut unfinished = TcpStream::connect(&server.address).unwrap();
    write!(unfinished, "POST /_matrix/media/v3/upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000000\r\n\r\n{body}").unwrap();
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let again = start_again(folder.path());
    for (address, body) in uploaded {
        let answer = again.ask(&format!("GET /_matrix/client/v1/media/download/{address}"), Some(&token), "");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&body), "{address}");
    }
    assert_eq!(fs::read_dir(folder.path().join("data/media/incoming")).unwrap().count(), 0);
    assert_eq!(again.end(), Some(0));
}
