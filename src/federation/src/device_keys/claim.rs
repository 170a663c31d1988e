//! Getting one-time keys.

use super::{AT_ONCE, LONGEST, Unanswered, by_server};
use crate::Federation;
use futures_util::{StreamExt as _, stream};
use ruma::{
    OneTimeKeyAlgorithm, OwnedDeviceId, OwnedUserId,
    api::federation::keys::claim_keys::v1::{OneTimeKeys, Request},
};
use std::{collections::BTreeMap, time::Duration};

impl Federation {
    /// One-time keys of devices of people of other servers, as their servers give them out within `patience`.
    pub async fn claim_keys(
        &self,
        wanted: &BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, OneTimeKeyAlgorithm>>,
        patience: Duration,
    ) -> (OneTimeKeys, Unanswered) {
        let mut servers = by_server(wanted);
        servers.remove(self.server_name());
        let asking = servers.into_iter().map(|(server, people)| async move {
            let answer = self.ask(&server, Request::new(people), patience.min(LONGEST)).await;
            (server, answer)
        });
        let asking: Vec<_> = asking.collect();
        let mut answers = stream::iter(asking).buffer_unordered(AT_ONCE);
        let (mut found, mut unanswered) = (OneTimeKeys::new(), Unanswered::new());
        while let Some((server, answer)) = answers.next().await {
            match answer {
                Ok(answer) => {
                    // A server speaks for its own people, and only of what it was asked.
                    let own = answer.one_time_keys.into_iter();
                    found.extend(
                        own.filter(|(user, _)| user.server_name() == server && wanted.contains_key(user)),
                    );
                }
                Err(error) => drop(unanswered.insert(server, error)),
            }
        }
        (found, unanswered)
    }
}
