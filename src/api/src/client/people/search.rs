//! `POST /_matrix/client/v3/user_directory/search`: finds people by name (spec "User Directory").

use crate::{ApiError, call::Call, client::common::limit};
use ruma::api::client::user_directory::search_users::v3::{Request, Response, User};

/// Most people in one answer.
const MOST: usize = 100;

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    let most = limit(Some(request.limit), MOST, MOST);
    let (found, limited) = app.users.directory.search(caller.user, &request.search_term, most)?;
    let results = found.into_iter().map(|person| {
        let mut user = User::new(person.user_id);
        user.display_name = person.display_name;
        user.avatar_url = person.avatar_url;
        user
    });
    Ok(Response::new(results.collect(), limited))
}
