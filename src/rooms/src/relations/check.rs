//! Relations that this server's own users may not make.

use super::RelType;
use crate::{Code, RoomError, RoomNum, Rooms};
use events::relation::Relation;
use ruma::UserId;

impl Rooms {
    /// Checks the relation of an event that a user of this server wants to send. For the write path, under the room's
    /// lock.
    ///
    /// # Errors
    /// 400 for a second annotation alike (`M_DUPLICATE_ANNOTATION`), and for threads that start on an event which itself
    /// relates to another (client-server API, "Validation of m.thread relationships").
    pub(crate) fn check_relation(
        &self,
        room: RoomNum,
        sender: &UserId,
        kind: &str,
        content: &str,
    ) -> Result<(), RoomError> {
        let Some(relation) = Relation::of(content) else { return Ok(()) };
        let Some((rel_type, target)) = relation.target() else { return Ok(()) };
        let rel_type = RelType::of(rel_type);
        if !matches!(rel_type, RelType::Annotation | RelType::Thread) {
            return Ok(());
        }
        let Some(parent) = self.event_by_id(target)?.filter(|parent| parent.meta.room == room) else {
            return Ok(());
        };
        if rel_type == RelType::Thread {
            let of_parent = Relation::of(parent.pdu.content_json());
            if of_parent.is_some_and(|relation| relation.target().is_some()) {
                let why = "a thread can't begin on an event that relates to another";
                return Err(RoomError::BadRequest(Code::Unknown, why.to_owned()));
            }
            return Ok(());
        }
        match &relation.key {
            Some(key) if self.has_annotated(parent.num, self.ids().user(sender)?, kind, key)? => {
                let why = "you have reacted to this event in the same way already";
                Err(RoomError::BadRequest(Code::DuplicateAnnotation, why.to_owned()))
            }
            _ => Ok(()),
        }
    }
}
