//! A complete secured API: logins, roles and scopes, sessions that are refreshed and end, key rotation.
//!
//! ```sh
//! cargo run --example api            # HTTP on loopback; keeps its keys and sessions in ./api-data
//! cargo run --example api -- --tls   # HTTPS, with a self-signed certificate
//! cargo run --example api -- --help
//! ```

#![forbid(unsafe_code)]

mod api;
mod connections;
mod guard;
mod page;
mod password;
mod requests;
mod serve;
mod settings;
mod tls;
mod users;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use connections::Connections;
use guard::{Guard, guarded};
use jotwell::{Clock, KeyRotationPolicy, SigningKey, SystemClock};
use jotwell_http::store::{MemoryStore, RedbStore, RedisOptions, RedisStore, Store};
use jotwell_http::{IssuerKeys, Sessions, secret_from_env};
use serve::{Times, serve};
use settings::{Settings, StoreAt};
use tokio::net::TcpListener;
use users::Users;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO).init();
    let Some(settings) = Settings::read()? else { return Ok(()) };
    make_private_folder(&settings.data)?;

    let store = open_store(&settings).await?;
    let keys = open_keys(&settings)?;
    let users = Users::seed()?;
    let listener = TcpListener::bind(settings.listen).await?;
    let address = listener.local_addr()?;
    let scheme = if settings.tls { "https" } else { "http" };
    let issuer = settings.issuer.clone().unwrap_or_else(|| format!("{scheme}://{address}"));

    let sessions = Sessions::new(
        store.clone(),
        keys,
        jotwell_http::IssuerId::new(&issuer),
        jotwell_http::AudienceId::new("orders-api"),
    )
    .access_lifetime(settings.access_lifetime)
    .grace(settings.grace);
    let router = api::router(sessions, users.clone(), &settings);
    let hosts = settings.hosts.clone();
    let router = guarded(router, Guard { hosts, request: settings.request, tls: settings.tls });
    let tls = if settings.tls { Some(tls::config(&settings.data)?) } else { None };

    tokio::spawn(purge(store));
    requests::print(&format!("{scheme}://{address}"), settings.tls, &users);
    let connections = Connections::new(settings.connections, settings.connections_per_client);
    let times = Times { header: settings.header, connection: settings.connection };
    serve(listener, tls, router, connections, times, stopped()).await;
    Ok(())
}

async fn stopped() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Creates the folder with access for its owner only: it holds private keys.
fn make_private_folder(path: &Path) -> std::io::Result<()> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path)
}

async fn open_store(settings: &Settings) -> Result<Arc<dyn Store>, Box<dyn Error>> {
    Ok(match &settings.store {
        StoreAt::Memory => Arc::new(MemoryStore::new()),
        StoreAt::Redb => Arc::new(RedbStore::open(settings.data.join("sessions.redb"))?),
        StoreAt::Redis(url) => Arc::new(RedisStore::connect(url, RedisOptions::new()).await?),
    })
}

/// Opens the key ring in the data folder. For an algorithm with a shared secret, reads the secret from the
/// environment.
fn open_keys(settings: &Settings) -> Result<IssuerKeys, Box<dyn Error>> {
    if settings.algorithm.is_symmetric() {
        let secret = secret_from_env("TOKEN_SECRET")?;
        return Ok(IssuerKeys::single(SigningKey::hmac(settings.algorithm, secret)?.with_key_id("shared"))?);
    }
    let rotation = KeyRotationPolicy::new()
        .publish_ahead(settings.publish_ahead)
        .token_lifetime(settings.access_lifetime)
        .leeway(Duration::from_secs(60));
    Ok(IssuerKeys::open(settings.data.join("keys.json"), settings.algorithm, rotation)?)
}

/// Removes expired entries once an hour.
async fn purge(store: Arc<dyn Store>) {
    let mut hours = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hours.tick().await;
        match store.purge(SystemClock.now().into()).await {
            Ok(gone) => tracing::info!(gone, "the store was cleaned up"),
            Err(error) => tracing::error!(%error, "the store could not be cleaned up"),
        }
    }
}
