//! `jotwell ring`: an issuer's keys, and their rotation without an outage.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use jotwell::private_file::PrivateFileError;
use jotwell::{
    Algorithm, JwkSet, KeyRing, KeyRingError, KeyRingFile, KeyRingFileError, KeyRotationPolicy, KeyState,
    NumericDate,
};
use zeroize::Zeroizing;

use crate::args;
use crate::content::Content;
use crate::failure::{self, Failure, bad_key};
use crate::output::{self, Existing, Secrecy};
use crate::{input, json, time};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a ring of two new keys in a private file
    Init(InitArgs),
    /// Rotate the keys: the next key signs, once every verifier knows it
    Rotate(RotateArgs),
    /// Write the public keys as a JWK Set
    Publish(PublishArgs),
    /// Show the keys, and when they can be rotated
    Status(StatusArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// File for the ring
    #[arg(value_name = "FILE")]
    ring: PathBuf,
    /// Algorithm of the keys, not one with a shared secret
    #[arg(long, value_parser = args::algorithm())]
    alg: Algorithm,
    /// How long a verifier may keep a set before it fetches it again
    #[arg(long, value_name = "DURATION", value_parser = time::duration, default_value = "5m")]
    publish_ahead: Duration,
    /// Longest lifetime of a token
    #[arg(long, value_name = "DURATION", value_parser = time::duration, default_value = "15m")]
    token_lifetime: Duration,
    /// Largest leeway that a verifier allows
    #[arg(long, value_name = "DURATION", value_parser = time::duration, default_value = "1m")]
    leeway: Duration,
    /// Replace the file if it exists; its keys are lost
    #[arg(long)]
    force: bool,
}

/// An existing ring.
#[derive(Debug, clap::Args)]
struct RingArgument {
    /// File that holds the ring
    #[arg(value_name = "FILE")]
    ring: PathBuf,
    /// Accept a file that every user of the machine can read, such as a secret that is mounted into a container
    #[arg(long)]
    allow_world_readable: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    file: RingArgument,
    /// As of this time: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    at: Option<NumericDate>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PublishArgs {
    #[command(flatten)]
    file: RingArgument,
    /// As of this time: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    at: Option<NumericDate>,
    /// Write to this file, which may be replaced if it holds a JWK Set, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    file: RingArgument,
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
    let rotation = KeyRotationPolicy::new()
        .publish_ahead(args.publish_ahead)
        .token_lifetime(args.token_lifetime)
        .leeway(args.leeway);
    if args.ring == Path::new("-") {
        return Err(Failure::misuse("a ring is kept in a file").hint("name one instead of `-`"));
    }
    let ring =
        KeyRing::generate(args.alg, rotation, time::now()).map_err(|error| bad_key("the ring", &error))?;
    let file = KeyRingFile::new(&args.ring);
    let written = if args.force { file.replace(&ring) } else { file.create(&ring) };
    written.map(drop).map_err(|error| bad_file(&error))
}

fn rotate(args: &RotateArgs) -> Result<(), Failure> {
    let now = args.at.unwrap_or_else(time::now);
    args.file.file().rotate(now).map_err(|error| match &error {
        KeyRingFileError::Rotation(KeyRingError::TooEarly { ready_at }) => {
            Failure::refused("verifiers may not know the next key yet, and the ring is unchanged")
                .hint(format!("it is ready at {}", time::render(*ready_at, now)))
        }
        _ => refuse(&args.file.ring, &error),
    })?;
    output::note("publish the ring again: verifiers have to fetch the new next key");
    Ok(())
}

fn publish(args: &PublishArgs) -> Result<(), Failure> {
    let ring = args.file.read()?;
    let now = args.at.unwrap_or_else(time::now);
    let set = ring.published(now).and_then(|set| set.to_json());
    let set = set.map_err(|error| bad_key(&args.file.ring.display().to_string(), &error))?;
    let text = format!("{set}\n");
    match args.out.as_deref() {
        None => output::bytes(text.as_bytes()),
        // It is published repeatedly, so without --force; but a mistake must not cost a private key.
        Some(out) if is_public_set(out) => {
            output::file(out, text.as_bytes(), Secrecy::Public, Existing::Replace)
        }
        Some(out) if out.symlink_metadata().is_ok() => {
            Err(Failure::misuse(format!("{} is not a JWK Set, and was not changed", out.display()))
                .hint("choose another name, or remove it"))
        }
        Some(out) => output::file(out, text.as_bytes(), Secrecy::Public, Existing::Keep),
    }
}

/// Returns whether the file contains only usable public keys, and is neither a ring nor a private key.
fn is_public_set(path: &Path) -> bool {
    let set = std::fs::read(path).map(Zeroizing::new);
    set.is_ok_and(|text| {
        JwkSet::from_json(text.as_slice(), Algorithm::ALL).is_ok_and(|set| set.skipped().is_empty())
    })
}

fn status(args: &StatusArgs) -> Result<(), Failure> {
    let ring = args.file.read()?;
    let now = time::now();
    let KeyRotationPolicy { publish_ahead, token_lifetime, leeway, .. } = ring.rotation();
    for (key, state) in ring.keys() {
        let (state, when) = match state {
            KeyState::Next { published_at } => {
                ("next", format!("published {}", time::render(published_at, now)))
            }
            KeyState::Active { published_at } => {
                ("active", format!("published {}", time::render(published_at, now)))
            }
            KeyState::Retiring { published_until } if published_until <= now => {
                ("retiring", format!("over {}", time::render(published_until, now)))
            }
            KeyState::Retiring { published_until } => {
                ("retiring", format!("published until {}", time::render(published_until, now)))
            }
            _ => ("unknown", String::new()),
        };
        let kid = json::string(key.key_id().unwrap_or_default());
        output::print(&format!("{state:<9} {}  {kid}  {when}", key.algorithm()))?;
    }
    output::print(&format!("{:<9} {}", "ready", time::render(ring.ready_at(), now)))?;
    output::print(&format!(
        "{:<9} publish ahead {} s, token lifetime {} s, leeway {} s",
        "policy",
        publish_ahead.as_secs(),
        token_lifetime.as_secs(),
        leeway.as_secs()
    ))
}

impl RingArgument {
    fn file(&self) -> KeyRingFile {
        file(&self.ring, self.allow_world_readable)
    }

    fn read(&self) -> Result<KeyRing, Failure> {
        read(&self.ring, self.allow_world_readable)
    }
}

fn file(path: &Path, allow_world_readable: bool) -> KeyRingFile {
    let file = KeyRingFile::new(path);
    if allow_world_readable { file.allow_world_readable() } else { file }
}

/// Reads a ring; `-` is standard input. Names other kinds of content that this program knows.
pub(crate) fn read(path: &Path, allow_world_readable: bool) -> Result<KeyRing, Failure> {
    if path != Path::new("-") {
        let ring = file(path, allow_world_readable).load();
        return ring.map(|(ring, _)| ring).map_err(|error| refuse(path, &error));
    }
    let text = input::file(path)?;
    KeyRing::from_json(text.bytes.as_slice())
        .map_err(|error| misplaced(&text).unwrap_or_else(|| bad_key(&text.name, &error).hint(MAKE_ONE)))
}

/// The kind of the file is reported first: if it is not a ring, its mode does not matter.
fn refuse(path: &Path, error: &KeyRingFileError) -> Failure {
    input::file(path).ok().and_then(|text| misplaced(&text)).unwrap_or_else(|| bad_file(error))
}

fn misplaced(text: &input::Text) -> Option<Failure> {
    let content = Content::of(&text.bytes).filter(|content| *content != Content::KeyRing)?;
    Some(content.misplaced(&text.name, "a key ring").hint(MAKE_ONE))
}

const MAKE_ONE: &str = "create a ring with `jotwell ring init`";

fn bad_file(error: &KeyRingFileError) -> Failure {
    let failure = Failure::misuse(failure::chain(error));
    match error {
        KeyRingFileError::AlreadyExists { .. } => failure.hint("--force replaces it; its keys are lost"),
        KeyRingFileError::NotAKeyRing { .. } => failure.hint(MAKE_ONE),
        KeyRingFileError::File(PrivateFileError::WorldReadable { .. }) => {
            failure.hint("here it is allowed with --allow-world-readable")
        }
        _ => failure,
    }
}
