//! Certificates for servers that speak with each other on the loopback address.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};

use crate::Trouble;

/// The files with which servers prove themselves, and believe each other.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// Whom to believe.
    pub authority: PathBuf,
    /// The certificate for 127.0.0.1.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Certificates {
    /// Makes an authority and a certificate, and writes them into `folder`.
    pub fn make(folder: &Path) -> Result<Self, Trouble> {
        let failed = |error: rcgen::Error| Trouble::Setup(format!("making certificates: {error}"));
        let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // OpenSSL takes a certificate for self-signed whose subject has the name of its issuer.
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "bench authority");
        let key = KeyPair::generate().map_err(failed)?;
        let authority = params.self_signed(&key).map_err(failed)?;
        let issuer = Issuer::new(params, key);
        let own = KeyPair::generate().map_err(failed)?;
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).map_err(failed)?;
        let certificate = params.signed_by(&own, &issuer).map_err(failed)?;
        std::fs::create_dir_all(folder).map_err(Trouble::io(folder.display().to_string()))?;
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(Trouble::io(path.display().to_string())).map(|()| path)
        };
        Ok(Self {
            authority: write("authority.pem", authority.pem())?,
            certificate: write("certificate.pem", certificate.pem())?,
            key: write("key.pem", own.serialize_pem())?,
        })
    }
}
