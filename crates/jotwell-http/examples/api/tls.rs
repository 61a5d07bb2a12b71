//! HTTPS, with a certificate for localhost.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Reads the certificate in the data folder, or creates it. A real service has one that browsers trust.
pub(crate) fn config(data: &Path) -> Result<Arc<ServerConfig>, Box<dyn Error>> {
    let (certificate, key) = (data.join("tls-certificate.pem"), data.join("tls-key.pem"));
    if !key.exists() {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names)?;
        fs::write(&certificate, made.cert.pem())?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&key)?.write_all(made.signing_key.serialize_pem().as_bytes())?;
    }
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(&certificate)?],
            PrivateKeyDer::from_pem_file(&key)?,
        )?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
