//! `jotwell keygen`: creates a new key.

use jotwell::jwe::{ContentEncryption, DecryptingKey, KeyManagement};
use jotwell::{Algorithm, Curve, SigningKey};
use zeroize::Zeroizing;

use crate::args::{self, KeyAlgorithm, Out};
use crate::failure::{Failure, bad_key};
use crate::format::Format;
use crate::output::Secrecy;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  jotwell keygen --alg ES256 --thumbprint-kid --out private.jwk
  jotwell keygen --alg RS256 --format pem --out private.pem
  jotwell keygen --alg HS256 --format base64 --out secret.txt")]
pub(crate) struct Args {
    /// Algorithm of the key, for signing or encryption
    #[arg(long, value_parser = args::key_algorithm())]
    alg: KeyAlgorithm,
    /// Content encryption that a secret for dir is for [default: A256GCM]
    #[arg(long, value_parser = args::content_encryption())]
    enc: Option<ContentEncryption>,
    /// Curve of a key for ECDH-ES [default: P-256]
    #[arg(long, value_parser = args::agreement_curve())]
    crv: Option<Curve>,
    /// Name of the key
    #[arg(long, value_name = "ID", conflicts_with = "thumbprint_kid")]
    kid: Option<String>,
    /// Set the name to the thumbprint of the key (RFC 7638)
    #[arg(long)]
    thumbprint_kid: bool,
    /// Format of the key
    #[arg(long, value_enum, default_value_t = Format::Jwk)]
    format: Format,
    #[command(flatten)]
    out: Out,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.format != Format::Jwk && (args.kid.is_some() || args.thumbprint_kid) {
        return Err(Failure::misuse("only a JWK can contain the name of a key").hint("take --format jwk"));
    }
    let (name, symmetric) = match args.alg {
        KeyAlgorithm::Signature(algorithm) => (algorithm.name(), algorithm.is_symmetric()),
        KeyAlgorithm::Encryption(algorithm) => (algorithm.name(), algorithm.is_symmetric()),
    };
    if args.enc.is_some() && name != "dir" {
        return Err(Failure::misuse(format!("--enc is for dir; a key for {name} does not depend on it")));
    }
    if args.crv.is_some() && !name.starts_with("ECDH-ES") {
        return Err(Failure::misuse(format!("--crv is for ECDH-ES; {name} has no choice of curves")));
    }
    if args.thumbprint_kid && symmetric {
        return Err(Failure::misuse("the thumbprint of a shared secret would help to guess it")
            .hint("name it with --kid"));
    }
    let key = match args.alg {
        KeyAlgorithm::Signature(algorithm) => signing(args, algorithm),
        KeyAlgorithm::Encryption(algorithm) => decrypting(args, algorithm),
    };
    args.out.bytes(&key?, Secrecy::Private)
}

fn signing(args: &Args, algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let key = SigningKey::generate(algorithm).map_err(|error| bad_key("the new key", &error))?;
    let key = match &args.kid {
        Some(kid) => key.with_key_id(kid.as_str()),
        None if args.thumbprint_kid => {
            key.with_thumbprint_key_id().map_err(|error| bad_key("the new key", &error))?
        }
        None => key,
    };
    args.format.write(&key)
}

fn decrypting(args: &Args, algorithm: KeyManagement) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let enc = args.enc.unwrap_or(ContentEncryption::A256GCM);
    let key = DecryptingKey::generate_on(args.crv.unwrap_or(Curve::P256), algorithm, &[enc])
        .map_err(|error| bad_key("the new key", &error))?;
    let key = match &args.kid {
        Some(kid) => key.with_key_id(kid.as_str()),
        None if args.thumbprint_kid => {
            key.with_thumbprint_key_id().map_err(|error| bad_key("the new key", &error))?
        }
        None => key,
    };
    args.format.write(&key)
}
