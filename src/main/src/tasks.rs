//! What goes on beside the requests until the server stops.

use api::App;
use tokio_util::sync::CancellationToken;

/// Counts who is to be notified until the server stops.
pub(crate) async fn judge(push: ::push::Push, stopping: CancellationToken) {
    if let Err(error) = push.run(stopping).await {
        tracing::error!(%error, "unread counts of people with push rules of their own stand still until the next start");
    }
}

/// Tells other servers what happens here until the server stops.
pub(crate) async fn send_all(federation: federation::Federation, stopping: CancellationToken) {
    if let Err(error) = federation.send_all().await
        && !stopping.is_cancelled()
    {
        tracing::error!(%error, "other servers are told nothing more until the next start");
    }
}

/// Sends what people wanted to be sent later until the server stops.
pub(crate) async fn send_delayed(app: App) {
    app.delayed.run(&app, app.stopping.clone()).await;
}

/// Tidies up at the start and every hour until the server stops; what that cuts off goes on at the next start.
pub(crate) async fn tidy(app: App) {
    let mut hourly = tokio::time::interval(std::time::Duration::from_secs(3600));
    while app.stopping.run_until_cancelled(hourly.tick()).await.is_some() {
        app.stopping.run_until_cancelled(tidy_once(&app)).await;
    }
}

async fn tidy_once(app: &App) {
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
