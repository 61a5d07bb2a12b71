//! `jotwell sign`: issues a token.

use std::path::PathBuf;
use std::time::Duration;

use jotwell::{Claims, NumericDate, RegisteredClaim, SignError};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::args::{KEY_SOURCE, Out, SigningOptions};
use crate::failure::{self, Failure};
use crate::output::Secrecy;
use crate::{input, json, ring, time};

const LIFETIME: Duration = Duration::from_secs(15 * 60);

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  jotwell sign --key private.jwk --iss https://auth.example --aud orders-api --sub user-42
  jotwell sign --key private.pem --claim role=admin --claim level=3 --expires-in 1h --out token
  jotwell sign --ring ring.json --iss https://auth.example --aud orders-api")]
pub(crate) struct Args {
    #[command(flatten)]
    signing: SigningOptions,
    /// Ring whose active key signs, for at most as long as the ring allows
    #[arg(long, value_name = "FILE", group = KEY_SOURCE, conflicts_with_all = ["alg", "secret_encoding"])]
    ring: Option<PathBuf>,
    /// Accept a ring that every user of the machine can read, such as a secret that is mounted into a container
    #[arg(long, requires = "ring")]
    allow_world_readable: bool,
    /// Media type of the token, such as at+jwt
    #[arg(long, value_name = "TYPE", default_value = "JWT")]
    typ: String,
    /// Who issues the token
    #[arg(long, visible_alias = "issuer", value_name = "ISSUER")]
    iss: Option<String>,
    /// Whom the token is about
    #[arg(long, visible_alias = "subject", value_name = "SUBJECT")]
    sub: Option<String>,
    /// Whom the token is meant for; can be repeated
    #[arg(long, visible_alias = "audience", value_name = "AUDIENCE")]
    aud: Vec<String>,
    /// How long the token is valid, such as 30s, 15m, 1h [default: 15m]
    #[arg(long, value_name = "DURATION", value_parser = time::duration)]
    expires_in: Option<Duration>,
    /// The token never expires
    #[arg(long, conflicts_with = "expires_in")]
    no_expiry: bool,
    /// When the token begins to be valid: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    not_before: Option<NumericDate>,
    /// Identifier of the token
    #[arg(long, value_name = "ID")]
    jti: Option<String>,
    /// Further claim, such as role=admin, level=3 or 'roles=["a","b"]': JSON, or else text; can be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = claim)]
    claim: Vec<Claim>,
    /// JSON object with further claims; `-` is standard input
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    #[command(flatten)]
    out: Out,
}

/// A claim as an option: its member of the JSON object.
#[derive(Clone, Debug)]
struct Claim(String);

/// Parses a value as JSON if possible. A value that begins like an object, an array or a string but is malformed is an
/// error, not text.
fn claim(text: &str) -> Result<Claim, &'static str> {
    let (name, value) =
        text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or("write NAME=VALUE")?;
    let value = match value {
        json if json::is_json(json) => json.to_owned(),
        broken if broken.starts_with(['{', '[', '"']) => {
            return Err(
                "the value is not JSON, and begins like it; text as a JSON string has quotes around it",
            );
        }
        text => json::string(text),
    };
    Ok(Claim(format!("{}:{value}", json::string(name))))
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let now = time::now();
    let (key, longest) = match &args.ring {
        Some(path) => {
            let ring = ring::read(path, args.allow_world_readable)?;
            (ring.signing_key().clone(), Some(ring.rotation().token_lifetime))
        }
        None => (args.signing.key()?, None),
    };
    let claims = claims(args, now, longest)?;
    let header = args.signing.header(&key).with_typ(args.typ.as_str());
    args.out.line(&claims.sign_with(&key, &header).map_err(|error| refuse(&error))?, Secrecy::Private)
}

fn claims(
    args: &Args,
    now: NumericDate,
    longest: Option<Duration>,
) -> Result<Claims<Box<RawValue>>, Failure> {
    let (custom, there) = custom(args)?;
    let has = |claim: RegisteredClaim| there.contains_key(claim.name());
    if args.no_expiry && has(RegisteredClaim::ExpirationTime) {
        return Err(Failure::misuse("--no-expiry is given, and the claims have an \"exp\"")
            .hint("drop one of the two"));
    }
    let mut claims = Claims::new(custom);
    claims.issuer = args.iss.clone();
    claims.subject = args.sub.clone();
    claims.audience.0 = args.aud.clone();
    claims.not_before = args.not_before;
    claims.jwt_id = args.jti.clone();
    // Other claims override defaults. Options do not: the library rejects a claim from both.
    if !has(RegisteredClaim::IssuedAt) {
        claims.issued_at = Some(now);
    }
    claims.expires_at = match args.expires_in {
        Some(lifetime) => Some(now.saturating_add(lifetime)),
        None if args.no_expiry || has(RegisteredClaim::ExpirationTime) => None,
        None => Some(now.saturating_add(longest.map_or(LIFETIME, |longest| longest.min(LIFETIME)))),
    };
    if let Some(longest) = longest {
        let end = now.saturating_add(longest);
        let expires_at = match there.get(RegisteredClaim::ExpirationTime.name()) {
            Some(date) => date.as_f64(),
            None => claims.expires_at.map(|date| date.as_secs() as f64),
        };
        // Later, verifiers may not have the key any more.
        if !expires_at.is_some_and(|date| date <= end.as_secs() as f64) {
            let longest = longest.as_secs();
            return Err(Failure::misuse(format!("tokens of this ring live for {longest} s at most")).hint(
                format!(
                    "give --expires-in {longest}s or less, or make a ring with a longer --token-lifetime"
                ),
            ));
        }
    }
    Ok(claims)
}

/// Returns the claims of file and options verbatim, which the library reads strictly, and their parsed form.
fn custom(args: &Args) -> Result<(Box<RawValue>, Map<String, Value>), Failure> {
    let mut members: Vec<String> = Vec::new();
    if let Some(path) = &args.claims {
        let text = input::file(path)?;
        let wrong = || Failure::misuse(format!("{} is not one JSON object", text.name));
        let json = text.trimmed().ok_or_else(wrong)?;
        serde_json::from_str::<Map<String, Value>>(json)
            .map_err(|error| wrong().hint(format!("line {}, column {}", error.line(), error.column())))?;
        let inside = json::compact(json);
        members.extend(
            inside.get(1..inside.len().saturating_sub(1)).filter(|text| !text.is_empty()).map(Into::into),
        );
    }
    members.extend(args.claim.iter().map(|Claim(member)| member.clone()));
    let json = format!("{{{}}}", members.join(","));
    // The library rejects duplicate members.
    let there = serde_json::from_str(&json).map_err(|_| Failure::misuse("the claims are not JSON"))?;
    Ok((raw(&json)?, there))
}

fn raw(json: &str) -> Result<Box<RawValue>, Failure> {
    RawValue::from_string(json.to_owned()).map_err(|_| Failure::misuse("the claims are not JSON"))
}

fn refuse(error: &SignError) -> Failure {
    let failure = Failure::misuse(failure::chain(error));
    match error {
        SignError::DuplicateMember { .. } => failure
            .hint("a claim is in the file twice, given by two options, or in the file and by an option"),
        _ => failure,
    }
}
