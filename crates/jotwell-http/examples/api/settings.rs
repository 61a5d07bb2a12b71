//! What the environment and the command line say.

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jotwell::Algorithm;

const HELP: &str = "\
An API secured by jotwell.

  --tls              HTTPS, by a certificate for localhost that is made in the data folder
  --help             this

Environment:
  STORE              redb (in the data folder, the default), memory, or redis://host:port/db
  DATA               data folder: ./api-data
  LISTEN             address: 127.0.0.1:3000; others than loopback need --tls
  ISSUER             `iss` of the tokens: the address; several instances need one for all
  ALGORITHM          ES256; with HS256 the secret is in TOKEN_SECRET, or in the file TOKEN_SECRET_FILE
  USER_PASSWORD      of the user `user`, or else a random one
  ADMIN_PASSWORD     of the user `admin`, likewise
  ACCESS_SECONDS     life of an access token: 900
  GRACE_SECONDS      how long an exchanged refresh token may be repeated: 10
  PUBLISH_SECONDS    how long a key is published before it may sign: 300
  LOGINS_PER_MINUTE, REFRESHES_PER_MINUTE   by one address: 10 and 60
";

pub(crate) struct Settings {
    pub(crate) tls: bool,
    pub(crate) store: StoreAt,
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) issuer: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) access_lifetime: Duration,
    pub(crate) grace: Duration,
    pub(crate) publish_ahead: Duration,
    pub(crate) logins_per_minute: u32,
    pub(crate) refreshes_per_minute: u32,
}

pub(crate) enum StoreAt {
    Memory,
    Redb,
    Redis(String),
}

impl Settings {
    /// `None` where help was asked for, and given.
    pub(crate) fn read() -> Result<Option<Self>, Box<dyn Error>> {
        let mut tls = false;
        for argument in env::args().skip(1) {
            match argument.as_str() {
                "--tls" => tls = true,
                "--help" | "-h" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(format!("{other:?} is no option; --help tells which there are").into()),
            }
        }
        let store = match variable("STORE").as_deref() {
            None | Some("redb") => StoreAt::Redb,
            Some("memory") => StoreAt::Memory,
            Some(url) if url.starts_with("redis://") => StoreAt::Redis(url.to_owned()),
            // It may hold a password.
            Some(_) => return Err("STORE is neither redb, memory nor redis://…".into()),
        };
        let listen: SocketAddr = variable("LISTEN").as_deref().unwrap_or("127.0.0.1:3000").parse()?;
        if !tls && !listen.ip().is_loopback() {
            return Err(
                "without --tls everybody on the way reads the tokens: LISTEN on loopback, or --tls".into()
            );
        }
        Ok(Some(Self {
            tls,
            store,
            data: variable("DATA").unwrap_or_else(|| "api-data".into()).into(),
            listen,
            issuer: variable("ISSUER"),
            algorithm: variable("ALGORITHM").as_deref().unwrap_or("ES256").parse()?,
            access_lifetime: Duration::from_secs(number("ACCESS_SECONDS", 900)?),
            grace: Duration::from_secs(number("GRACE_SECONDS", 10)?),
            publish_ahead: Duration::from_secs(number("PUBLISH_SECONDS", 300)?),
            logins_per_minute: number("LOGINS_PER_MINUTE", 10)?,
            refreshes_per_minute: number("REFRESHES_PER_MINUTE", 60)?,
        }))
    }
}

pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn number<N: std::str::FromStr>(name: &str, default: N) -> Result<N, String> {
    match variable(name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| format!("{name} is no number that fits")),
    }
}
