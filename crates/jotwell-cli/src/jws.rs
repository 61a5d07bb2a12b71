//! `jotwell jws`: signatures over any bytes, in compact form or in JSON, with attached or detached payload.

use std::path::PathBuf;

use clap::Subcommand;
use jotwell::jws::{JsonJws, Verifier};
use jotwell::{Header, UnsignedToken, VerifyError};
use serde_json::{Map, Value};

use crate::args::{MaxLength, Out, SigningOptions, TokenArgument};
use crate::failure::{self, Failure};
use crate::keys::KeysOptions;
use crate::output::{self, Secrecy};
use crate::{input, json};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign a file
    Sign(SignArgs),
    /// Verify a signature and write the payload; for claims use `jotwell verify`, which checks more
    Verify(VerifyArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  jotwell jws sign release.tar --key private.jwk --detached --out release.tar.jws
  jotwell jws sign order.json --key private.jwk --cty application/json --json")]
pub(crate) struct SignArgs {
    /// File to sign; standard input if it is `-` or missing
    #[arg(value_name = "FILE")]
    payload: Option<PathBuf>,
    #[command(flatten)]
    signing: SigningOptions,
    /// Media type of the JWS, such as JOSE
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// Media type of the payload, such as text/plain
    #[arg(long, value_name = "TYPE")]
    cty: Option<String>,
    /// Write JSON (the flattened form of RFC 7515 §7.2.2) instead of the compact form
    #[arg(long)]
    json: bool,
    /// Leave the payload out; verifiers must get the file separately
    #[arg(long)]
    detached: bool,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  jotwell jws verify release.tar.jws --payload release.tar --key public.jwk
  jotwell jws verify order.jws --jwks jwks.json --alg ES256")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    token: TokenArgument,
    #[command(flatten)]
    keys: KeysOptions,
    /// File that was signed, if the payload is detached; `-` is standard input
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// Require all signatures of a JWS in JSON to be valid, instead of one
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    max_length: MaxLength,
    #[command(flatten)]
    out: Out,
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Sign(args) => sign(args),
        Command::Verify(args) => verify(args),
    }
}

fn sign(args: &SignArgs) -> Result<(), Failure> {
    let key = args.signing.key()?;
    let mut header = args.signing.header(&key);
    if let Some(typ) = &args.typ {
        header = header.with_typ(typ.as_str());
    }
    if let Some(content_type) = &args.cty {
        header = header.with_content_type(content_type.as_str());
    }
    let payload = input::file(args.payload.as_deref().unwrap_or("-".as_ref()))?;
    let signed = match args.json {
        false => UnsignedToken::new(&header, &payload.bytes).sign(&key),
        true => JsonJws::new(&payload.bytes)
            .sign(&key, &header)
            .map(|jws| jws.to_flattened_json().unwrap_or_default()),
    };
    let signed = signed.map_err(|error| Failure::misuse(failure::chain(&error)))?;
    let signed = if args.detached { without_payload(&signed) } else { signed };
    args.out.line(&signed, Secrecy::Private)
}

/// Removes the payload from a JWS that was just signed (RFC 7515 appendix F).
fn without_payload(signed: &str) -> String {
    match serde_json::from_str::<Map<String, Value>>(signed) {
        Ok(mut members) => {
            members.remove("payload");
            Value::from(members).to_string()
        }
        Err(_) => {
            let mut parts = signed.split('.');
            let (header, signature) =
                (parts.next().unwrap_or_default(), parts.next_back().unwrap_or_default());
            format!("{header}..{signature}")
        }
    }
}

fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let keys = args.keys.read()?;
    let token = args.token.read()?;
    let detached = args.payload.as_deref().map(input::file).transpose()?;
    let detached = detached.as_ref().map(|text| text.bytes.as_slice());
    let limit = args.max_length.max_length;
    let verifier = Verifier::new(&keys.source).max_length(limit);

    let verified = match token.starts_with('{') {
        true => JsonJws::parse_up_to(limit, &token)
            .and_then(|jws| detached.map_or(Ok(jws.clone()), |payload| jws.with_detached_payload(payload)))
            .and_then(|jws| match args.all {
                true => verifier.verify_all(&jws),
                false => verifier.verify_any(&jws).map(|verified| vec![verified]),
            })
            .map(|all| {
                let signers = all.iter().map(|verified| signer(verified.header())).collect();
                (signers, all.into_iter().next().map(|verified| verified.into_inner()))
            }),
        false => match detached {
            None => verifier
                .verify(&token)
                .map(|verified| (vec![signer(verified.header())], Some(verified.into_inner()))),
            Some(payload) => verifier
                .verify_detached(&token, payload)
                .map(|verified| (vec![signer(verified.header())], None)),
        },
    };
    let (signers, payload): (Vec<_>, _) =
        verified.map_err(|error| about_payload(keys.refuse(&error, &token), &error, detached.is_some()))?;
    output::note(&format!("verified: {}", signers.join("; ")));
    match payload.filter(|_| detached.is_none()) {
        Some(payload) => args.out.bytes(&payload, Secrecy::Private),
        None => Ok(()),
    }
}

fn signer(header: &Header) -> String {
    match header.key_id() {
        Some(id) => format!("{}, kid {}", header.algorithm(), json::string(id)),
        None => header.algorithm().to_string(),
    }
}

/// Adds a hint about the attached or detached payload, if that may be the reason.
fn about_payload(failure: Failure, error: &VerifyError, is_detached: bool) -> Failure {
    match error {
        VerifyError::InvalidJws { member: "payload" } if is_detached => {
            failure.hint("the payload is inside: leave out --payload")
        }
        VerifyError::InvalidJws { member: "payload" } | VerifyError::InvalidSignature if !is_detached => {
            failure.hint("if the payload is not inside, give the file that was signed: --payload FILE")
        }
        _ => failure,
    }
}
