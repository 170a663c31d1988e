//! Servers that close connections, and what becomes of the requests.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use super::Wire;
use crate::clock::now;
use crate::http;

/// A server that gives each of its connections one of these answers (nothing at all for an empty one) and closes it.
fn server(answers: Vec<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut request = [0; 1000];
            let _ = stream.read(&mut request).expect("a request");
            stream.write_all(answer.as_bytes()).expect("a reader");
        }
    });
    address
}

/// Asks so often on one connection; what came back.
fn ask(address: SocketAddr, times: usize) -> Vec<(u16, String)> {
    let mut wire = Wire::new(address).expect("a poll");
    let id = wire.open().expect("a connection");
    let end = now() + Duration::from_secs(20);
    let mut answers = Vec::new();
    for asked in 1..=times {
        wire.send(id, |out| http::request(out, "GET", "/", None, None)).expect("sent");
        while answers.len() < asked && now() < end {
            wire.turn(end, |_, answer| {
                answers.push((answer.status, String::from_utf8_lossy(answer.body).into_owned()));
                Ok(())
            })
            .expect("polled");
        }
    }
    answers
}

#[test]
fn a_connection_that_was_closed_is_opened_again() {
    let whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
    let to_close = "HTTP/1.1 201 Made\r\n\r\ncd";
    let answers = ask(server(vec![whole, "", "", to_close, whole]), 3);
    let expected = [(200, "ab"), (201, "cd"), (200, "ab")].map(|(status, body)| (status, body.to_owned()));
    assert_eq!(answers, expected);
}

#[test]
fn a_cut_answer_is_not_asked_for_again() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab";
    assert_eq!(ask(server(vec![cut]), 1), [(0, String::new())]);
}
