//! The authorization of events that are no state, which are most events, without parsing the room's state each time.

use ruma::{
    OwnedServerName, UserId,
    events::{TimelineEventType, room::member::MembershipState},
    room_version_rules::RoomVersionRules,
    state_res::events::{RoomCreateEvent, RoomMemberEvent},
};

use super::{Denied, PowerLevels};
use crate::Pdu;

/// What a room's create and power levels events say about sending, read once and kept as long as these two events are
/// the room's. Decides for events that are no state exactly as [`super::check_against_state`] does.
#[derive(Debug, Clone)]
pub struct MessageRules {
    levels: PowerLevels,
    /// The only server whose users may send, if the room is not federated.
    only_server: Option<OwnedServerName>,
    special_case_redactions: bool,
    special_case_aliases: bool,
}

impl MessageRules {
    /// Reads the room's create event and, if it has one, its power levels event.
    ///
    /// # Errors
    /// When one of them is malformed.
    pub fn read(create: &Pdu, levels: Option<&Pdu>, rules: &RoomVersionRules) -> Result<Self, Denied> {
        let federated = RoomCreateEvent::new(create).federate()?;
        Ok(Self {
            levels: PowerLevels::read(create, levels, rules)?,
            only_server: (!federated).then(|| create.sender().server_name().to_owned()),
            special_case_redactions: rules.authorization.special_case_room_redaction,
            special_case_aliases: rules.authorization.special_case_room_aliases,
        })
    }

    /// The power levels.
    pub fn levels(&self) -> &PowerLevels {
        &self.levels
    }

    /// Whether `sender`, whose membership event is `member`, may send an event of this type that is no state. `None`
    /// when only [`super::check_against_state`] can tell: memberships and create events, and in old room versions
    /// redactions and aliases.
    pub fn check(
        &self,
        kind: &TimelineEventType,
        sender: &UserId,
        member: Option<&Pdu>,
    ) -> Option<Result<(), Denied>> {
        let special = match kind {
            TimelineEventType::RoomRedaction => self.special_case_redactions,
            TimelineEventType::RoomCreate
            | TimelineEventType::RoomMember
            | TimelineEventType::RoomPowerLevels
            | TimelineEventType::RoomThirdPartyInvite => true,
            other => self.special_case_aliases && other.to_string() == "m.room.aliases",
        };
        (!special).then(|| self.check_plain(kind, sender, member))
    }

    fn check_plain(
        &self,
        kind: &TimelineEventType,
        sender: &UserId,
        member: Option<&Pdu>,
    ) -> Result<(), Denied> {
        if self.only_server.as_ref().is_some_and(|server| server != sender.server_name()) {
            return Err(Denied::from(
                "the room is not federated, and the sender is of another server".to_owned(),
            ));
        }
        let membership = member.map(|member| RoomMemberEvent::new(member).membership()).transpose()?;
        if membership != Some(MembershipState::Join) {
            return Err(Denied::from("sender's membership is not `join`".to_owned()));
        }
        if !self.levels.may_send(sender, kind, false) {
            let needed = self.levels.to_send(kind, false);
            return Err(Denied::from(format!("sending `{kind}` takes a power level of {needed}")));
        }
        Ok(())
    }
}
