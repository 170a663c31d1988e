//! What goes on beside the requests until the server stops.

use api::App;
use tokio_util::sync::CancellationToken;

/// Counts who is to be notified until the server stops.
pub(crate) async fn judge(push: push::Push, stopping: CancellationToken) {
    if let Err(error) = push.run(stopping).await {
        tracing::error!(%error, "unread counts of people with push rules of their own stand still until the next start");
    }
}

/// Tidies up at the start and every hour until the server stops.
pub(crate) async fn tidy(app: App) {
    let mut hourly = tokio::time::interval(std::time::Duration::from_secs(3600));
    while app.stopping.run_until_cancelled(hourly.tick()).await.is_some() {
        if let Err(error) = app.rooms.tidy().await {
            tracing::warn!(%error, "rooms could not be tidied up; it is tried again in an hour");
        }
        if let Err(error) = app.media.tidy().await {
            tracing::warn!(%error, "media could not be tidied up; it is tried again in an hour");
        }
        if let Err(error) = app.federation.tidy().await {
            tracing::warn!(%error, "what is known of other servers could not be tidied up; it is tried again in an hour");
        }
        app.limits.forget_idle();
    }
}
