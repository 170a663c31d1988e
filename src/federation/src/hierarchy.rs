//! A walk through a space, also where its rooms are on other servers (client-server API, "Querying the children of a space"), and
//! what one such room is ("Room Summaries").

use crate::{Federation, PeerError};
use rooms::{RoomError, SpaceChild, SpaceRoom, UserNum};
use ruma::{
    OwnedRoomId, OwnedServerName, RoomId, UserId,
    api::federation::space::get_hierarchy::v1::{Request, Response},
    room::{JoinRuleSummary, RoomSummary, RoomType},
};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

/// Rooms that one walk looks at, whether they are shown or not.
const MOST_WALKED: usize = 10_000;
/// Requests to other servers that one walk makes; rooms beyond it are not shown.
const MOST_ASKED: usize = 50;
/// Servers that are asked about one room.
const MOST_SERVERS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(10);

/// What to show of a space.
#[derive(Clone, Copy, Debug)]
pub struct HierarchyQuery {
    /// Who looks.
    pub viewer: UserNum,
    /// How far down; the space itself is at 0.
    pub max_depth: Option<u64>,
    /// Only children that the space suggests.
    pub suggested_only: bool,
    /// How many rooms were shown already.
    pub skip: usize,
    /// How many to show.
    pub limit: usize,
}

/// A part of what is in a space.
#[derive(Debug, Default)]
pub struct HierarchyPage {
    /// The rooms: each before its children, and those before its siblings.
    pub rooms: Vec<SpaceRoom>,
    /// There are more.
    pub more: bool,
}

/// A room that the walk has still to visit.
struct Next {
    room: OwnedRoomId,
    via: Vec<OwnedServerName>,
    depth: u64,
}

struct Walk<'a> {
    federation: &'a Federation,
    viewer: UserNum,
    suggested_only: bool,
    /// What servers told of children besides the room that they were asked for.
    told: HashMap<OwnedRoomId, RoomSummary>,
    asked: usize,
}

impl Federation {
    /// What is in a space, as far as the viewer may be told, from top to bottom. Each room comes once; rooms that are not here are
    /// asked for. Without the space itself if that is not for the viewer's eyes.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn hierarchy(&self, root: &RoomId, query: HierarchyQuery) -> Result<HierarchyPage, RoomError> {
        let mut walk = Walk::new(self, query.viewer, query.suggested_only);
        let mut page = HierarchyPage::default();
        let (mut seen, mut shown) = (HashSet::new(), 0);
        let via = root.server_name().map(ToOwned::to_owned).into_iter().collect();
        let mut next = vec![Next { room: root.to_owned(), via, depth: 0 }];
        while let Some(Next { room, via, depth }) = next.pop() {
            if seen.len() == MOST_WALKED || !seen.insert(room.clone()) {
                continue;
            }
            let Some(mut found) = walk.room(&room, &via).await? else { continue };
            if page.rooms.len() == query.limit {
                page.more = true;
                break;
            }
            found.children.retain(|child| !query.suggested_only || child.suggested);
            if query.max_depth.is_none_or(|most| depth < most) {
                next.extend(found.children.iter().rev().map(|child| Next {
                    room: child.room.clone(),
                    via: child.via.clone(),
                    depth: depth + 1,
                }));
            }
            shown += 1;
            if shown > query.skip {
                page.rooms.push(found);
            }
        }
        Ok(page)
    }

    /// What a room is that this server is not in, as one of those tells it that may know: `via`, and others that are known to. `None`
    /// if none of them does, or if it is not for the viewer's eyes.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn summary_elsewhere(
        &self,
        room: &RoomId,
        (viewer, user): (UserNum, &UserId),
        via: &[OwnedServerName],
    ) -> Result<Option<RoomSummary>, RoomError> {
        let servers = self.candidates(room, user, via)?;
        // Of what is in it, if it is a space, as little as can be asked for.
        let mut walk = Walk::new(self, viewer, true);
        let Some(found) = walk.ask(room, &servers).await else { return Ok(None) };
        let may = walk.may_see(&found.summary)?;
        Ok(may.then_some(found.summary))
    }
}

impl<'a> Walk<'a> {
    fn new(federation: &'a Federation, viewer: UserNum, suggested_only: bool) -> Self {
        Self { federation, viewer, suggested_only, told: HashMap::new(), asked: 0 }
    }

    /// A room, if the viewer may be told of it.
    async fn room(&mut self, room: &RoomId, via: &[OwnedServerName]) -> Result<Option<SpaceRoom>, RoomError> {
        let rooms = &self.federation.inner.rooms;
        if let Some(known) = rooms.room(room)?
            && (rooms.is_resident(known.num)? || via.is_empty())
        {
            let may = rooms.may_preview(&known, Some(self.viewer))?;
            return Ok(if may { Some(rooms.space_room(&known)?) } else { None });
        }
        let found = match self.told.remove(room) {
            Some(summary) if summary.room_type != Some(RoomType::Space) => {
                Some(SpaceRoom { summary, children: Vec::new() })
            }
            _ => self.ask(room, via).await,
        };
        match found {
            Some(found) if self.may_see(&found.summary)? => Ok(Some(found)),
            _ => Ok(None),
        }
    }

    async fn ask(&mut self, room: &RoomId, via: &[OwnedServerName]) -> Option<SpaceRoom> {
        for server in via.iter().filter(|server| *server != self.federation.server_name()).take(MOST_SERVERS)
        {
            if self.asked == MOST_ASKED {
                return None;
            }
            self.asked += 1;
            let mut request = Request::new(room.to_owned());
            request.suggested_only = self.suggested_only;
            match self.federation.ask(server, request, PATIENCE).await {
                Ok(answer) if answer.room.summary.room_id == room => return Some(self.learn(answer)),
                Ok(_) => {
                    tracing::debug!(%server, %room, "a server told of another room than the one it was asked for");
                }
                Err(PeerError::Refused { .. }) => {}
                Err(error) => tracing::debug!(%server, %room, %error, "a room of a space is not told of"),
            }
        }
        None
    }

    fn learn(&mut self, answer: Response) -> SpaceRoom {
        let mut children: Vec<SpaceChild> = answer
            .room
            .children_state
            .into_iter()
            .filter_map(|event| SpaceChild::read(event.json().get().to_owned()))
            .collect();
        children.sort_by(SpaceChild::compare);
        let named: HashSet<&OwnedRoomId> = children.iter().map(|child| &child.room).collect();
        // Only what the space names: a server can't speak for other rooms.
        self.told.extend(
            answer
                .children
                .into_iter()
                .filter(|summary| named.contains(&summary.room_id))
                .map(|summary| (summary.room_id.clone(), summary)),
        );
        SpaceRoom { summary: answer.room.summary, children }
    }

    fn may_see(&self, summary: &RoomSummary) -> Result<bool, RoomError> {
        let rooms = &self.federation.inner.rooms;
        if summary.world_readable {
            return Ok(true);
        }
        let invited = match rooms.ids().find_room(&summary.room_id)? {
            Some(room) => rooms.is_asked_in(room, self.viewer)?,
            None => false,
        };
        Ok(invited
            || match &summary.join_rule {
                JoinRuleSummary::Public | JoinRuleSummary::Knock | JoinRuleSummary::KnockRestricted(_) => {
                    true
                }
                JoinRuleSummary::Restricted(restricted) => {
                    rooms.is_in_any(self.viewer, &restricted.allowed_room_ids)?
                }
                _ => false,
            })
    }
}
