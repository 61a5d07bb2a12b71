//! `jotwell ring`: keys of an issuer that change without an outage.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use jotwell::{Algorithm, JwkSet, KeyRing, KeyRingError, KeyRotationPolicy, NumericDate};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::args;
use crate::failure::{self, Failure};
use crate::keyfile::bad_key;
use crate::output::{self, Existing, Secrecy};
use crate::{input, json, time};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a ring of two new keys in a private file
    Init(InitArgs),
    /// Let the next key sign, as soon as every verifier knows it
    Rotate(RotateArgs),
    /// Write the public keys as a JWK Set
    Publish(PublishArgs),
    /// Tell which keys there are and when the ring may turn
    Status(StatusArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// File to keep the ring in
    #[arg(value_name = "FILE")]
    ring: PathBuf,
    /// Algorithm of the keys, not one with a shared secret
    #[arg(long, value_parser = args::algorithm())]
    alg: Algorithm,
    /// How long a verifier may keep a set before it fetches it again
    #[arg(long, value_name = "DURATION", value_parser = time::duration, default_value = "5m")]
    publish_ahead: Duration,
    /// Longest life of a token
    #[arg(long, value_name = "DURATION", value_parser = time::duration, default_value = "15m")]
    token_lifetime: Duration,
    /// Most leeway that a verifier gives
    #[arg(long, value_name = "DURATION", value_parser = time::duration, default_value = "1m")]
    leeway: Duration,
    /// Replace the file if it is there; its keys are lost
    #[arg(long)]
    force: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RotateArgs {
    /// File that the ring is kept in
    #[arg(value_name = "FILE")]
    ring: PathBuf,
    /// As of this moment: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    at: Option<NumericDate>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PublishArgs {
    /// File that the ring is kept in
    #[arg(value_name = "FILE")]
    ring: PathBuf,
    /// As of this moment: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    at: Option<NumericDate>,
    /// Write to this file, which may be replaced if it holds a JWK Set, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// File that the ring is kept in
    #[arg(value_name = "FILE")]
    ring: PathBuf,
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Init(args) => init(args),
        Command::Rotate(args) => rotate(args),
        Command::Publish(args) => publish(args),
        Command::Status(args) => status(args),
    }
}

fn init(args: &InitArgs) -> Result<(), Failure> {
    if args.alg.is_symmetric() {
        return Err(Failure::misuse(format!("{} has a shared secret, which cannot be published", args.alg)));
    }
    let rotation = KeyRotationPolicy {
        publish_ahead: args.publish_ahead,
        token_lifetime: args.token_lifetime,
        leeway: args.leeway,
    };
    let ring =
        KeyRing::generate(args.alg, rotation, time::now()).map_err(|error| bad_key("the ring", &error))?;
    let _lock = lock(&args.ring)?;
    keep(&ring, &args.ring, Existing::unless(args.force))
}

fn rotate(args: &RotateArgs) -> Result<(), Failure> {
    let _lock = lock(&args.ring)?;
    let (mut ring, _) = read(&args.ring)?;
    let now = args.at.unwrap_or_else(time::now);
    ring.rotate(now).map_err(|error| match &error {
        KeyRingError::TooEarly { ready_at } => {
            Failure::refused("verifiers may not know the next key yet, and the ring stays as it is")
                .hint(format!("it is ready at {}", time::render(*ready_at, now)))
        }
        _ => Failure::misuse(failure::chain(&error)),
    })?;
    keep(&ring, &args.ring, Existing::Replace)?;
    output::note("publish the ring again: verifiers have to learn the new next key");
    Ok(())
}

fn publish(args: &PublishArgs) -> Result<(), Failure> {
    let (ring, name) = read(&args.ring)?;
    let now = args.at.unwrap_or_else(time::now);
    let set = ring.published(now).and_then(|set| set.to_json()).map_err(|error| bad_key(&name, &error))?;
    let text = format!("{set}\n");
    match args.out.as_deref() {
        None => output::write(None, text.as_bytes(), Secrecy::Public, Existing::Keep),
        // Done over and over, so without --force; and a slip must not cost a private key.
        Some(out) if is_public_set(out) => {
            output::file(out, text.as_bytes(), Secrecy::Public, Existing::Replace)
        }
        Some(out) if out.symlink_metadata().is_ok() => {
            Err(Failure::misuse(format!("{} holds no JWK Set, and stays as it is", out.display()))
                .hint("choose another name, or remove it"))
        }
        Some(out) => output::file(out, text.as_bytes(), Secrecy::Public, Existing::Keep),
    }
}

/// Whether the file holds public keys that can be used, and nothing else: no ring, no private key.
fn is_public_set(path: &Path) -> bool {
    let set = std::fs::read(path).map(Zeroizing::new);
    set.is_ok_and(|text| {
        JwkSet::from_json(text.as_slice(), Algorithm::ALL).is_ok_and(|set| set.skipped().is_empty())
    })
}

fn status(args: &StatusArgs) -> Result<(), Failure> {
    let text = input::file(&args.ring)?;
    let ring = parse(&text)?;
    let now = time::now();
    let KeyRotationPolicy { publish_ahead, token_lifetime, leeway } = ring.rotation();
    let written: Written = serde_json::from_slice(&text.bytes)
        .map_err(|_| Failure::misuse(format!("{} is not a ring", text.name)))?;
    for key in &written.keys {
        let when = match (key.since, key.until) {
            (Some(since), _) => format!("published {}", time::render(since, now)),
            (None, Some(until)) if until <= now => format!("over {}", time::render(until, now)),
            (None, Some(until)) => format!("published until {}", time::render(until, now)),
            (None, None) => String::new(),
        };
        let JwkWritten { kid, alg } = &key.jwk;
        output::print(&format!(
            "{:<9} {}  {}  {when}",
            json::printable(&key.state),
            json::printable(alg),
            json::string(kid)
        ))?;
    }
    output::print(&format!("{:<9} {}", "may turn", time::render(ring.ready_at(), now)))?;
    output::print(&format!(
        "{:<9} publish ahead {} s, token lifetime {} s, leeway {} s",
        "keeps to",
        publish_ahead.as_secs(),
        token_lifetime.as_secs(),
        leeway.as_secs()
    ))
}

/// The ring as it is written, without its private numbers: states and dates are not to be had from a
/// [`KeyRing`].
#[derive(Deserialize)]
struct Written {
    keys: Vec<KeyWritten>,
}

#[derive(Deserialize)]
struct KeyWritten {
    state: String,
    since: Option<NumericDate>,
    until: Option<NumericDate>,
    jwk: JwkWritten,
}

#[derive(Deserialize)]
struct JwkWritten {
    kid: String,
    alg: String,
}

/// Held while a ring is read and written anew. A service with its keys in that file (`IssuerKeys` of jotwell-http) holds
/// the same lock: what one has read is not written over what another has put there since. None where there is no file.
fn lock(ring: &Path) -> Result<Option<File>, Failure> {
    let Ok(mut path) = fs::canonicalize(ring) else { return Ok(None) };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    path.set_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(&path).and_then(|file| file.lock().map(|()| file));
    lock.map(Some).map_err(|error| Failure::misuse(format!("{} cannot be locked: {error}", path.display())))
}

fn read(path: &Path) -> Result<(KeyRing, String), Failure> {
    let text = input::file(path)?;
    Ok((parse(&text)?, text.name))
}

fn parse(text: &input::Text) -> Result<KeyRing, Failure> {
    let ring = KeyRing::from_json(text.bytes.as_slice());
    text.warn_if_others_may_read();
    ring.map_err(|error| bad_key(&text.name, &error).hint("a ring is made with `jotwell ring init`"))
}

fn keep(ring: &KeyRing, path: &Path, existing: Existing) -> Result<(), Failure> {
    if path == Path::new("-") {
        return Err(Failure::misuse("a ring is kept in a file").hint("name one instead of `-`"));
    }
    let text = ring.to_json_with_private_members().map_err(|error| bad_key("the ring", &error))?;
    let mut text = Zeroizing::new(text.into_bytes());
    text.push(b'\n');
    output::file(path, &text, Secrecy::Private, existing)
}
