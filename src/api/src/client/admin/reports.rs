//! `/_synapse/admin/v1/event_reports`, `user_reports` and `room_reports`: what people have reported, the newest first
//! (Synapse's admin API, "Show reported events"; that for rooms has the same form). One of events can be looked at and removed.

use crate::{
    ApiError, App,
    call::Caller,
    client::common::{raw, view},
    extract::{InPath, InQuery},
};
use axum::{Json, Router, extract::State, routing::get};
use rooms::RoomRef;
use ruma::{OwnedRoomAliasId, OwnedRoomId, OwnedUserId, room::RoomSummary};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};
use users::{
    Identity,
    reports::{Report, Reported},
};

/// Reports of a page when nobody says, and at the most.
const DEFAULT: usize = 100;
const MOST: usize = 500;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_synapse/admin/v1/event_reports", get(events))
        .route("/_synapse/admin/v1/event_reports/{id}", get(event).delete(remove))
        .route("/_synapse/admin/v1/user_reports", get(people))
        .route("/_synapse/admin/v1/room_reports", get(rooms))
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    from: usize,
    limit: Option<usize>,
    dir: Option<String>,
    /// Only by this reporter.
    user_id: Option<OwnedUserId>,
    /// Only about this room.
    room_id: Option<OwnedRoomId>,
}

#[derive(Serialize)]
struct EventReport {
    id: u64,
    received_ts: u64,
    room_id: OwnedRoomId,
    name: Option<String>,
    canonical_alias: Option<OwnedRoomAliasId>,
    event_id: Option<String>,
    sender: Option<OwnedUserId>,
    user_id: OwnedUserId,
    reason: String,
    score: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_json: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct UserReport {
    id: u64,
    received_ts: u64,
    target_user_id: OwnedUserId,
    user_id: OwnedUserId,
    reason: String,
}

/// # Errors
/// 403 for everybody but admins.
async fn events(
    State(app): State<App>,
    Caller(caller, _): Caller,
    InQuery(parameters): InQuery<Parameters>,
) -> Result<Json<Value>, ApiError> {
    let (page, rest) = page(&app, &caller, &parameters, |about| matches!(about, Reported::Event(..)))?;
    let reports: Vec<_> = page.into_iter().map(|one| about_room(&app, one)).collect::<Result<_, _>>()?;
    Ok(Json(rest.with("event_reports", &json!(reports))))
}

/// # Errors
/// As for the list; 404 for reports that are not there.
async fn event(
    State(app): State<App>,
    Caller(caller, _): Caller,
    InPath(id): InPath<u64>,
) -> Result<Json<EventReport>, ApiError> {
    let report = report(&app, &caller, id)?;
    let Reported::Event(room, event_id) = &report.about else { return Err(no_report()) };
    let mut event_json = None;
    if let Some(room) = app.rooms.room_by_num(*room)?
        && let Some(event) = app.rooms.event_by_id(event_id)?
    {
        event_json = Some(raw(view(&app, &caller, &room).json(&event)?)?);
    }
    Ok(Json(EventReport { event_json, ..about_room(&app, report)? }))
}

/// # Errors
/// As for one report.
async fn remove(
    State(app): State<App>,
    Caller(caller, _): Caller,
    InPath(id): InPath<u64>,
) -> Result<Json<Value>, ApiError> {
    report(&app, &caller, id)?;
    app.users.reports.remove(id).await?;
    Ok(Json(json!({})))
}

/// # Errors
/// 403 for everybody but admins.
async fn people(
    State(app): State<App>,
    Caller(caller, _): Caller,
    InQuery(parameters): InQuery<Parameters>,
) -> Result<Json<Value>, ApiError> {
    let (page, rest) = page(&app, &caller, &parameters, |about| matches!(about, Reported::User(_)))?;
    let mut reports = Vec::with_capacity(page.len());
    for Report { id, about, reporter, reason, received_ms, .. } in page {
        let Reported::User(target_user_id) = about else { continue };
        let user_id = app.rooms.ids().user_id(reporter)?;
        reports.push(UserReport { id, received_ts: received_ms, target_user_id, user_id, reason });
    }
    Ok(Json(rest.with("user_reports", &json!(reports))))
}

/// # Errors
/// 403 for everybody but admins.
async fn rooms(
    State(app): State<App>,
    Caller(caller, _): Caller,
    InQuery(parameters): InQuery<Parameters>,
) -> Result<Json<Value>, ApiError> {
    let (page, rest) = page(&app, &caller, &parameters, |about| matches!(about, Reported::Room(_)))?;
    let reports: Vec<_> = page.into_iter().map(|one| about_room(&app, one)).collect::<Result<_, _>>()?;
    Ok(Json(rest.with("room_reports", &json!(reports))))
}

/// What an answer says beside its reports.
struct Rest {
    total: usize,
    next: Option<usize>,
}

impl Rest {
    fn with(self, name: &str, reports: &Value) -> Value {
        let mut answer = json!({ name: reports, "total": self.total });
        if let Some(next) = self.next {
            answer["next_token"] = next.into();
        }
        answer
    }
}

fn page(
    app: &App,
    caller: &Identity,
    parameters: &Parameters,
    wanted: impl Fn(&Reported) -> bool,
) -> Result<(Vec<Report>, Rest), ApiError> {
    super::only_admins(caller)?;
    let ids = app.rooms.ids();
    let reporter = parameters.user_id.as_deref().map(|user| ids.find_user(user)).transpose()?;
    let room = parameters.room_id.as_deref().map(|room| ids.find_room(room)).transpose()?;
    let mut reports = app.users.reports.all()?;
    reports.retain(|report| {
        let of = match &report.about {
            Reported::Event(room, _) | Reported::Room(room) => Some(*room),
            Reported::User(_) => None,
        };
        wanted(&report.about)
            && reporter.is_none_or(|reporter| reporter == Some(report.reporter))
            && room.is_none_or(|room| room.is_some() && room == of)
    });
    if parameters.dir.as_deref() == Some("f") {
        reports.reverse();
    }
    let total = reports.len();
    let limit = parameters.limit.unwrap_or(DEFAULT).clamp(1, MOST);
    let page: Vec<_> = reports.into_iter().skip(parameters.from).take(limit).collect();
    let end = parameters.from.saturating_add(page.len());
    Ok((page, Rest { total, next: (end < total).then_some(end) }))
}

fn report(app: &App, caller: &Identity, id: u64) -> Result<Report, ApiError> {
    super::only_admins(caller)?;
    app.users.reports.get(id)?.ok_or_else(no_report)
}

fn no_report() -> ApiError {
    ApiError::not_found("There is no such report.")
}

fn about_room(app: &App, report: Report) -> Result<EventReport, ApiError> {
    let (num, event) = match report.about {
        Reported::Event(room, event) => (room, Some(event)),
        Reported::Room(room) => (room, None),
        Reported::User(_) => return Err(no_report()),
    };
    let room: Option<RoomRef> = app.rooms.room_by_num(num)?;
    let summary: Option<RoomSummary> = room.map(|room| app.rooms.room_summary(&room)).transpose()?;
    let found = event.as_deref().map(|event| app.rooms.event_by_id(event)).transpose()?.flatten();
    Ok(EventReport {
        id: report.id,
        received_ts: report.received_ms,
        room_id: app.rooms.ids().room_id(num)?,
        name: summary.as_ref().and_then(|summary| summary.name.clone()),
        canonical_alias: summary.and_then(|summary| summary.canonical_alias),
        event_id: event.map(|event| event.to_string()),
        sender: found.map(|event| event.pdu.sender().to_owned()),
        user_id: app.rooms.ids().user_id(report.reporter)?,
        reason: report.reason,
        score: report.score,
        event_json: None,
    })
}
