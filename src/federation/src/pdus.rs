//! Events from other servers, checked by themselves: format, signatures, content hash (server-server API, "Checks performed on
//! receipt of a PDU", 1 to 3). What the room says of them is for `rooms`.

use crate::{
    Federation,
    keys::{Keys, Wanted},
};
use events::{
    Pdu, PduError, RoomVersionRules,
    verify::{Verified, VerifyError, check_hash_and_signatures, countersigned, required_signatures},
};
use ruma::{OwnedServerName, ServerName};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::collections::{BTreeMap, BTreeSet};
use storage::ReadError;

/// So many signatures are checked on the spot; a signature takes some 50 µs, and more are for a thread of their own.
const FEW: usize = 20;

/// Why an event from another server is dropped.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PduRefused {
    /// It is no event of the room's version.
    #[error("the event is malformed: {0}")]
    Format(#[from] PduError),
    /// It is not signed as it must be.
    #[error("the event is not signed as it must be: {0}")]
    Signature(#[from] VerifyError),
}

impl Federation {
    /// One event. If its content is not what was hashed, the redacted copy, as the spec says.
    ///
    /// # Errors
    /// Outside, when the database can't be read; inside, when the event is to be dropped.
    pub async fn check_pdu(
        &self,
        json: &RawValue,
        rules: &RoomVersionRules,
    ) -> Result<Result<Pdu, PduRefused>, ReadError> {
        let mut checked = self.check_pdus([json], rules).await?;
        let nothing = || Err(PduRefused::Format(PduError::Format("there is no event".to_owned())));
        Ok(checked.pop().unwrap_or_else(nothing))
    }

    /// The event with the signature that another server has put on a copy of it. Nothing else of the copy is looked at: a
    /// signature of anything but the event is wrong.
    ///
    /// # Errors
    /// Outside, when the database can't be read; inside, when the signature is not there or wrong.
    pub(crate) async fn countersigned(
        &self,
        pdu: &Pdu,
        (server, copy): (&ServerName, &RawValue),
        rules: &RoomVersionRules,
    ) -> Result<Result<Pdu, PduRefused>, ReadError> {
        let mut wanted = BTreeSet::new();
        want_of(pdu, copy.get(), [server.to_owned()], &mut wanted);
        let keys = self.keys(&wanted).await?;
        let signed = countersigned(pdu, (server, copy.get()), rules, |server, id| keys.get(server, id));
        Ok(signed.map_err(PduRefused::from))
    }

    /// Many events, in their order. The keys for all are fetched together.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn check_pdus<'a>(
        &self,
        pdus: impl IntoIterator<Item = &'a RawValue>,
        rules: &RoomVersionRules,
    ) -> Result<Vec<Result<Pdu, PduRefused>>, ReadError> {
        let read: Vec<Result<Pdu, PduRefused>> =
            pdus.into_iter().map(|json| Ok(Pdu::from_json(json.get(), rules)?)).collect();
        let mut wanted = BTreeSet::new();
        for pdu in read.iter().flatten() {
            want(pdu, rules, &mut wanted);
        }
        let keys = self.keys(&wanted).await?;
        if read.len() <= FEW {
            return Ok(read.into_iter().map(|pdu| check(pdu?, rules, &keys)).collect());
        }
        let rules = rules.clone();
        let checked = tokio::task::spawn_blocking(move || {
            read.into_iter().map(|pdu| check(pdu?, &rules, &keys)).collect()
        });
        match checked.await {
            Ok(checked) => Ok(checked),
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        }
    }
}

fn check(pdu: Pdu, rules: &RoomVersionRules, keys: &Keys) -> Result<Pdu, PduRefused> {
    match check_hash_and_signatures(&pdu, rules, |server, id| keys.get(server, id))? {
        Verified::All => Ok(pdu),
        Verified::Redacted(redacted) => Ok(redacted),
    }
}

/// The keys that an event's signatures need.
fn want(pdu: &Pdu, rules: &RoomVersionRules, wanted: &mut BTreeSet<Wanted>) {
    let Ok(servers) = required_signatures(pdu, rules) else { return };
    want_of(pdu, pdu.json(), servers, wanted);
}

/// The keys of these servers that have signed `copy`, at the time of the event.
fn want_of(
    pdu: &Pdu,
    copy: &str,
    servers: impl IntoIterator<Item = OwnedServerName>,
    wanted: &mut BTreeSet<Wanted>,
) {
    #[derive(Deserialize)]
    struct Signed {
        #[serde(default)]
        signatures: BTreeMap<String, BTreeMap<String, Value>>,
    }
    let Ok(signed) = serde_json::from_str::<Signed>(copy) else { return };
    for server in servers {
        let ids = signed.signatures.get(server.as_str()).into_iter().flat_map(BTreeMap::keys);
        // A server signs with one key, seldom with two.
        for id in ids.filter(|id| id.starts_with("ed25519:")).take(4) {
            let at_ms = pdu.origin_server_ts().get().into();
            wanted.insert(Wanted { server: server.clone(), id: id.clone(), at_ms });
        }
    }
}
