//! Messages to this device, and whose keys changed (spec "Send-to-Device messaging", "End-to-End Encryption", Extensions
//! to /sync).

use crate::{
    SyncError, Token,
    joined::{Reading, write_events},
    pending::Pending,
};
use rooms::json::{ObjectWriter, write_array, write_string};
use storage::Position;
use users::NeighbourChanges;

/// The most to-device messages of one response.
const MOST_MESSAGES: usize = 100;

/// Where the client stands after the response, and what it is told about its device.
pub(crate) struct Next {
    pub(crate) token: Token,
    pub(crate) messages: usize,
}

impl Reading<'_> {
    /// Writes `to_device`. When more wait than one response takes, the token says where to go on.
    pub(crate) fn write_to_device(
        &self,
        object: &mut ObjectWriter<'_>,
        since: Option<Token>,
        pending: &Pending,
    ) -> Result<Next, SyncError> {
        let done = Next { token: Token::at(self.upto), messages: 0 };
        if !pending.device {
            return Ok(done);
        }
        let after = since.map_or(Position(0), |since| since.to_device);
        let queue = &self.inner.users.to_device;
        let mut messages = queue.messages(self.caller.device, after, self.upto, MOST_MESSAGES + 1)?;
        let cut = messages.len() > MOST_MESSAGES;
        messages.truncate(MOST_MESSAGES);
        let Some(last) = messages.last().map(|(position, _)| *position) else { return Ok(done) };
        let count = messages.len();
        let events: Vec<Vec<u8>> = messages.into_iter().map(|(_, json)| json.into()).collect();
        let mut section = ObjectWriter::start(object.key("to_device"));
        write_events(&mut section, &events);
        section.end();
        let to_device = if cut { last } else { self.upto };
        Ok(Next { token: Token { position: self.upto, to_device }, messages: count })
    }

    /// Writes `device_lists` for a client that has looked before.
    pub(crate) fn write_device_lists(
        &self,
        object: &mut ObjectWriter<'_>,
        pending: &Pending,
        neighbours: &NeighbourChanges,
    ) -> Result<(), SyncError> {
        if self.since == Position(0) || (!pending.user && pending.changed.is_empty()) {
            return Ok(());
        }
        let lists = self.inner.users.keys.changes(self.caller.user, (self.since, self.upto), neighbours)?;
        object.object_unless_empty("device_lists", |out| {
            for (name, users) in [("changed", &lists.changed), ("left", &lists.left)] {
                if !users.is_empty() {
                    write_array(out.key(name), users, |out, user| write_string(out, user.as_str()));
                }
            }
        });
        Ok(())
    }
}
