//! Credentials for the server that publishes the keys.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::HeaderValue;
use zeroize::Zeroizing;

use super::address::Address;
use super::error::RemoteError;

/// The maximum length of the file, in bytes. Tokens of service accounts have one or two thousand.
const MAX_FILE: u64 = 16 * 1024;

/// A file with a bearer token, and the only origin to which it is sent.
///
/// The origin is the configured one. The metadata of an issuer may name keys elsewhere, and then no token is sent
/// there: otherwise anyone who can change the metadata could obtain the token.
pub(super) struct BearerFile {
    path: Arc<Path>,
    origin: Origin,
}

/// The origin, as in RFC 6454 §4.
#[derive(PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    fn of(address: &Address) -> Self {
        let (uri, https) = (address.uri(), address.is_https());
        Self {
            scheme: if https { "https" } else { "http" }.to_owned(),
            host: uri.host().unwrap_or_default().to_ascii_lowercase(),
            port: uri.port_u16().unwrap_or(if https { 443 } else { 80 }),
        }
    }
}

impl BearerFile {
    /// # Errors
    /// [`RemoteError::CredentialsOverHttp`].
    pub(super) fn new(path: PathBuf, configured: &Address) -> Result<Self, RemoteError> {
        if !configured.is_https() && !configured.is_loopback() {
            return Err(RemoteError::CredentialsOverHttp);
        }
        Ok(Self { path: path.into(), origin: Origin::of(configured) })
    }

    /// Reads the file again, because Kubernetes replaces it every hour. Returns `None` for another origin.
    pub(super) async fn header_for(&self, address: &Address) -> Result<Option<HeaderValue>, RemoteError> {
        if Origin::of(address) != self.origin {
            return Ok(None);
        }
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || read(&path)).await;
        read.unwrap_or_else(|error| Err(io::Error::other(error)))
            .map(Some)
            .map_err(|error| RemoteError::Credentials { source: Arc::new(error) })
    }
}

fn read(path: &Path) -> io::Result<HeaderValue> {
    let mut text = Zeroizing::new(String::new());
    File::open(path)?.take(MAX_FILE.saturating_add(1)).read_to_string(&mut text)?;
    let token = text.trim_ascii();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if token.is_empty() || u64::try_from(text.len()).is_ok_and(|length| length > MAX_FILE) {
        return Err(io::Error::other("the file is empty or too long for a token"));
    }
    if !token.bytes().all(is_token) {
        return Err(io::Error::other("the file does not contain exactly one token"));
    }
    let header = Zeroizing::new(["Bearer ", token].concat());
    let mut header = HeaderValue::from_str(&header).map_err(io::Error::other)?;
    header.set_sensitive(true);
    Ok(header)
}

impl fmt::Debug for BearerFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerFile").field("path", &self.path).finish_non_exhaustive()
    }
}
