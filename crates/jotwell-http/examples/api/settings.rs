//! The settings, from the environment and the command line.

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use jotwell::Algorithm;
use jotwell_http::CookieKeys;

const HELP: &str = "\
An API secured by jotwell.

  --tls              HTTPS, with a certificate for localhost that is created in the data folder
  --help             prints this

Environment:
  STORE              redb (in the data folder, the default), memory, or redis://host:port/db
  DATA               data folder: ./api-data
  LISTEN             address: 127.0.0.1:3000; others than loopback need --tls
  ISSUER             `iss` of the tokens: the address; several instances need one for all
  HOSTS              names that requests may have in `Host`, separated by commas, in addition to localhost, loopback
                     addresses, the address of LISTEN and the host of ISSUER
  ALGORITHM          ES256; with HS256 the secret is in TOKEN_SECRET, or in the file TOKEN_SECRET_FILE
  USER_PASSWORD      password of `user`; random by default
  ADMIN_PASSWORD     password of `admin`; random by default
  ENCRYPT_COOKIES    1: the page's access token is encrypted, under a key that lives as long as the process
  ACCESS_SECONDS     life of an access token: 900
  GRACE_SECONDS      how long an exchanged refresh token may be repeated: 10
  PUBLISH_SECONDS    how long a key is published before it may sign: 0; 300 if others fetch the key set
  LOGINS_PER_MINUTE, REFRESHES_PER_MINUTE   by one address: 10 and 60
  CONNECTIONS, CONNECTIONS_PER_CLIENT       at most so many at once: 1000 and 32
  HEADER_SECONDS     for a header to come, and between two requests: 10
  REQUEST_SECONDS    for receiving a body and creating a response: 10
  CONNECTION_SECONDS for all requests of a connection: 300
";

pub(crate) struct Settings {
    pub(crate) tls: bool,
    pub(crate) store: StoreAt,
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) issuer: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) cookie_keys: Option<CookieKeys>,
    pub(crate) access_lifetime: Duration,
    pub(crate) grace: Duration,
    pub(crate) publish_ahead: Duration,
    pub(crate) logins_per_minute: NonZeroU32,
    pub(crate) refreshes_per_minute: NonZeroU32,
    pub(crate) hosts: Vec<String>,
    pub(crate) connections: usize,
    pub(crate) connections_per_client: usize,
    pub(crate) header: Duration,
    pub(crate) request: Duration,
    pub(crate) connection: Duration,
}

pub(crate) enum StoreAt {
    Memory,
    Redb,
    Redis(String),
}

impl Settings {
    /// Reads the settings. Returns `None` after printing the help.
    pub(crate) fn read() -> Result<Option<Self>, Box<dyn Error>> {
        let mut tls = false;
        for argument in env::args().skip(1) {
            match argument.as_str() {
                "--tls" => tls = true,
                "--help" | "-h" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(format!("unknown option {other:?}: --help lists the options").into()),
            }
        }
        let store = match variable("STORE").as_deref() {
            None | Some("redb") => StoreAt::Redb,
            Some("memory") => StoreAt::Memory,
            Some(url) if url.starts_with("redis://") => StoreAt::Redis(url.to_owned()),
            // It may contain a password.
            Some(_) => return Err("STORE is neither redb, memory nor redis://…".into()),
        };
        let listen: SocketAddr = variable("LISTEN").as_deref().unwrap_or("127.0.0.1:3000").parse()?;
        if !tls && !listen.ip().is_loopback() {
            return Err(
                "without --tls anyone on the network path can read the tokens: set LISTEN to a loopback address, or add --tls".into()
            );
        }
        let issuer = variable("ISSUER");
        Ok(Some(Self {
            hosts: hosts(&listen, issuer.as_deref()),
            connections: number("CONNECTIONS", 1000)?,
            connections_per_client: number("CONNECTIONS_PER_CLIENT", 32)?,
            header: Duration::from_secs(number("HEADER_SECONDS", 10)?),
            request: Duration::from_secs(number("REQUEST_SECONDS", 10)?),
            connection: Duration::from_secs(number("CONNECTION_SECONDS", 300)?),
            tls,
            store,
            data: variable("DATA").unwrap_or_else(|| "api-data".into()).into(),
            listen,
            issuer,
            algorithm: variable("ALGORITHM").as_deref().unwrap_or("ES256").parse()?,
            // After a restart the former tokens cannot be decrypted, and pages refresh them.
            cookie_keys: variable("ENCRYPT_COOKIES").map(|_| CookieKeys::generate("1")).transpose()?,
            access_lifetime: Duration::from_secs(number("ACCESS_SECONDS", 900)?),
            grace: Duration::from_secs(number("GRACE_SECONDS", 10)?),
            // All verifiers of this example's tokens read the keys directly. A service whose set is fetched by others
            // keeps the default of five minutes.
            publish_ahead: Duration::from_secs(number("PUBLISH_SECONDS", 0)?),
            logins_per_minute: number("LOGINS_PER_MINUTE", NonZeroU32::MIN.saturating_add(9))?,
            refreshes_per_minute: number("REFRESHES_PER_MINUTE", NonZeroU32::MIN.saturating_add(59))?,
        }))
    }
}

fn hosts(listen: &SocketAddr, issuer: Option<&str>) -> Vec<String> {
    let own = listen.ip();
    let own = if own.is_ipv6() { format!("[{own}]") } else { own.to_string() };
    let issuer: Option<Uri> = issuer.and_then(|issuer| issuer.parse().ok());
    let issuer = issuer.as_ref().and_then(Uri::host).map(str::to_owned);
    let named = variable("HOSTS").unwrap_or_default();
    let named = named.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    ["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned(), own]
        .into_iter()
        .chain(issuer)
        .chain(named)
        .collect()
}

pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn number<N: std::str::FromStr>(name: &str, default: N) -> Result<N, String> {
    match variable(name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| format!("{name} is not a number in range")),
    }
}
