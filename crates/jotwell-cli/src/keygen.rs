//! `jotwell keygen`: a new key.

use clap::ValueEnum;
use jotwell::jwe::{ContentEncryption, DecryptingKey, KeyManagement};
use jotwell::{Algorithm, Curve, Jwk, KeyError, SigningKey};
use zeroize::Zeroizing;

use crate::args::{self, KeyAlgorithm, Out};
use crate::failure::Failure;
use crate::keyfile::bad_key;
use crate::output::{self, Secrecy};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Algorithm that the key is for: it signs, or encrypts
    #[arg(long, value_parser = args::key_algorithm())]
    alg: KeyAlgorithm,
    /// Content encryption that a secret for dir is as long as [default: A256GCM]
    #[arg(long, value_parser = args::content_encryption())]
    enc: Option<ContentEncryption>,
    /// Curve of a key for ECDH-ES [default: P-256]
    #[arg(long, value_parser = args::agreement_curve())]
    crv: Option<Curve>,
    /// Name of the key
    #[arg(long, value_name = "ID", conflicts_with = "thumbprint_kid")]
    kid: Option<String>,
    /// Name the key by its thumbprint (RFC 7638)
    #[arg(long)]
    thumbprint_kid: bool,
    /// Format of the key; a JWK says its algorithm and its name, PEM does not, and has none for secrets
    #[arg(long, value_enum, default_value_t = NewFormat::Jwk)]
    format: NewFormat,
    #[command(flatten)]
    out: Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum NewFormat {
    Jwk,
    Pem,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.format == NewFormat::Pem && (args.kid.is_some() || args.thumbprint_kid) {
        return Err(Failure::misuse("PEM has no place for the name of a key").hint("take --format jwk"));
    }
    let (name, symmetric) = match args.alg {
        KeyAlgorithm::Signature(algorithm) => (algorithm.name(), algorithm.is_symmetric()),
        KeyAlgorithm::Encryption(algorithm) => (algorithm.name(), algorithm.is_symmetric()),
    };
    if args.format == NewFormat::Pem && symmetric {
        return Err(Failure::misuse(format!("{name} has a shared secret, and PEM has none"))
            .hint("take --format jwk"));
    }
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
    let text = match args.alg {
        KeyAlgorithm::Signature(algorithm) => signing(args, algorithm),
        KeyAlgorithm::Encryption(algorithm) => decrypting(args, algorithm),
    };
    let text = Zeroizing::new(text.map_err(|error| bad_key("the new key", &error))?);
    output::write(args.out.out.as_deref(), text.as_bytes(), Secrecy::Private, args.out.existing())
}

fn signing(args: &Args, algorithm: Algorithm) -> Result<String, KeyError> {
    let key = SigningKey::generate(algorithm)?;
    let key = match &args.kid {
        Some(kid) => key.with_key_id(kid.as_str()),
        None if args.thumbprint_kid => key.with_thumbprint_key_id()?,
        None => key,
    };
    match args.format {
        NewFormat::Pem => key.to_private_pem(),
        NewFormat::Jwk => line(&key.to_jwk()),
    }
}

fn decrypting(args: &Args, algorithm: KeyManagement) -> Result<String, KeyError> {
    let enc = args.enc.unwrap_or(ContentEncryption::A256GCM);
    let key = DecryptingKey::generate_on(args.crv.unwrap_or(Curve::P256), algorithm, &[enc])?;
    let key = match &args.kid {
        Some(kid) => key.with_key_id(kid.as_str()),
        None if args.thumbprint_kid => key.with_thumbprint_key_id()?,
        None => key,
    };
    match args.format {
        NewFormat::Pem => key.to_private_pem(),
        NewFormat::Jwk => line(&key.to_jwk()),
    }
}

fn line(jwk: &Jwk) -> Result<String, KeyError> {
    let mut text = jwk.to_json_with_private_members()?;
    text.push('\n');
    Ok(text)
}
