//! However the network cuts a stream of responses, the same responses come out.

use proptest::prelude::*;

use super::{Parser, request};

/// One response on the wire, and what must be read from it.
#[derive(Debug, Clone)]
struct Sample {
    bytes: Vec<u8>,
    status: u16,
    body: Vec<u8>,
}

fn fixed(status: u16, body: &[u8]) -> Sample {
    let mut bytes =
        format!("HTTP/1.1 {status} Word\r\ncontent-type: x\r\nContent-Length: {}\r\n\r\n", body.len())
            .into_bytes();
    bytes.extend_from_slice(body);
    Sample { bytes, status, body: body.to_vec() }
}

fn chunked(status: u16, chunks: &[Vec<u8>], trailer: bool) -> Sample {
    let mut bytes = format!("HTTP/1.1 {status} Word\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
    for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
        bytes.extend_from_slice(format!("{:x};note=1\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(if trailer { b"0\r\nDigest: none\r\n\r\n" } else { b"0\r\n\r\n" });
    Sample { bytes, status, body: chunks.concat() }
}

/// Bodies of the bytes that matter to the framing are likelier to trip a parser than random ones.
fn body() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"\r\n0a{}:; \xff".to_vec()), 0..60)
}

fn sample() -> impl Strategy<Value = Sample> {
    let status = 200..600_u16;
    prop_oneof![
        (status.clone(), body()).prop_map(|(status, body)| fixed(status, &body)),
        (status, prop::collection::vec(body(), 0..5), any::<bool>())
            .prop_map(|(status, chunks, trailer)| chunked(status, &chunks, trailer)),
    ]
    .prop_filter("these carry no body", |sample| !matches!(sample.status, 204 | 304))
}

/// Reads all responses from `pieces`, as the socket loop does.
fn read(pieces: &[&[u8]]) -> Vec<(u16, Vec<u8>)> {
    let mut parser = Parser::default();
    let mut answers = Vec::new();
    for piece in pieces {
        let mut rest = *piece;
        loop {
            let taken = parser.feed(rest).expect("well formed");
            rest = &rest[taken..];
            if !parser.is_done() {
                assert!(rest.is_empty(), "an unfinished response takes everything");
                break;
            }
            answers.push((parser.status(), parser.body.clone()));
            parser.reset();
        }
    }
    answers
}

proptest! {
    #[test]
    fn any_split_parses_alike(samples in prop::collection::vec(sample(), 1..4), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..40)) {
        let stream: Vec<u8> = samples.iter().flat_map(|sample| sample.bytes.clone()).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        let expected: Vec<(u16, Vec<u8>)> = samples.into_iter().map(|sample| (sample.status, sample.body)).collect();
        prop_assert_eq!(read(&pieces), expected);
    }

    #[test]
    fn single_bytes_parse_alike(sample in sample()) {
        let pieces: Vec<&[u8]> = sample.bytes.chunks(1).collect();
        prop_assert_eq!(read(&pieces), vec![(sample.status, sample.body)]);
    }

    #[test]
    fn other_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), head in any::<bool>()) {
        let mut parser = Parser::default();
        if head {
            parser.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").expect("well formed");
        }
        let _ = parser.feed(&bytes);
    }
}

#[test]
fn a_body_may_end_with_the_connection() {
    let mut parser = Parser::default();
    parser.feed(b"HTTP/1.1 200 OK\r\n\r\nab").expect("well formed");
    assert!(!parser.is_done());
    assert!(parser.closed());
    assert!(parser.closes());
    assert_eq!(parser.body, b"ab");
}

#[test]
fn a_cut_body_is_not_whole() {
    let mut parser = Parser::default();
    parser.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab").expect("well formed");
    assert!(!parser.closed());
}

#[test]
fn an_interim_response_is_passed_over() {
    let answers = read(&[b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"]);
    assert_eq!(answers, vec![(204, Vec::new())]);
}

#[test]
fn a_request_says_how_long_its_body_is() {
    let mut out = Vec::new();
    request(&mut out, "PUT", "/a", Some("t"), Some(b"{}"));
    let text = String::from_utf8(out).expect("text");
    assert_eq!(
        text,
        "PUT /a HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer t\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    );
}
