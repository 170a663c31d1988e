//! `GET /_matrix/client/v1/rooms/{roomId}/hierarchy`: what is in a space (spec "Querying the children of a space").

use crate::{
    ApiError,
    call::Call,
    client::common::{limit, raw},
};
use federation::{HierarchyPage, HierarchyQuery};
use ruma::{
    api::client::space::{
        SpaceHierarchyRoomsChunk,
        get_hierarchy::v1::{Request, Response},
    },
    serde::Raw,
};

/// Rooms of a page when the client doesn't say, and at the most.
const DEFAULT: usize = 50;
const MOST: usize = 100;

/// # Errors
/// 403 for spaces that are not for the caller's eyes; 400 for tokens that are none, or of another request.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let refused = || ApiError::forbidden("There is no such room, or you may not see it.");
    let max_depth = request.max_depth.map(u64::from);
    let walk = Walk { suggested_only: request.suggested_only, max_depth };
    let query = HierarchyQuery {
        viewer: caller.user,
        max_depth,
        suggested_only: request.suggested_only,
        skip: request.from.as_deref().map(|token| walk.skip(token)).transpose()?.unwrap_or(0),
        limit: limit(request.limit, DEFAULT, MOST),
    };
    let HierarchyPage { rooms, more } = app.federation.hierarchy(&request.room_id, query).await?;
    // A walk that is not at its beginning can end with nothing; the beginning is the space itself.
    if rooms.is_empty() && query.skip == 0 && query.limit > 0 {
        return Err(refused());
    }
    let mut response = Response::new();
    response.next_batch = more.then(|| walk.token(query.skip + rooms.len()));
    for room in rooms {
        let mut children = Vec::with_capacity(room.children.len());
        for child in room.children {
            children.push(Raw::from_json(raw(child.json.into_bytes())?));
        }
        response.rooms.push(SpaceHierarchyRoomsChunk::new(room.summary, children));
    }
    Ok(response)
}

/// What has to be the same on all pages.
#[derive(Clone, Copy, Debug)]
struct Walk {
    suggested_only: bool,
    max_depth: Option<u64>,
}

impl Walk {
    /// Where the page begins that comes after so many rooms.
    fn token(self, skip: usize) -> String {
        let depth = self.max_depth.map(|depth| depth.to_string()).unwrap_or_default();
        format!("h{skip}_{}_{depth}", u8::from(self.suggested_only))
    }

    /// How many rooms come before the page that `token` stands for.
    fn skip(self, token: &str) -> Result<usize, ApiError> {
        let skip = token.strip_prefix('h').and_then(|rest| rest.split('_').next()?.parse().ok());
        match skip {
            Some(skip) if self.token(skip) == token => Ok(skip),
            Some(_) => Err(ApiError::invalid_param(
                "suggested_only and max_depth have to be the same for all pages of a hierarchy.",
            )),
            None => Err(ApiError::no_token(token)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_belong_to_their_walk() {
        for max_depth in [None, Some(0), Some(7)] {
            for suggested_only in [false, true] {
                let walk = Walk { suggested_only, max_depth };
                assert_eq!(walk.skip(&walk.token(12)).unwrap(), 12);
                let other = Walk { suggested_only: !suggested_only, max_depth };
                assert!(other.skip(&walk.token(12)).is_err());
            }
        }
        let walk = Walk { suggested_only: false, max_depth: None };
        for wrong in ["", "h", "12_0_", "hx_0_", "h-1_0_", "h1_0_2", "h1"] {
            assert!(walk.skip(wrong).is_err(), "{wrong}");
        }
    }
}
