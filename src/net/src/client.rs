//! The client.

use crate::{Detours, Guard, NetError, SetupError, resolver::GuardedResolver};
use reqwest::{Certificate, Request, Response, redirect::Policy};
use std::{path::PathBuf, time::Duration};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// What the operator decides.
#[derive(Debug, Clone)]
pub struct Options {
    /// Private and special addresses may be reached.
    pub allow_private: bool,
    /// A PEM file with certificate authorities that are trusted besides those of the system.
    pub extra_ca_file: Option<PathBuf>,
    /// What requests say they are from.
    pub user_agent: String,
}

/// Makes outgoing requests. Cheap to clone; connections are shared and used again.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    guard: Guard,
}

impl Client {
    /// A client that trusts the system's certificate authorities, Mozilla's where the system has none, and those of the operator.
    ///
    /// # Errors
    /// When those of the operator can't be read.
    pub fn new(options: &Options) -> Result<Self, SetupError> {
        Self::made(options, &Detours::default(), false)
    }

    /// A client for other homeservers: it speaks HTTP/1.1, where the name that a request is for may differ from the address it
    /// goes to, and connects to what `detours` names in the place of a host.
    ///
    /// # Errors
    /// When the operator's certificate authorities can't be read.
    pub fn for_peers(options: &Options, detours: &Detours) -> Result<Self, SetupError> {
        Self::made(options, detours, true)
    }

    fn made(options: &Options, detours: &Detours, http1: bool) -> Result<Self, SetupError> {
        // For the whole program, and once: whoever comes later finds the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let guard = Guard { allow_private: options.allow_private };
        let extra = extra_authorities(options)?;
        let builder = || {
            let builder = reqwest::Client::builder();
            if http1 { builder.http1_only() } else { builder }
                .dns_resolver(GuardedResolver { guard, detours: detours.clone() })
                .no_proxy()
                .redirect(Policy::none())
                .referer(false)
                .connect_timeout(CONNECT)
                .read_timeout(SILENCE)
                .user_agent(&options.user_agent)
        };
        let with_system = builder().tls_certs_merge(extra.clone()).build();
        let http = with_system.or_else(|_| {
            let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            let bundled = bundled.filter_map(|der| Certificate::from_der(der).ok());
            builder().tls_certs_only(bundled.chain(extra)).build()
        })?;
        Ok(Self { http, guard })
    }

    /// What may be reached.
    pub fn guard(&self) -> Guard {
        self.guard
    }

    /// One request, guarded. Redirects are answers; how long the whole takes, and how much of the body is read, is up to
    /// the caller.
    ///
    /// # Errors
    /// All but `Redirects`.
    pub async fn send(&self, request: Request) -> Result<Response, NetError> {
        self.guard.check(request.url())?;
        Ok(self.http.execute(request).await?)
    }
}

fn extra_authorities(options: &Options) -> Result<Vec<Certificate>, SetupError> {
    let Some(path) = &options.extra_ca_file else { return Ok(Vec::new()) };
    let wrong = |why: &dyn std::fmt::Display| {
        SetupError::Certificates(format!("{} can't be read ({why})", path.display()))
    };
    let pem = std::fs::read(path).map_err(|why| wrong(&why))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|why| wrong(&why))?;
    if found.is_empty() {
        return Err(SetupError::Certificates(format!("{} has no certificates", path.display())));
    }
    Ok(found)
}
