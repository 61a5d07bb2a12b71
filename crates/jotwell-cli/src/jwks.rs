//! `jotwell jwks`: JWK Sets (RFC 7517 §5).

use std::path::PathBuf;

use clap::Subcommand;
use jotwell::{Algorithm, JwkSet, SkippedKey, VerifyingKey};

use crate::args::{self, Out};
use crate::content::Content;
use crate::failure::{self, Failure, bad_key};
use crate::input::{self, Text};
use crate::json;
use crate::keyfile::{KeyFile, one_of};
use crate::output::{self, Secrecy};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the keys of a set, and those that cannot be used
    List(ListArgs),
    /// Fail if a key of a set cannot be used with these algorithms, or the set is empty
    Check(CheckArgs),
    /// Merge sets, JWKs and public keys into one set; a key without a name gets its thumbprint
    Merge(MergeArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// JWK Set; `-` is standard input
    #[arg(value_name = "FILE")]
    set: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// JWK Set; `-` is standard input
    #[arg(value_name = "FILE")]
    set: PathBuf,
    /// Algorithm that will be accepted; can be repeated
    #[arg(long, value_parser = args::algorithm(), required = true)]
    alg: Vec<Algorithm>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  jotwell jwks merge old.json new.jwk --out jwks.json
  jotwell jwks merge ec.pem rsa.pem --alg RS256 --out jwks.json")]
pub(crate) struct MergeArgs {
    /// JWK Sets, JWKs, public keys and certificates; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Algorithm of the keys that do not name theirs and fit several; can be repeated
    #[arg(long, value_parser = args::algorithm())]
    alg: Vec<Algorithm>,
    #[command(flatten)]
    out: Out,
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::List(args) => list(args),
        Command::Check(args) => check(args),
        Command::Merge(args) => merge(args),
    }
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let set = read(&input::file(&args.set)?, Algorithm::ALL)?;
    // A key without an algorithm is listed once for each that it fits.
    let mut rows: Vec<(String, Vec<Algorithm>)> = Vec::new();
    for key in set.keys() {
        let about = about(key);
        match rows.last_mut().filter(|(last, _)| *last == about) {
            Some((_, algorithms)) => algorithms.push(key.algorithm()),
            None => rows.push((about, vec![key.algorithm()])),
        }
    }
    for (about, algorithms) in rows {
        output::print(&format!("{about}, for {}", failure::either(&algorithms)))?;
    }
    for skipped in set.skipped() {
        output::print(&left_out(skipped))?;
    }
    Ok(())
}

fn check(args: &CheckArgs) -> Result<(), Failure> {
    let text = input::file(&args.set)?;
    let set = read(&text, &args.alg)?;
    for key in set.keys() {
        output::print(&format!("{}, for {}", about(key), key.algorithm()))?;
    }
    for skipped in set.skipped() {
        output::note(&left_out(skipped));
    }
    match (set.len(), set.skipped().len()) {
        (_, skipped @ 1..) => {
            Err(Failure::refused(format!("{}: {skipped} of its keys cannot be used", text.name)))
        }
        (0, 0) => Err(Failure::refused(format!("{} has no key", text.name))),
        _ => Ok(()),
    }
}

fn merge(args: &MergeArgs) -> Result<(), Failure> {
    let mut keys: Vec<VerifyingKey> = Vec::new();
    for path in &args.files {
        let text = input::file(path)?;
        let name = text.name.clone();
        for key in keys_of(text, &args.alg)? {
            let key = match key.key_id() {
                Some(_) => key,
                None => key.with_thumbprint_key_id().map_err(|error| bad_key(&name, &error))?,
            };
            // Stricter than the library, which allows keys of several algorithms to share a name.
            if let Some(twice) = key.key_id().filter(|id| keys.iter().any(|other| other.key_id() == Some(id)))
            {
                return Err(Failure::refused(format!(
                    "{name}: another key has the \"kid\" {} already",
                    json::string(twice)
                ))
                .hint("give the keys different names, or leave one out"));
            }
            keys.push(key);
        }
    }
    refuse_unused(&args.alg, &keys)?;
    let set =
        JwkSet::from_keys(keys).and_then(|set| set.to_json()).map_err(|error| bad_key("the set", &error))?;
    args.out.line(&set, Secrecy::Public)
}

fn keys_of(text: Text, list: &[Algorithm]) -> Result<Vec<VerifyingKey>, Failure> {
    if JwkSet::from_json(text.bytes.as_slice(), &[]).is_err() {
        let key = KeyFile::read(&text, None)?;
        return Ok(vec![key.public(key.algorithm_among(list)?)?]);
    }
    let set = read(&text, Algorithm::ALL)?;
    if let Some(skipped) = set.skipped().first() {
        return Err(Failure::misuse(format!("{}: {}", text.name, left_out(skipped))));
    }
    let same_key = set.keys().chunk_by(|one, other| about(one) == about(other));
    same_key.filter_map(|keys| keys_for(keys, list, &text.name).transpose()).collect()
}

/// Selects the entry for the intended algorithm from those of one key.
fn keys_for(keys: &[VerifyingKey], list: &[Algorithm], name: &str) -> Result<Option<VerifyingKey>, Failure> {
    let fitting: Vec<_> = keys.iter().map(VerifyingKey::algorithm).collect();
    let algorithm = one_of(&fitting, list, &format!("a key of {name}"))?;
    Ok(keys.iter().find(|key| key.algorithm() == algorithm).cloned())
}

/// Rejects a list of algorithms if no key is for one of them, since that is probably a mistake.
fn refuse_unused(list: &[Algorithm], keys: &[VerifyingKey]) -> Result<(), Failure> {
    let unused = |algorithm: &&Algorithm| !keys.iter().any(|key| key.algorithm() == **algorithm);
    match list.iter().find(unused) {
        Some(algorithm) => Err(Failure::misuse(format!("no key is for {algorithm}, which --alg names"))
            .hint("keys that say their algorithm, or fit only one, do not need --alg")),
        None => Ok(()),
    }
}

/// Reads a set. Names other kinds of content that this program knows.
pub(crate) fn read(text: &Text, algorithms: &[Algorithm]) -> Result<JwkSet, Failure> {
    let set = JwkSet::from_json(text.bytes.as_slice(), algorithms);
    // The keys of a ring are objects in `keys`, which a set skips.
    match (Content::of(&text.bytes), set) {
        (Some(Content::JwkSet) | None, set) => set.map_err(|error| bad_key(&text.name, &error)),
        (Some(content), _) => Err(content.misplaced(&text.name, "a JWK Set")),
    }
}

/// Describes a key without its algorithm.
fn about(key: &VerifyingKey) -> String {
    let jwk = key.to_jwk();
    let thumbprint = jwk.thumbprint().unwrap_or_default();
    format!("{}: {}, thumbprint {thumbprint}", name(key.key_id()), jwk.key_type())
}

fn left_out(skipped: &SkippedKey) -> String {
    format!(
        "{}: left out, number {} of the set: {}",
        name(skipped.key_id.as_deref()),
        skipped.index.saturating_add(1),
        failure::chain(&skipped.reason)
    )
}

fn name(key_id: Option<&str>) -> String {
    key_id.map_or("no kid".to_owned(), |id| format!("kid {}", json::string(id)))
}
