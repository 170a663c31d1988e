//! The sockets of the load generator: one thread, one `epoll`, plain HTTP/1.1.
//!
//! Promises: a connection carries one request at a time; a request whose connection died before the first byte of its
//! answer is sent again on a new one (a few times), so the server's closing of idle connections is not an error; every
//! request is answered exactly once to the handler, with status 0 when it could not be delivered at all.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::Trouble;
use crate::clock::now;
use crate::http::Parser;

/// A request is tried so often on connections that die under it.
const TRIES: u8 = 4;
/// A server that does not even accept a connection for so long is gone.
const CONNECT: Duration = Duration::from_secs(20);

/// A connection of a [`Wire`].
pub type Id = usize;

/// What came back for a request.
pub struct Answer<'a> {
    /// The connection it came on.
    pub id: Id,
    /// The HTTP status; 0 when the server could not be reached or spoke nonsense.
    pub status: u16,
    /// The body without framing.
    pub body: &'a [u8],
    /// When the request was handed to the socket.
    pub sent: Instant,
    /// When the last byte of the answer was read.
    pub at: Instant,
}

impl Answer<'_> {
    /// From request to answer.
    pub fn took(&self) -> Duration {
        self.at.duration_since(self.sent)
    }
}

struct Connection {
    stream: TcpStream,
    parser: Parser,
    request: Vec<u8>,
    written: usize,
    sent: Instant,
    waiting: bool,
    tries: u8,
    /// Closed or about to be: connect anew before the next request.
    stale: bool,
}

/// What reading a socket led to.
enum Pulled {
    Nothing,
    Whole(Instant),
    Lost,
}

/// A set of connections to one server.
pub struct Wire {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    address: SocketAddr,
    connections: Vec<Connection>,
    idle: Vec<Id>,
}

impl Wire {
    /// Opens nothing yet.
    pub fn new(address: SocketAddr) -> Result<Self, Trouble> {
        Ok(Self {
            poll: Poll::new().map_err(Trouble::io("epoll"))?,
            events: Events::with_capacity(1024),
            buffer: vec![0; 256 * 1024],
            address,
            connections: Vec::new(),
            idle: Vec::new(),
        })
    }

    /// Opens a new connection.
    pub fn open(&mut self) -> Result<Id, Trouble> {
        let id = self.connections.len();
        let stream = self.connect(id)?;
        self.connections.push(Connection {
            stream,
            parser: Parser::default(),
            request: Vec::new(),
            written: 0,
            sent: now(),
            waiting: false,
            tries: 0,
            stale: false,
        });
        Ok(id)
    }

    /// A connection from the pool, opened if all are busy. Give it back with [`Wire::release`] after its answer.
    pub fn acquire(&mut self) -> Result<Id, Trouble> {
        self.idle.pop().map_or_else(|| self.open(), Ok)
    }

    /// Puts a connection into the pool.
    pub fn release(&mut self, id: Id) {
        self.idle.push(id);
    }

    /// Sends the request that `fill` writes; the connection must not be waiting for an answer. Returns when.
    pub fn send(&mut self, id: Id, fill: impl FnOnce(&mut Vec<u8>)) -> Result<Instant, Trouble> {
        let connection = &mut self.connections[id];
        connection.request.clear();
        fill(&mut connection.request);
        connection.waiting = true;
        connection.tries = 0;
        connection.sent = now();
        let sent = connection.sent;
        connection.written = 0;
        if connection.stale || self.flush(id).is_err() {
            self.renew(id)?;
        }
        Ok(sent)
    }

    /// Waits for answers until `until` at the latest, and hands those that came to `handler`, which may send again.
    pub fn turn(
        &mut self,
        until: Instant,
        mut handler: impl FnMut(&mut Self, Answer<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut events = std::mem::replace(&mut self.events, Events::with_capacity(1));
        let wait = until.saturating_duration_since(now());
        let polled = match self.poll.poll(&mut events, Some(wait)) {
            Err(error) if error.kind() != ErrorKind::Interrupted => Err(Trouble::io("epoll")(error)),
            _ => Ok(()),
        };
        let handled = polled.and_then(|()| {
            events.iter().try_for_each(|event| {
                let id = event.token().0;
                if event.is_writable() && self.connections[id].waiting {
                    // A failure here shows again when the socket is read.
                    let _ = self.flush(id);
                }
                self.ready(id, event.is_read_closed(), &mut handler)
            })
        });
        self.events = events;
        handled
    }

    fn ready(
        &mut self,
        id: Id,
        closed: bool,
        handler: &mut impl FnMut(&mut Self, Answer<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let connection = &mut self.connections[id];
        match pull(connection, &mut self.buffer, closed) {
            Pulled::Nothing => Ok(()),
            Pulled::Whole(at) => self.finish(id, at, handler),
            Pulled::Lost if !connection.waiting => {
                connection.stale = true;
                Ok(())
            }
            Pulled::Lost if connection.parser.is_untouched() && connection.tries < TRIES => {
                connection.tries += 1;
                self.renew(id)
            }
            Pulled::Lost => {
                connection.parser.reset();
                connection.stale = true;
                self.finish(id, now(), handler)
            }
        }
    }

    fn finish(
        &mut self,
        id: Id,
        at: Instant,
        handler: &mut impl FnMut(&mut Self, Answer<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let connection = &mut self.connections[id];
        let status = connection.parser.status();
        let sent = connection.sent;
        connection.stale |= connection.parser.closes();
        let body = std::mem::take(&mut connection.parser.body);
        connection.parser.reset();
        connection.waiting = false;
        let handled = handler(self, Answer { id, status, body: &body, sent, at });
        let kept = &mut self.connections[id].parser.body;
        if kept.capacity() == 0 {
            *kept = body;
            kept.clear();
        }
        handled
    }

    /// Connects anew and sends the pending request there.
    fn renew(&mut self, id: Id) -> Result<(), Trouble> {
        let stream = self.connect(id)?;
        let connection = &mut self.connections[id];
        connection.stream = stream;
        connection.parser.reset();
        connection.stale = false;
        connection.written = 0;
        self.flush(id).map_err(Trouble::io("writing to the server"))
    }

    fn connect(&self, id: Id) -> Result<TcpStream, Trouble> {
        let doing = || format!("connecting to {}", self.address);
        let stream =
            std::net::TcpStream::connect_timeout(&self.address, CONNECT).map_err(Trouble::io(doing()))?;
        stream.set_nodelay(true).map_err(Trouble::io(doing()))?;
        stream.set_nonblocking(true).map_err(Trouble::io(doing()))?;
        let mut stream = TcpStream::from_std(stream);
        let registry = self.poll.registry();
        registry.register(&mut stream, Token(id), Interest::READABLE).map_err(Trouble::io(doing()))?;
        Ok(stream)
    }

    fn flush(&mut self, id: Id) -> std::io::Result<()> {
        let connection = &mut self.connections[id];
        while let Some(rest) = connection.request.get(connection.written..).filter(|rest| !rest.is_empty()) {
            match connection.stream.write(rest) {
                Ok(written) => connection.written += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let interest = Interest::READABLE | Interest::WRITABLE;
                    return self.poll.registry().reregister(&mut connection.stream, Token(id), interest);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Reads what is there. A read that does not fill the buffer has emptied the socket, so no second read is needed to
/// learn it, unless the peer has `closed`.
fn pull(connection: &mut Connection, buffer: &mut [u8], closed: bool) -> Pulled {
    loop {
        match connection.stream.read(buffer) {
            Ok(0)
                if connection.waiting && !connection.parser.is_untouched() && connection.parser.closed() =>
            {
                return Pulled::Whole(now());
            }
            Ok(0) => return Pulled::Lost,
            Ok(_) if !connection.waiting => return Pulled::Lost,
            Ok(count) => {
                let fed = buffer.get(..count).map(|bytes| connection.parser.feed(bytes));
                if !matches!(fed, Some(Ok(_))) {
                    return Pulled::Lost;
                }
                if connection.parser.is_done() {
                    connection.stale |= closed;
                    return Pulled::Whole(now());
                }
                if count < buffer.len() && !closed {
                    return Pulled::Nothing;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Pulled::Nothing,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Pulled::Lost,
        }
    }
}

#[cfg(test)]
mod tests;
