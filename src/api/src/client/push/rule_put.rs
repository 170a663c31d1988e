//! `PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}`: adds a push rule, or changes it (spec "Push Rules: API").

use crate::{ApiError, call::Call};
use http::Method;
use ruma::{
    api::{
        IncomingRequest, Metadata,
        client::push::set_pushrule::v3::{Request as Typed, Response},
        error::DeserializationError,
    },
    push::{Action, PushCondition, RuleKind},
};
use serde::Deserialize;
use users::NewRule;

/// The request as it came. The typed one wants conditions, which the spec lets clients leave out.
pub(super) struct Request {
    kind: RuleKind,
    id: String,
    before: Option<String>,
    after: Option<String>,
    body: Body,
}

#[derive(Deserialize)]
struct Body {
    actions: Option<Vec<Action>>,
    #[serde(default)]
    conditions: Option<Vec<PushCondition>>,
    pattern: Option<String>,
}

impl Metadata for Request {
    const METHOD: Method = Typed::METHOD;
    const RATE_LIMITED: bool = Typed::RATE_LIMITED;
    type Authentication = <Typed as Metadata>::Authentication;
    type PathBuilder = <Typed as Metadata>::PathBuilder;
    const PATH_BUILDER: Self::PathBuilder = Typed::PATH_BUILDER;
}

impl IncomingRequest for Request {
    type EndpointError = <Typed as IncomingRequest>::EndpointError;
    type OutgoingResponse = Response;

    fn try_from_http_request_inner(
        request: http::Request<&[u8]>,
        path_args: &[&str],
    ) -> Result<Self, DeserializationError> {
        let [kind, id] = path_args else {
            return Err(serde::de::Error::invalid_length(path_args.len(), &"a kind and an id"))
                .map_err(|error: serde::de::value::Error| error.into());
        };
        let (mut before, mut after) = (None, None);
        for (key, value) in url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
        {
            match &*key {
                "before" => before = Some(value.into_owned()),
                "after" => after = Some(value.into_owned()),
                _ => {}
            }
        }
        let body = serde_json::from_slice(request.body())?;
        Ok(Self { kind: RuleKind::from(*kind), id: (*id).to_owned(), before, after, body })
    }
}

/// # Errors
/// 400 for ids, kinds, actions and conditions that make no sense, and for ids of the server's own rules; 404 when the rule to
/// put it before or after is not there.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request: Request { kind, id, before, after, body }, .. } = call;
    let actions = body.actions.ok_or_else(|| ApiError::missing_param("A rule has actions."))?;
    let conditions = body.conditions.unwrap_or_default();
    let rule = NewRule { kind, id, actions, conditions, pattern: body.pattern };
    app.users.push_rules.put(caller.user, rule, before.as_deref(), after.as_deref()).await?;
    Ok(Response::new())
}
