//! `PUT /_matrix/federation/v1/send/{txnId}`: events and news of another server (spec "Transactions").

use crate::{ApiError, call::Call};
use ruma::api::federation::transactions::send_transaction_message::v1::{Request, Response};

/// The most events, and the most other news, of a transaction.
const MOST_PDUS: usize = 50;
const MOST_EDUS: usize = 100;

/// # Errors
/// 403 for transactions of another server than the one that sends them; 400 for more than the spec allows. What is wrong with
/// single events stands in the answer.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    if request.origin != caller {
        return Err(ApiError::forbidden(format!("The transaction says that it is of {}.", request.origin)));
    }
    if request.pdus.len() > MOST_PDUS || request.edus.len() > MOST_EDUS {
        return Err(ApiError::invalid_param(format!(
            "A transaction has at most {MOST_PDUS} PDUs and {MOST_EDUS} EDUs."
        )));
    }
    let results =
        app.federation.receive_transaction(&caller, &request.transaction_id, request.pdus, request.edus);
    Ok(Response::new(results.await?))
}
