//! Who sent a request (server-server API, "Request Authentication").

use crate::{
    Federation, Unproven,
    keys::{Wanted, is_signed_by},
};
use bytes::Bytes;
use http::Request;
use ruma::{
    CanonicalJsonValue, OwnedServerName, api::federation::authentication::XMatrix,
    canonical_json::CanonicalJsonObject,
};
use std::collections::BTreeSet;

impl Federation {
    /// The server that signed this request for this server. Its keys are fetched when they are not here.
    ///
    /// # Errors
    /// All of them.
    pub async fn prove(&self, request: &Request<Bytes>) -> Result<OwnedServerName, Unproven> {
        let header = XMatrix::extract_from_http_headers(request.headers())
            .map_err(|error| Unproven::Unsigned(error.to_string()))?;
        if header.destination.as_ref().is_some_and(|destination| destination != self.server_name()) {
            return Err(Unproven::OtherDestination);
        }
        let origin = header.origin.clone();
        if origin == self.server_name() || !self.allows(&origin) {
            return Err(Unproven::NotAllowed(origin.to_string()));
        }
        let id = header.key.to_string();
        let wanted = Wanted { server: origin.clone(), id: id.clone(), at_ms: self.inner.clock.now_ms() };
        let keys = self.keys(&BTreeSet::from([wanted])).await?;
        let no_key = || Unproven::NoKey { server: origin.to_string(), key: id.clone() };
        let now = self.inner.clock.now_ms();
        let key = keys
            .get(&origin, &id)
            .filter(|key| key.valid_until.is_none_or(|until| u64::from(until.get()) >= now));
        let key = key.ok_or_else(no_key)?;
        let object = signed_object(&header, request, self)?;
        if !is_signed_by(&object, &origin, [(id, key.key)]) {
            return Err(Unproven::Wrong);
        }
        self.heard(&origin);
        Ok(origin)
    }
}

/// The request as the object that its sender signed, with the signature.
fn signed_object(
    header: &XMatrix,
    request: &Request<Bytes>,
    federation: &Federation,
) -> Result<CanonicalJsonObject, Unproven> {
    let object = XMatrix::request_object(request, &header.origin, federation.server_name());
    let mut object = object.map_err(|error| Unproven::Unsigned(format!("the body is not JSON ({error})")))?;
    let signature = CanonicalJsonValue::String(header.sig.encode());
    let own = CanonicalJsonObject::from([(header.key.to_string(), signature)]);
    let all = CanonicalJsonObject::from([(header.origin.to_string(), own.into())]);
    object.insert("signatures".to_owned(), all.into());
    Ok(object)
}
