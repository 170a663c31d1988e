//! Who may see an event (client-server API, "Room History Visibility"), as a function of the state around it.

use crate::Membership;
use ruma::events::room::history_visibility::HistoryVisibility;

/// The state right before or right after an event, as far as it decides who sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The room's history visibility; `Shared` when it says nothing that is understood.
    pub(crate) visibility: HistoryVisibility,
    /// The viewer's membership; `None` for those who never were in the room.
    pub(crate) membership: Option<Membership>,
}

impl Moment {
    /// The four rules in their order. `joined_later`: the viewer was in the room at some time after the event.
    fn allows(&self, joined_later: bool) -> bool {
        match (&self.visibility, self.membership) {
            (HistoryVisibility::WorldReadable, _)
            | (_, Some(Membership::Join))
            | (HistoryVisibility::Invited, Some(Membership::Invite)) => true,
            (HistoryVisibility::Shared, _) => joined_later,
            _ => false,
        }
    }
}

/// What kind of event is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The event changes the history visibility.
    Visibility,
    /// The event changes the viewer's own membership.
    OwnMembership,
    /// Anything else.
    Other,
}

/// Decides. For events that change who sees what, the better of before and after counts; what becomes of the viewers
/// themselves (an invite, its refusal, a ban) concerns them whatever the room shows to others.
pub(crate) fn may_see(subject: Subject, before: &Moment, after: &Moment, joined_later: bool) -> bool {
    match subject {
        Subject::Other => after.allows(joined_later),
        Subject::Visibility => before.allows(joined_later) || after.allows(joined_later),
        Subject::OwnMembership => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use HistoryVisibility::{Invited, Joined, Shared, WorldReadable};
    use Membership::{Ban, Invite, Join, Leave};

    fn at(visibility: HistoryVisibility, membership: Option<Membership>) -> Moment {
        Moment { visibility, membership }
    }

    fn sees(visibility: &HistoryVisibility, membership: Option<Membership>, joined_later: bool) -> bool {
        let moment = at(visibility.clone(), membership);
        may_see(Subject::Other, &moment, &moment, joined_later)
    }

    #[test]
    fn each_setting_opens_what_the_specification_says() {
        for membership in [None, Some(Leave), Some(Ban), Some(Invite), Some(Join)] {
            assert!(sees(&WorldReadable, membership, false));
            assert!(sees(&Shared, membership, true));
            assert_eq!(sees(&Shared, membership, false), membership == Some(Join));
            assert_eq!(sees(&Joined, membership, true), membership == Some(Join));
            assert_eq!(sees(&Invited, membership, true), matches!(membership, Some(Join | Invite)));
        }
    }

    #[test]
    fn changes_of_the_rules_show_when_either_side_allows() {
        let (open, closed) = (at(WorldReadable, None), at(Joined, None));
        assert!(may_see(Subject::Visibility, &open, &closed, false));
        assert!(may_see(Subject::Visibility, &closed, &open, false));
        assert!(!may_see(Subject::Other, &open, &closed, false));
        let (invited, outside) = (at(Joined, Some(Invite)), at(Joined, Some(Leave)));
        assert!(may_see(Subject::OwnMembership, &invited, &outside, false));
        assert!(!may_see(Subject::Other, &invited, &outside, false));
    }
}
