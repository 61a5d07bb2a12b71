//! `jotwell verify`: a token, and why it is refused.

mod render;

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgGroup;
use jotwell::{
    Algorithm, Audience, Expiry, Header, Issuer, JwkSet, KeySource, NoClaims, NumericDate, Validator,
    VerifyError, VerifyingKey,
};

use crate::args::{self, TokenArgument};
use crate::failure::{self, Failure};
use crate::keyfile::{KeyFile, bad_key};
use crate::{input, json, output, time};

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("keys").required(true))]
#[command(group = ArgGroup::new("issuers").required(true))]
#[command(group = ArgGroup::new("audiences").required(true))]
pub(crate) struct Args {
    #[command(flatten)]
    token: TokenArgument,
    /// Key in PEM, DER or JWK, detected by its content; `-` is standard input
    #[arg(long, value_name = "FILE", group = "keys")]
    key: Option<PathBuf>,
    /// Environment variable that holds the key
    #[arg(long, value_name = "NAME", group = "keys")]
    key_env: Option<OsString>,
    /// JWK Set out of which the token chooses by its `kid`; `-` is standard input
    #[arg(long, value_name = "FILE", group = "keys")]
    jwks: Option<PathBuf>,
    /// Algorithm that is accepted; can be repeated for a JWK Set
    #[arg(long, value_parser = args::algorithm())]
    alg: Vec<Algorithm>,
    /// Who must have issued the token
    #[arg(long, group = "issuers")]
    issuer: Option<String>,
    /// Accept tokens of whatever issuer
    #[arg(long, group = "issuers")]
    dangerous_any_issuer: bool,
    /// Whom the token must be meant for
    #[arg(long, group = "audiences")]
    audience: Option<String>,
    /// Accept tokens that are meant for others
    #[arg(long, group = "audiences")]
    dangerous_any_audience: bool,
    /// Accept tokens that have expired, or never do
    #[arg(long)]
    dangerous_ignore_expiry: bool,
    /// Whom the token must be about
    #[arg(long)]
    subject: Option<String>,
    /// Media type that the token must have, such as at+jwt [default: JWT, or none]
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// How far clocks may differ, at most 10m
    #[arg(long, value_name = "DURATION", value_parser = leeway, default_value = "0")]
    leeway: Duration,
    /// How long ago the token may have been issued
    #[arg(long, value_name = "DURATION", value_parser = time::duration)]
    max_age: Option<Duration>,
    /// Claim that the token must have; can be repeated
    #[arg(long, value_name = "CLAIM")]
    require: Vec<String>,
    /// Verify as of this moment: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    at: Option<NumericDate>,
    /// Tell every step on standard error
    #[arg(long)]
    explain: bool,
    /// Answer in JSON, also where the token is refused
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let keys = keys(args)?;
    let token = args.token.read()?;
    let now = args.at.unwrap_or_else(time::now);
    let validator = validator(args, keys, now);

    let mut payload = Vec::new();
    let verified =
        validator.verify_in::<NoClaims>(&token, &mut payload).map(|verified| verified.header().to_json());
    let explanation = args.explain.then(|| validator.explain(&token));
    if let Some(explanation) = &explanation {
        render::on_stderr(explanation, now);
    }
    match verified {
        Ok(header) => {
            // Verified, so it is UTF-8.
            let claims = String::from_utf8_lossy(&payload);
            let answer = match args.json {
                false => claims.into_owned(),
                true => format!(
                    "{{\"valid\":true,\"header\":{header},\"claims\":{claims}{}}}",
                    render::as_json(explanation.as_ref())
                ),
            };
            output::print(&json::indent(&answer))
        }
        Err(error) => {
            let reason = failure::reason(&error);
            if args.json {
                let reason = json::string(&reason);
                let steps = render::as_json(explanation.as_ref());
                output::print(&json::indent(&format!("{{\"valid\":false,\"reason\":{reason}{steps}}}")))?;
            }
            let failure = Failure::refused(reason);
            Err(if args.explain { failure } else { failure.hint("--explain shows every step") })
        }
    }
}

fn validator(args: &Args, keys: Keys, now: NumericDate) -> Validator<Keys> {
    let issuer = args.issuer.as_deref().map_or_else(Issuer::unchecked, Issuer::is);
    let audience = args.audience.as_deref().map_or_else(Audience::unchecked, Audience::is);
    let mut validator = Validator::with_clock(keys, issuer, audience, now).leeway(args.leeway);
    if args.dangerous_ignore_expiry {
        validator = validator.expiry(Expiry::Unchecked);
    }
    if let Some(typ) = &args.typ {
        validator = validator.typ(typ.as_str());
    }
    if let Some(subject) = &args.subject {
        validator = validator.subject(subject.as_str());
    }
    if let Some(max_age) = args.max_age {
        validator = validator.max_age(max_age);
    }
    args.require.iter().cloned().fold(validator, Validator::require)
}

/// One key, or a set.
enum Keys {
    One(VerifyingKey),
    Set(JwkSet),
}

impl KeySource for Keys {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        match self {
            Self::One(key) => key.key_for(header),
            Self::Set(set) => set.key_for(header),
        }
    }
}

fn keys(args: &Args) -> Result<Keys, Failure> {
    if let Some(path) = &args.jwks {
        return set(&input::file(path)?, &args.alg).map(Keys::Set);
    }
    let asked = match args.alg.as_slice() {
        [] => None,
        [one] => Some(*one),
        _ => return Err(Failure::misuse("a key is for one algorithm; --alg is given several times")),
    };
    let key = KeyFile::read(&args::either(args.key.as_ref(), args.key_env.as_ref())?)?;
    key.verifying(key.algorithm(asked)?).map(Keys::One)
}

fn set(text: &input::Text, algorithms: &[Algorithm]) -> Result<JwkSet, Failure> {
    let read = |algorithms| {
        JwkSet::from_json(text.bytes.as_slice(), algorithms).map_err(|error| bad_key(&text.name, &error))
    };
    if algorithms.is_empty() {
        let set = read(Algorithm::ALL)?;
        let fits = |one: &&Algorithm| set.keys().iter().any(|key| key.algorithm() == **one);
        let fitting: Vec<_> = Algorithm::ALL.iter().filter(fits).collect();
        return Err(Failure::misuse("which algorithms are accepted is not for the set to say")
            .hint(format!("give --alg once for each; keys in the set fit {}", failure::either(&fitting))));
    }
    let set = read(algorithms)?;
    if set.is_empty() {
        return Err(Failure::misuse(format!("{} has no key for {}", text.name, failure::either(algorithms)))
            .hint("jotwell jwks check says why"));
    }
    Ok(set)
}

/// The library makes a longer leeway shorter without a word; at a command line, say so.
fn leeway(text: &str) -> Result<Duration, &'static str> {
    match time::duration(text)? {
        leeway if leeway <= jotwell::MAX_LEEWAY => Ok(leeway),
        _ => Err("clocks that differ by more than 10m are broken"),
    }
}
