//! `jotwell sign`: a token.

use std::path::PathBuf;
use std::time::Duration;

use jotwell::{Algorithm, Claims, Header, NumericDate, RegisteredClaim, SignError};
use serde_json::value::RawValue;

use crate::args::{self, KeyOption};
use crate::failure::{self, Failure};
use crate::keyfile::KeyFile;
use crate::{input, json, output, time};

const LIFETIME: Duration = Duration::from_secs(15 * 60);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    key: KeyOption,
    /// Algorithm that the key is for; needed where the key does not say it
    #[arg(long, value_parser = args::algorithm())]
    alg: Option<Algorithm>,
    /// Name of the key in the header, instead of the key's own
    #[arg(long, value_name = "ID")]
    kid: Option<String>,
    /// Media type of the token, such as at+jwt
    #[arg(long, value_name = "TYPE", default_value = "JWT")]
    typ: String,
    /// Who issues the token
    #[arg(long, value_name = "ISSUER")]
    iss: Option<String>,
    /// Whom the token is about
    #[arg(long, value_name = "SUBJECT")]
    sub: Option<String>,
    /// Whom the token is meant for; can be repeated
    #[arg(long, value_name = "AUDIENCE")]
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
    /// Name of the token
    #[arg(long, value_name = "ID")]
    jti: Option<String>,
    /// JSON object with further claims; `-` is standard input
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let key = KeyFile::read(&args.key.read()?)?;
    let key = key.signing(key.algorithm(args.alg)?)?;
    let claims = claims(args, time::now())?;
    let header = Header::for_key(&key).with_typ(args.typ.as_str());
    let header = match &args.kid {
        Some(kid) => header.with_key_id(kid.as_str()),
        None => header,
    };
    output::print(&claims.sign_with(&key, &header).map_err(|error| refuse(&error))?)
}

fn claims(args: &Args, now: NumericDate) -> Result<Claims<Box<RawValue>>, Failure> {
    let (private, there) = match &args.claims {
        Some(path) => private(&input::file(path)?)?,
        None => (raw("{}")?, serde_json::Map::new()),
    };
    let has = |claim: RegisteredClaim| there.contains_key(claim.name());
    if args.no_expiry && has(RegisteredClaim::ExpirationTime) {
        return Err(Failure::misuse("--no-expiry is given, and the claims have an \"exp\"")
            .hint("drop one of the two"));
    }
    let mut claims = Claims::new(private);
    claims.issuer = args.iss.clone();
    claims.subject = args.sub.clone();
    claims.audience.0 = args.aud.clone();
    claims.not_before = args.not_before;
    claims.jwt_id = args.jti.clone();
    // Defaults give way to the file; options do not, and the library refuses a claim from both.
    if !has(RegisteredClaim::IssuedAt) {
        claims.issued_at = Some(now);
    }
    claims.expires_at = match args.expires_in {
        Some(lifetime) => Some(now.saturating_add(lifetime)),
        None if args.no_expiry || has(RegisteredClaim::ExpirationTime) => None,
        None => Some(now.saturating_add(LIFETIME)),
    };
    Ok(claims)
}

/// The claims as they were written, which the library reads strictly, and which ones they are.
fn private(
    text: &input::Text,
) -> Result<(Box<RawValue>, serde_json::Map<String, serde_json::Value>), Failure> {
    let wrong = || Failure::misuse(format!("{} is not one JSON object", text.name));
    let json = text.trimmed().ok_or_else(wrong)?;
    let there = serde_json::from_str(json)
        .map_err(|error| wrong().hint(format!("line {}, column {}", error.line(), error.column())))?;
    Ok((raw(&json::compact(json))?, there))
}

fn raw(json: &str) -> Result<Box<RawValue>, Failure> {
    RawValue::from_string(json.to_owned()).map_err(|_| Failure::misuse("the claims are not JSON"))
}

fn refuse(error: &SignError) -> Failure {
    let failure = Failure::misuse(failure::chain(error));
    match error {
        SignError::DuplicateMember { .. } => {
            failure.hint("a claim is in the file twice, or in the file and given as an option")
        }
        _ => failure,
    }
}
