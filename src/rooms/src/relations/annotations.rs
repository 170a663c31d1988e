//! Annotations, which nobody may send twice alike (client-server API, "Avoiding duplicate annotations").

use crate::{EventNum, RoomError, Rooms, StoredEvent, UserNum, indexing::Appended};
use events::{Pdu, relation::Relation};
use sha2::{Digest, Sha256};
use storage::{Commit, tables};

type Fingerprint = [u8; 16];

/// What makes two annotations of one event by one user alike: type and key. `None` if there is no key.
fn fingerprint(kind: &str, key: &str) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(kind.as_bytes());
    hash.update([0]);
    hash.update(key.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut short = Fingerprint::default();
    short.copy_from_slice(&digest[..16]);
    short
}

fn fingerprint_of(pdu: &Pdu) -> Option<Fingerprint> {
    let key = Relation::of(pdu.content_json())?.key?;
    Some(fingerprint(&pdu.kind().to_string(), &key))
}

impl Rooms {
    #[expect(clippy::unused_self, reason = "reads better as a method beside its twins")]
    pub(super) fn index_annotation(&self, commit: &mut Commit, event: &Appended<'_>, parent: &StoredEvent) {
        if let Some(fingerprint) = fingerprint_of(event.pdu) {
            commit.put(tables::ANNOTATIONS, &(parent.num.0, event.sender.0, fingerprint), &event.num.0);
        }
    }

    pub(super) fn unindex_annotation(
        &self,
        commit: &mut Commit,
        redacted: &StoredEvent,
        parent: EventNum,
    ) -> Result<(), RoomError> {
        let Some(fingerprint) = fingerprint_of(&redacted.pdu) else { return Ok(()) };
        let key = (parent.0, redacted.meta.sender.0, fingerprint);
        // Another server may have let a second one through; then that one stays the one there is.
        if self.inner.store.latest(tables::ANNOTATIONS, &key)? == Some(redacted.num.0) {
            commit.delete(tables::ANNOTATIONS, &key);
        }
        Ok(())
    }

    /// Whether `sender` has annotated `parent` with this type and key. For the write path, under the room's lock.
    pub(super) fn has_annotated(
        &self,
        parent: EventNum,
        sender: UserNum,
        kind: &str,
        key: &str,
    ) -> Result<bool, RoomError> {
        let row = (parent.0, sender.0, fingerprint(kind, key));
        Ok(self.inner.store.latest(tables::ANNOTATIONS, &row)?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_and_key_can_not_be_confused() {
        assert_eq!(fingerprint("m.reaction", "👍"), fingerprint("m.reaction", "👍"));
        assert_ne!(fingerprint("m.reaction", "👍"), fingerprint("m.reaction", "👎"));
        assert_ne!(fingerprint("ab", "c"), fingerprint("a", "bc"));
    }
}
