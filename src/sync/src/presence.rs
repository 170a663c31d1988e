//! Who is here, of the people that the user shares a room with (spec "Presence").

use crate::{SyncError, joined::Reading, pending::Pending};
use rooms::json::ObjectWriter;
use storage::Position;
use users::NeighbourChanges;

impl Reading<'_> {
    /// Writes `presence`.
    pub(crate) fn write_presence(
        &self,
        object: &mut ObjectWriter<'_>,
        pending: &Pending,
        neighbours: &NeighbourChanges,
    ) -> Result<(), SyncError> {
        let presence = &self.inner.users.presence;
        let filter = &self.filter.presence;
        let first = self.since == Position(0);
        if !presence.enabled()
            || filter.takes_none()
            || !filter.takes_type("m.presence")
            || !(first || pending.user || !neighbours.came.is_empty())
        {
            return Ok(());
        }
        let since = if self.full_state { Position(0) } else { self.since };
        let shown = presence.changes(self.caller.user, (since, self.upto), &neighbours.came)?;
        let mut events = Vec::with_capacity(shown.len());
        for person in shown {
            let user = self.inner.rooms.ids().user_id(person.user)?;
            if self.ignored.contains(&user) || !filter.takes_sender(user.as_str()) {
                continue;
            }
            let mut event = Vec::with_capacity(192);
            let mut out = ObjectWriter::start(&mut event);
            out.text("type", "m.presence");
            out.text("sender", user.as_str());
            let mut content = ObjectWriter::start(out.key("content"));
            content.text("presence", person.state.as_str());
            content.flag("currently_active", person.currently_active);
            if let Some(ago) = person.last_active_ago_ms {
                content.number("last_active_ago", ago);
            }
            if let Some(status) = &person.status_msg {
                content.text("status_msg", status);
            }
            let looks = self.inner.users.profiles.looks(person.user)?;
            for (key, value) in [("displayname", &looks.displayname), ("avatar_url", &looks.avatar_url)] {
                if let Some(value) = value {
                    content.text(key, value);
                }
            }
            content.end();
            out.end();
            events.push(event);
        }
        crate::joined::write_section(object, "presence", &events);
        Ok(())
    }
}
