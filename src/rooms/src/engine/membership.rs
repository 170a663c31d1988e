//! Coming, going, and being sent away (client-server API, "Room membership").

use ruma::{OwnedMxcUri, OwnedUserId, RoomId, UserId, events::TimelineEventType};
use serde_json::{Map, Value, value::to_raw_value};

use super::{Append, Draft, Sent, locks::Locked, send::Written};
use crate::{Code, Membership, RoomError, Rooms, room::RoomRef};

/// How members of a room are called; the caller knows the people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberProfile {
    /// The display name.
    pub displayname: Option<String>,
    /// The avatar.
    pub avatar_url: Option<OwnedMxcUri>,
}

/// What a change of membership says besides.
#[derive(Debug, Clone, Default)]
pub struct MemberChange {
    /// The profile of the member: of who joins, knocks or is invited.
    pub profile: MemberProfile,
    /// Why, for people.
    pub reason: Option<String>,
    /// Further fields of the content.
    pub extra: Map<String, Value>,
}

impl MemberChange {
    /// For a member with this profile.
    pub fn with_profile(profile: MemberProfile) -> Self {
        Self { profile, ..Self::default() }
    }

    /// With a reason.
    pub fn because(reason: Option<String>) -> Self {
        Self { reason, ..Self::default() }
    }

    /// The content of the member event.
    pub fn content(&self, membership: Membership) -> Map<String, Value> {
        let mut content = self.extra.clone();
        content.insert("membership".to_owned(), membership.as_str().into());
        let shows_profile = matches!(membership, Membership::Join | Membership::Invite | Membership::Knock);
        if shows_profile && let Some(name) = &self.profile.displayname {
            content.insert("displayname".to_owned(), name.as_str().into());
        }
        if shows_profile && let Some(avatar) = &self.profile.avatar_url {
            content.insert("avatar_url".to_owned(), avatar.as_str().into());
        }
        if let Some(reason) = &self.reason {
            content.insert("reason".to_owned(), reason.as_str().into());
        }
        content
    }
}

/// A wish to change a membership.
pub(super) struct Wish<'a> {
    pub(super) sender: &'a UserId,
    pub(super) target: &'a UserId,
    pub(super) membership: Membership,
    pub(super) change: &'a MemberChange,
}

impl Wish<'_> {
    /// What stands in the way of it for who leaves, knocks or is invited, besides the rules of rooms.
    pub(super) fn check(&self, now: Option<Membership>) -> Result<(), RoomError> {
        let target = self.target;
        let own = self.sender == target;
        let why = match (self.membership, now) {
            (Membership::Leave, None) if own => "You are not in the room".to_owned(),
            (Membership::Leave, Some(Membership::Ban)) if own => "You are banned from the room".to_owned(),
            (Membership::Knock, Some(Membership::Join)) => "You are in the room already".to_owned(),
            (Membership::Knock, Some(Membership::Invite)) => "You are invited already: join".to_owned(),
            (Membership::Invite, Some(Membership::Join)) => format!("{target} is in the room already"),
            (Membership::Invite, Some(Membership::Ban)) => format!("{target} is banned from the room"),
            _ => return Ok(()),
        };
        Err(RoomError::Forbidden(why))
    }
}

impl Rooms {
    /// Joins a room, or changes the profile there. Nothing happens when nothing would change.
    pub async fn join(&self, room: &RoomId, user: &UserId, change: MemberChange) -> Result<Sent, RoomError> {
        let wish = Wish { sender: user, target: user, membership: Membership::Join, change: &change };
        self.change_membership(room, wish, |_| Ok(())).await
    }

    /// Changes how a member of a room is called; who has left meanwhile stays away.
    pub async fn rename_member(
        &self,
        room: &RoomId,
        user: &UserId,
        change: MemberChange,
    ) -> Result<Sent, RoomError> {
        let wish = Wish { sender: user, target: user, membership: Membership::Join, change: &change };
        self.change_membership(room, wish, |now| match now {
            Some(Membership::Join) => Ok(()),
            _ => Err(RoomError::forbidden("You are not in the room")),
        })
        .await
    }

    /// Leaves a room, rejects an invite, or takes a knock back. Nothing happens when the user has left already.
    pub async fn leave(&self, room: &RoomId, user: &UserId, change: MemberChange) -> Result<Sent, RoomError> {
        let wish = Wish { sender: user, target: user, membership: Membership::Leave, change: &change };
        self.change_membership(room, wish, |_| Ok(())).await
    }

    /// Asks to be let into a room.
    pub async fn knock(&self, room: &RoomId, user: &UserId, change: MemberChange) -> Result<Sent, RoomError> {
        let wish = Wish { sender: user, target: user, membership: Membership::Knock, change: &change };
        self.change_membership(room, wish, |_| Ok(())).await
    }

    /// Invites someone.
    pub async fn invite(
        &self,
        room: &RoomId,
        sender: &UserId,
        target: &UserId,
        change: MemberChange,
    ) -> Result<Sent, RoomError> {
        let wish = Wish { sender, target, membership: Membership::Invite, change: &change };
        self.change_membership(room, wish, |_| Ok(())).await
    }

    /// Sends someone out of the room; they may come back.
    pub async fn kick(
        &self,
        room: &RoomId,
        sender: &UserId,
        target: &UserId,
        reason: Option<String>,
    ) -> Result<Sent, RoomError> {
        let change = MemberChange::because(reason);
        let wish = Wish { sender, target, membership: Membership::Leave, change: &change };
        self.change_membership(room, wish, |now| match now {
            Some(Membership::Join | Membership::Invite | Membership::Knock) => Ok(()),
            _ => Err(RoomError::forbidden(format!("{target} is not in the room"))),
        })
        .await
    }

    /// Sends someone out of the room for good.
    pub async fn ban(
        &self,
        room: &RoomId,
        sender: &UserId,
        target: &UserId,
        reason: Option<String>,
    ) -> Result<Sent, RoomError> {
        let change = MemberChange::because(reason);
        let wish = Wish { sender, target, membership: Membership::Ban, change: &change };
        self.change_membership(room, wish, |_| Ok(())).await
    }

    /// Lifts a ban.
    pub async fn unban(
        &self,
        room: &RoomId,
        sender: &UserId,
        target: &UserId,
        reason: Option<String>,
    ) -> Result<Sent, RoomError> {
        let change = MemberChange::because(reason);
        let wish = Wish { sender, target, membership: Membership::Leave, change: &change };
        self.change_membership(room, wish, |now| match now {
            Some(Membership::Ban) => Ok(()),
            _ => Err(RoomError::forbidden(format!("{target} is not banned from the room"))),
        })
        .await
    }

    async fn change_membership(
        &self,
        room: &RoomId,
        wish: Wish<'_>,
        check: impl FnOnce(Option<Membership>) -> Result<(), RoomError>,
    ) -> Result<Sent, RoomError> {
        let room = self.require(room)?;
        let written = {
            let mut locked = self.lock(&room).await?;
            self.change_locked(&mut locked, &wish, check)?
        };
        self.finish(written).await
    }

    fn change_locked(
        &self,
        locked: &mut Locked,
        wish: &Wish<'_>,
        check: impl FnOnce(Option<Membership>) -> Result<(), RoomError>,
    ) -> Result<Written, RoomError> {
        let append = Append::new(self, locked.clone());
        let old = append.member_event(wish.target)?;
        let now = old.as_ref().and_then(|event| Membership::of_content(event.pdu.content_json()));
        check(now)?;
        wish.check(now)?;
        let mut content = wish.change.content(wish.membership);
        if let (Some(old), Some(now)) = (&old, now)
            && now == wish.membership
            && (now == Membership::Leave || says_the_same(old.pdu.content_json(), &content))
            && (old.pdu.sender() == wish.sender || now == Membership::Leave)
        {
            return Ok(Written::Old(self.known_event(old.num)?));
        }
        if wish.membership == Membership::Join {
            append.authorise_join(wish.target, now, &mut content)?;
        }
        let room = append.head.room.clone();
        drop(append);
        let draft = member_draft(&room, wish.sender, wish.target, &content)?;
        self.send_locked(locked, &draft)
    }
}

/// Whether a member event says this already, however its user was let in.
fn says_the_same(old: &str, content: &Map<String, Value>) -> bool {
    let Ok(mut old) = serde_json::from_str::<Map<String, Value>>(old) else { return false };
    if !content.contains_key("join_authorised_via_users_server") {
        old.remove("join_authorised_via_users_server");
    }
    old == *content
}

pub(super) fn member_draft(
    room: &RoomRef,
    sender: &UserId,
    target: &UserId,
    content: &Map<String, Value>,
) -> Result<Draft, RoomError> {
    let content = to_raw_value(content).map_err(|error| RoomError::bad(Code::BadJson, error.to_string()))?;
    tracing::trace!(room = %room.id, %sender, %target, "membership");
    Ok(Draft::state(OwnedUserId::from(sender), TimelineEventType::RoomMember, target.as_str(), content))
}
