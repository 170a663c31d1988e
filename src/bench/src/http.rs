//! HTTP/1.1 as far as a load generator needs it: requests as bytes, and a parser that takes the answer in whatever
//! pieces the socket gives. A general client costs more than the servers that are measured with it.

use memchr::{memchr, memmem};

/// No homeserver sends longer heads; a longer one means that the stream is not what we think it is.
const HEAD_LIMIT: usize = 64 * 1024;

/// The bytes were not an HTTP/1.1 response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an HTTP response: {0}")]
pub struct Broken(&'static str);

/// Appends a whole request to `out`. A body is always sent as JSON.
pub fn request(out: &mut Vec<u8>, method: &str, target: &str, token: Option<&str>, body: Option<&[u8]>) {
    out.extend_from_slice(method.as_bytes());
    out.push(b' ');
    out.extend_from_slice(target.as_bytes());
    out.extend_from_slice(b" HTTP/1.1\r\nHost: bench\r\n");
    if let Some(token) = token {
        out.extend_from_slice(b"Authorization: Bearer ");
        out.extend_from_slice(token.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    if let Some(body) = body {
        let head = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(body);
    } else {
        out.extend_from_slice(b"\r\n");
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Head,
    /// So many bytes of the body are missing.
    Fixed(usize),
    ChunkSize,
    /// So many bytes of the chunk are missing.
    Chunk(usize),
    ChunkEnd,
    Trailer,
    /// The body ends with the connection.
    ToClose,
    Done,
}

/// Reads one response after another. Between two of them call [`Parser::reset`].
#[derive(Debug, Default)]
pub struct Parser {
    state: State,
    /// A head or line of which only a part has arrived.
    partial: Vec<u8>,
    status: u16,
    close: bool,
    /// The body so far, without its framing.
    pub body: Vec<u8>,
}

impl Parser {
    /// Takes what arrived and returns how much of it belongs to this response: all, unless the response ended within.
    pub fn feed(&mut self, input: &[u8]) -> Result<usize, Broken> {
        let mut rest = input;
        while !rest.is_empty() && self.state != State::Done {
            rest = match self.state {
                State::Head => self.head(rest)?,
                State::Fixed(missing) => {
                    let (rest, missing) = self.body_part(rest, missing);
                    self.state = if missing == 0 { State::Done } else { State::Fixed(missing) };
                    rest
                }
                State::Chunk(missing) => {
                    let (rest, missing) = self.body_part(rest, missing);
                    self.state = if missing == 0 { State::ChunkEnd } else { State::Chunk(missing) };
                    rest
                }
                State::ToClose => {
                    self.body.extend_from_slice(rest);
                    &[]
                }
                State::ChunkSize | State::ChunkEnd | State::Trailer => self.line(rest)?,
                State::Done => rest,
            };
        }
        Ok(input.len() - rest.len())
    }

    /// The connection was closed: true if that ends the response rightly.
    pub fn closed(&mut self) -> bool {
        if self.state == State::ToClose {
            self.state = State::Done;
        }
        self.is_done()
    }

    /// The response is whole.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Nothing of a response has arrived yet.
    pub fn is_untouched(&self) -> bool {
        self.state == State::Head && self.partial.is_empty()
    }

    /// The status code of the response.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The server will close the connection after this response.
    pub fn closes(&self) -> bool {
        self.close
    }

    /// Makes ready for the next response; keeps the buffers.
    pub fn reset(&mut self) {
        self.state = State::Head;
        self.partial.clear();
        self.body.clear();
        self.status = 0;
        self.close = false;
    }

    fn body_part<'a>(&mut self, input: &'a [u8], missing: usize) -> (&'a [u8], usize) {
        let (part, rest) = input.split_at(missing.min(input.len()));
        self.body.extend_from_slice(part);
        (rest, missing - part.len())
    }

    fn head<'a>(&mut self, input: &'a [u8]) -> Result<&'a [u8], Broken> {
        const END: &[u8] = b"\r\n\r\n";
        if self.partial.is_empty()
            && let Some(end) = memmem::find(input, END)
        {
            self.read_head(&input[..end])?;
            return Ok(&input[end + END.len()..]);
        }
        let before = self.partial.len();
        self.partial.extend_from_slice(input);
        let from = before.saturating_sub(END.len() - 1);
        let Some(found) = memmem::find(&self.partial[from..], END) else {
            return if self.partial.len() > HEAD_LIMIT { Err(Broken("endless head")) } else { Ok(&[]) };
        };
        let head = std::mem::take(&mut self.partial);
        self.read_head(&head[..from + found])?;
        Ok(&input[from + found + END.len() - before..])
    }

    fn read_head(&mut self, head: &[u8]) -> Result<(), Broken> {
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
        let mut words = lines.next().unwrap_or_default().split(|byte| *byte == b' ');
        let version = words.next().unwrap_or_default();
        if !version.starts_with(b"HTTP/1.") {
            return Err(Broken("no status line"));
        }
        let status = words.next().and_then(number).and_then(|code| u16::try_from(code).ok());
        self.status = status.ok_or(Broken("no status code"))?;
        self.close = version == b"HTTP/1.0";
        let mut length = None;
        let mut chunked = false;
        for line in lines {
            let colon = memchr(b':', line).ok_or(Broken("header without a colon"))?;
            let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
            if name.eq_ignore_ascii_case(b"content-length") {
                length = Some(number(value).ok_or(Broken("content length is no number"))?);
            } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
                chunked = value.eq_ignore_ascii_case(b"chunked");
            } else if name.eq_ignore_ascii_case(b"connection") {
                self.close = value.eq_ignore_ascii_case(b"close");
            }
        }
        self.state = match (self.status, chunked, length) {
            (100..=199, ..) => State::Head,
            (204 | 304, ..) | (_, false, Some(0)) => State::Done,
            (_, true, _) => State::ChunkSize,
            (_, false, Some(length)) => State::Fixed(length),
            (_, false, None) => State::ToClose,
        };
        self.close |= self.state == State::ToClose;
        Ok(())
    }

    /// Takes one line of the chunked framing, if it is there whole.
    fn line<'a>(&mut self, input: &'a [u8]) -> Result<&'a [u8], Broken> {
        let Some(end) = memchr(b'\n', input) else {
            self.partial.extend_from_slice(input);
            return if self.partial.len() > HEAD_LIMIT { Err(Broken("endless line")) } else { Ok(&[]) };
        };
        self.partial.extend_from_slice(&input[..end]);
        let line = self.partial.strip_suffix(b"\r").unwrap_or(&self.partial);
        self.state = match self.state {
            State::ChunkSize => match chunk_size(line)? {
                0 => State::Trailer,
                size => State::Chunk(size),
            },
            State::ChunkEnd if line.is_empty() => State::ChunkSize,
            State::ChunkEnd => return Err(Broken("chunk is longer than it said")),
            _ if line.is_empty() => State::Done,
            _ => State::Trailer,
        };
        self.partial.clear();
        Ok(&input[end + 1..])
    }
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn chunk_size(line: &[u8]) -> Result<usize, Broken> {
    let text = std::str::from_utf8(line).map_err(|_| Broken("chunk size is not text"))?;
    let digits = text.split(';').next().unwrap_or_default().trim();
    usize::from_str_radix(digits, 16).map_err(|_| Broken("chunk size is no number"))
}

#[cfg(test)]
mod tests;
