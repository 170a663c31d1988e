//! The people after whom a room without a name is called.

use crate::{Membership, MembershipInfo, RoomError, RoomNum, Rooms, UserNum, cache::Weigh};
use ruma::OwnedUserId;
use std::sync::Arc;

/// How many a client is told.
const SHOWN: usize = 5;

/// The first people of a room, one more than are shown: the viewer is not among them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heroes {
    /// Joined or invited.
    present: Vec<UserNum>,
    /// Gone: shown when nobody else is there.
    gone: Vec<UserNum>,
}

impl Weigh for Heroes {
    fn weight(&self) -> u64 {
        (size_of::<Self>() + (self.present.capacity() + self.gone.capacity()) * size_of::<UserNum>()) as u64
    }
}

impl Heroes {
    /// Of all members, those who came first.
    fn of(mut members: Vec<(UserNum, MembershipInfo)>) -> Self {
        members.sort_by_key(|(user, info)| (info.position, *user));
        let first = |wanted: &dyn Fn(Membership) -> bool| {
            let users = members.iter().filter(|(_, info)| wanted(info.state)).map(|(user, _)| *user);
            users.take(SHOWN + 1).collect()
        };
        Self {
            present: first(&|state| matches!(state, Membership::Join | Membership::Invite)),
            gone: first(&|state| matches!(state, Membership::Leave | Membership::Ban)),
        }
    }

    fn for_viewer(&self, viewer: UserNum) -> impl Iterator<Item = UserNum> {
        let others = |users: &[UserNum]| {
            users.iter().copied().filter(|user| *user != viewer).take(SHOWN).collect::<Vec<_>>()
        };
        let present = others(&self.present);
        if present.is_empty() { others(&self.gone).into_iter() } else { present.into_iter() }
    }
}

impl Rooms {
    /// The heroes of a room in the eyes of one of its members.
    pub(super) fn heroes(&self, room: RoomNum, viewer: UserNum) -> Result<Vec<OwnedUserId>, RoomError> {
        let heroes = self.inner.views.heroes.get_or_insert_with(&room, || {
            Ok::<_, RoomError>(Arc::new(Heroes::of(self.members(room, |_| true)?)))
        })?;
        heroes.for_viewer(viewer).map(|user| self.ids().user_id(user)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventNum;
    use storage::Position;

    fn member(user: u64, state: Membership, position: u64) -> (UserNum, MembershipInfo) {
        let info =
            MembershipInfo { state, event: EventNum(1), position: Position(position), sender: UserNum(user) };
        (UserNum(user), info)
    }

    fn shown(members: Vec<(UserNum, MembershipInfo)>, viewer: u64) -> Vec<u64> {
        Heroes::of(members).for_viewer(UserNum(viewer)).map(|user| user.0).collect()
    }

    #[test]
    fn the_first_five_others_are_shown() {
        let members = (1..=8).map(|user| member(user, Membership::Join, 100 - user)).collect::<Vec<_>>();
        assert_eq!(shown(members.clone(), 8), [7, 6, 5, 4, 3]);
        assert_eq!(shown(members, 1), [8, 7, 6, 5, 4]);
    }

    #[test]
    fn those_who_left_are_shown_when_nobody_is_there() {
        let members = vec![
            member(1, Membership::Join, 1),
            member(2, Membership::Leave, 2),
            member(3, Membership::Ban, 3),
        ];
        assert_eq!(shown(members.clone(), 1), [2, 3]);
        assert_eq!(shown(members, 2), [1]);
    }
}
