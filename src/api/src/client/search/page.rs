//! Where a list of what was found goes on, as clients carry it.

use crate::ApiError;
use ::search::Mark;

/// The token of a page: five or six numbers with `_` between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The last event of the page before.
    pub(super) after: Mark,
    /// How many there were on all pages; `None` when nobody has counted.
    pub(super) count: Option<usize>,
    /// Only this group.
    pub(super) group: Option<Group>,
}

/// What the events of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// The room's number.
    Room(u64),
    /// The sender's number.
    Sender(u64),
}

impl Page {
    pub(super) fn token(self) -> String {
        let Mark { rank, time, order, event } = self.after;
        let count = self.count.map(|count| count.to_string()).unwrap_or_default();
        let group = match self.group {
            None => String::new(),
            Some(Group::Room(room)) => format!("_r{room}"),
            Some(Group::Sender(sender)) => format!("_s{sender}"),
        };
        format!("{rank}_{time}_{order}_{event}_{count}{group}")
    }

    /// # Errors
    /// 400 for tokens that are none.
    pub(super) fn parse(token: &str) -> Result<Self, ApiError> {
        Self::read(token).ok_or_else(|| ApiError::no_token(token))
    }

    fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('_');
        let after = Mark {
            rank: parts.next()?.parse().ok()?,
            time: parts.next()?.parse().ok()?,
            order: parts.next()?.parse().ok()?,
            event: parts.next()?.parse().ok()?,
        };
        let count = match parts.next()? {
            "" => None,
            count => Some(count.parse().ok()?),
        };
        let group = parts.next().map(Group::read);
        if parts.next().is_some() || group == Some(None) {
            return None;
        }
        Some(Self { after, count, group: group.flatten() })
    }
}

impl Group {
    fn read(text: &str) -> Option<Self> {
        let (kind, number) = text.split_at_checked(1)?;
        let number = number.parse().ok()?;
        match kind {
            "r" => Some(Self::Room(number)),
            "s" => Some(Self::Sender(number)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back() {
        let after = Mark { rank: 1, time: 2, order: -3, event: 4 };
        for group in [None, Some(Group::Room(5)), Some(Group::Sender(6))] {
            for count in [None, Some(7)] {
                let page = Page { after, count, group };
                assert_eq!(Page::read(&page.token()), Some(page));
            }
        }
        for wrong in
            ["", "1_2_3_4", "1_2_3_4_5_x6", "1_2_3_4_5_r6_7", "1_2_3_4_-5", "1_2_3_4__", "1_2_3_4__é"]
        {
            assert_eq!(Page::read(wrong), None, "{wrong}");
        }
    }
}
