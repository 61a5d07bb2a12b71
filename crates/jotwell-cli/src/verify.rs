//! `jotwell verify`: verifies a token, or explains why it is rejected.

mod render;

use std::time::Duration;

use clap::ArgGroup;
use jotwell::jws::DynKeySource;
use jotwell::{Audience, Expiry, Issuer, NoClaims, NumericDate, Validator, VerifyError};

use crate::args::{MaxLength, TokenArgument};
use crate::failure::{self, Failure};
use crate::keys::{Keys, KeysOptions};
use crate::{json, output, time};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  jotwell verify token --key public.jwk --iss https://auth.example --aud orders-api
  jotwell verify token --jwks jwks.json --alg ES256 --iss https://auth.example --aud orders-api --explain
  jotwell verify --jwks https://auth.example/jwks.json --iss https://auth.example --aud orders-api")]
#[command(group = ArgGroup::new("issuers").required(true))]
#[command(group = ArgGroup::new("audiences").required(true))]
pub(crate) struct Args {
    #[command(flatten)]
    token: TokenArgument,
    #[command(flatten)]
    keys: KeysOptions,
    /// Required issuer of the token
    #[arg(long, visible_alias = "iss", group = "issuers")]
    issuer: Option<String>,
    /// Accept tokens from any issuer
    #[arg(long, group = "issuers")]
    dangerous_any_issuer: bool,
    /// Required audience of the token; if repeated, one of these
    #[arg(long, visible_alias = "aud", group = "audiences")]
    audience: Vec<String>,
    /// Accept tokens for any audience
    #[arg(long, group = "audiences")]
    dangerous_any_audience: bool,
    /// Accept tokens that have expired, or never do
    #[arg(long)]
    dangerous_ignore_expiry: bool,
    /// Required subject of the token
    #[arg(long, visible_alias = "sub")]
    subject: Option<String>,
    /// Media type that the token must have, such as at+jwt [default: JWT, or none]
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// How much clocks may differ, at most 10m
    #[arg(long, value_name = "DURATION", value_parser = leeway, default_value = "0")]
    leeway: Duration,
    /// Greatest age of the token
    #[arg(long, value_name = "DURATION", value_parser = time::duration)]
    max_age: Option<Duration>,
    /// Claim that the token must have; can be repeated
    #[arg(long, value_name = "CLAIM")]
    require: Vec<String>,
    /// Verify as of this time: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    at: Option<NumericDate>,
    #[command(flatten)]
    max_length: MaxLength,
    /// Show every step on standard error
    #[arg(long)]
    explain: bool,
    /// Print JSON, even if the token is rejected
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let keys = args.keys.read()?;
    let token = args.token.read_compact()?;
    let now = args.at.unwrap_or_else(time::now);
    let validator = validator(args, &keys, now);

    let mut payload = Vec::new();
    let verified =
        validator.verify_in::<NoClaims>(&token, &mut payload).map(|verified| verified.header().to_json());
    let explanation = args.explain.then(|| validator.explain(&token));
    if let Some(explanation) = &explanation {
        render::on_stderr(explanation, now);
    }
    match verified {
        Ok(header) => {
            // Verified claims are UTF-8.
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
            let failure = match (keys.refuse(&error, &token), error) {
                (failure, VerifyError::SegmentCount { found: 5 }) => {
                    failure.hint("it is encrypted: jotwell decrypt")
                }
                (failure, _) => failure,
            };
            Err(if args.explain { failure } else { failure.hint("--explain shows every step") })
        }
    }
}

fn validator<'a>(args: &Args, keys: &'a Keys, now: NumericDate) -> Validator<&'a DynKeySource> {
    let issuer = args.issuer.as_deref().map_or_else(Issuer::unchecked, Issuer::is);
    let audience = match args.dangerous_any_audience {
        true => Audience::unchecked(),
        false => Audience::any_of(args.audience.iter().map(String::as_str)),
    };
    let mut validator = Validator::with_clock(&keys.source, issuer, audience, now)
        .leeway(args.leeway)
        .max_length(args.max_length.max_length);
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

/// The library silently caps a longer leeway; a command should report it.
fn leeway(text: &str) -> Result<Duration, &'static str> {
    match time::duration(text)? {
        leeway if leeway <= jotwell::MAX_LEEWAY => Ok(leeway),
        _ => Err("clocks that differ by more than 10m are broken"),
    }
}
