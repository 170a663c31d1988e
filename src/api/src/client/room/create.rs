//! `POST /_matrix/client/v3/createRoom`: makes a room (spec "Creation").

use crate::{
    ApiError, App,
    call::Call,
    client::common::{came_in, member_profile},
    limits::Limited,
};
use rooms::{CreateRoom, InitialState, MemberChange, Preset, Visibility};
use ruma::{
    OwnedRoomAliasId, OwnedUserId, RoomAliasId, RoomId, UserId,
    api::client::room::{
        Visibility as Wanted,
        create_room::v3::{Request, Response, RoomPreset},
    },
    serde::Raw,
};
use serde::Deserialize;
use serde_json::{Map, Value};

/// People invited at once.
const MOST_INVITES: usize = 100;

/// A state event as clients write it.
#[derive(Deserialize)]
struct GivenState {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    state_key: String,
    content: Map<String, Value>,
}

/// # Errors
/// 400 `M_UNSUPPORTED_ROOM_VERSION`, `M_ROOM_IN_USE` when the alias is taken, `M_INVALID_ROOM_STATE` when the wishes
/// contradict each other or the rules of the room, `M_BAD_JSON` for wishes of the wrong shape.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    call.limit(Limited::Rooms)?;
    let Call { app, caller, request, .. } = call;
    if !request.invite_3pid.is_empty() {
        return Err(ApiError::invalid_param(
            "This server has no identity server to look people up. Invite them by user id.",
        ));
    }
    if request.invite.len() > MOST_INVITES {
        return Err(ApiError::invalid_param(format!("Invite at most {MOST_INVITES} people at once.")));
    }
    let mut wish = CreateRoom::by(caller.user_id.clone());
    wish.profile = member_profile(&app, &caller.user_id)?;
    let mut elsewhere = Vec::new();
    for user in request.invite {
        if app.rooms.is_local(&user) && app.users.accounts.get(&user)?.is_none() {
            return Err(ApiError::invalid_param(format!("There is nobody called {user} here.")));
        }
        app.users.account_data.check_invite(&user)?;
        if app.rooms.is_local(&user) {
            let profile = member_profile(&app, &user)?;
            wish.invites.push((user, profile));
        } else {
            elsewhere.push(user);
        }
    }
    wish.version = request.room_version;
    wish.preset = request.preset.map(preset).transpose()?;
    wish.visibility = match request.visibility {
        Wanted::Public => Visibility::Public,
        _ => Visibility::Private,
    };
    let server = app.rooms.server_name().as_str();
    wish.alias = request.room_alias_name.map(|name| alias(&name, server)).transpose()?;
    wish.name = request.name;
    wish.topic = request.topic;
    wish.is_direct = request.is_direct;
    wish.power_level_override = object(request.power_level_content_override)?;
    wish.creation_content = object(request.creation_content)?;
    wish.initial_state = request.initial_state.iter().map(initial_state).collect::<Result<_, _>>()?;
    wish.invites_elsewhere.clone_from(&elsewhere);
    let direct = wish.is_direct;
    let room = app.rooms.create(wish).await?;
    invite_elsewhere(&app, &caller.user_id, &room, (elsewhere, direct)).await?;
    came_in(&app, caller.user, &room).await?;
    Ok(Response::new(room))
}

/// Invites people of other servers, who must sign it. The room is there already: who fails to be invited fails alone, and the
/// caller is told.
async fn invite_elsewhere(
    app: &App,
    sender: &UserId,
    room: &RoomId,
    (people, direct): (Vec<OwnedUserId>, bool),
) -> Result<(), ApiError> {
    let mut failed = None;
    for user in people {
        let mut change = MemberChange::default();
        if direct {
            change.extra.insert("is_direct".to_owned(), true.into());
        }
        if let Err(error) = app.federation.invite(room, sender, &user, change).await {
            tracing::info!(%room, %user, %error, "somebody could not be invited to a new room");
            failed.get_or_insert((user, error));
        }
    }
    match failed {
        None => Ok(()),
        Some((user, error)) => {
            let why = error.to_string();
            let error = ApiError::from(error);
            Err(error.saying(format!("The room {room} is there, but {user} could not be invited: {why}")))
        }
    }
}

fn preset(wanted: RoomPreset) -> Result<Preset, ApiError> {
    match wanted {
        RoomPreset::PrivateChat => Ok(Preset::PrivateChat),
        RoomPreset::PublicChat => Ok(Preset::PublicChat),
        RoomPreset::TrustedPrivateChat => Ok(Preset::TrustedPrivateChat),
        other => Err(ApiError::invalid_param(format!("There is no preset {other}."))),
    }
}

fn alias(name: &str, server: &str) -> Result<OwnedRoomAliasId, ApiError> {
    let refused = || ApiError::invalid_param(format!("{name:?} can't be the local part of an alias."));
    if name.is_empty()
        || name.contains([':', '#'])
        || name.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(refused());
    }
    RoomAliasId::parse(format!("#{name}:{server}")).map_err(|_| refused())
}

fn object<T>(raw: Option<Raw<T>>) -> Result<Map<String, Value>, ApiError> {
    let Some(raw) = raw else { return Ok(Map::new()) };
    serde_json::from_str(raw.json().get())
        .map_err(|error| ApiError::bad_json(format!("An object was expected: {error}.")))
}

fn initial_state<T>(raw: &Raw<T>) -> Result<InitialState, ApiError> {
    let given: GivenState = serde_json::from_str(raw.json().get())
        .map_err(|error| ApiError::bad_json(format!("initial_state: {error}.")))?;
    Ok(InitialState { kind: given.kind.into(), state_key: given.state_key, content: given.content })
}
