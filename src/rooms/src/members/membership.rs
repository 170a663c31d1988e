//! A membership and its stored form.

use ruma::events::room::member::MembershipState;
use serde::Deserialize;
use storage::Position;

use crate::ids::{EventNum, UserNum};

/// What someone is to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Membership {
    /// In it.
    Join = 1,
    /// Asked to come in.
    Invite = 2,
    /// Asks to come in.
    Knock = 3,
    /// Not, or no more, in it.
    Leave = 4,
    /// Kept out.
    Ban = 5,
}

impl Membership {
    /// As written in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Invite => "invite",
            Self::Knock => "knock",
            Self::Leave => "leave",
            Self::Ban => "ban",
        }
    }

    /// Reads what events say; `None` for memberships that no rule knows.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Join, Self::Invite, Self::Knock, Self::Leave, Self::Ban];
        all.into_iter().find(|membership| membership.as_str() == text)
    }

    /// What a member event says.
    pub fn of_event(event: &events::Pdu) -> Option<Self> {
        Self::of_content(event.content_json())
    }

    /// The membership that a member event speaks of.
    pub(crate) fn of_content(content: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Content<'a> {
            #[serde(borrow)]
            membership: std::borrow::Cow<'a, str>,
        }
        Self::parse(&serde_json::from_str::<Content<'_>>(content).ok()?.membership)
    }

    const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Join,
            2 => Self::Invite,
            3 => Self::Knock,
            4 => Self::Leave,
            5 => Self::Ban,
            _ => return None,
        })
    }
}

impl From<Membership> for MembershipState {
    fn from(membership: Membership) -> Self {
        match membership {
            Membership::Join => Self::Join,
            Membership::Invite => Self::Invite,
            Membership::Knock => Self::Knock,
            Membership::Leave => Self::Leave,
            Membership::Ban => Self::Ban,
        }
    }
}

/// Someone's membership in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MembershipInfo {
    /// What they are to the room.
    pub state: Membership,
    /// The member event; if state resolution took it away, the last one there was.
    pub event: EventNum,
    /// Since which position it is so; a new profile counts as new.
    pub position: Position,
    /// Who sent the member event.
    pub sender: UserNum,
}

/// A row of `ROOM_MEMBERS` and `USER_ROOMS`: membership, event, position, sender.
pub(crate) type MembershipRow = (u8, u64, u64, u64);

impl MembershipInfo {
    pub(crate) fn row(&self) -> MembershipRow {
        (self.state as u8, self.event.0, self.position.0, self.sender.0)
    }

    pub(crate) fn from_row((state, event, position, sender): MembershipRow) -> Option<Self> {
        Some(Self {
            state: Membership::from_number(state)?,
            event: EventNum(event),
            position: Position(position),
            sender: UserNum(sender),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memberships_read_back_from_text_and_rows() {
        for state in
            [Membership::Join, Membership::Invite, Membership::Knock, Membership::Leave, Membership::Ban]
        {
            assert_eq!(Membership::parse(state.as_str()), Some(state));
            let info =
                MembershipInfo { state, event: EventNum(4), position: Position(5), sender: UserNum(6) };
            assert_eq!(MembershipInfo::from_row(info.row()), Some(info));
        }
        assert_eq!(MembershipInfo::from_row((9, 0, 0, 0)), None);
        assert_eq!(
            Membership::of_content(r#"{"displayname":"x","membership":"ban"}"#),
            Some(Membership::Ban)
        );
        assert_eq!(Membership::of_content(r#"{"membership":"other"}"#), None);
    }
}
