//! `jotwell key`: converts a key, writes its public half, prints its thumbprint.

use clap::Subcommand;
use jotwell::jwe::{ContentEncryption, KeyManagement};
use jotwell::{Algorithm, VerifyingKey};

use crate::args::{self, KeyArgument, Out};
use crate::failure::Failure;
use crate::format::Format;
use crate::keyfile::KeyFile;
use crate::output::{self, Secrecy};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a key in another format; the public half of a private key, unless --private is given
    Convert(ConvertArgs),
    /// Write the public half, in the format of the key
    Public(PublicArgs),
    /// Print the SHA-256 thumbprint (RFC 7638)
    Thumbprint(ThumbprintArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  jotwell key convert private.pem --to jwk --private --out private.jwk
  jotwell key convert certificate.pem --alg RS256 --to jwk
  jotwell key convert secret.txt --secret-encoding base64 --alg HS256 --to jwk --private")]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    key: KeyArgument,
    /// Algorithm of the key; required if the key does not name it and fits several
    #[arg(long, value_parser = args::algorithm())]
    alg: Option<Algorithm>,
    /// Format to write
    #[arg(long, value_enum)]
    to: Format,
    /// Write the private key, or the shared secret
    #[arg(long)]
    private: bool,
    /// Name of the key, for --to jwk
    #[arg(long, value_name = "ID")]
    kid: Option<String>,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PublicArgs {
    #[command(flatten)]
    key: KeyArgument,
    /// Algorithm of the key; required if the key does not name it and fits several
    #[arg(long, value_parser = args::algorithm())]
    alg: Option<Algorithm>,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ThumbprintArgs {
    #[command(flatten)]
    key: KeyArgument,
    /// Algorithm that the key must be for
    #[arg(long, value_parser = args::algorithm())]
    alg: Option<Algorithm>,
    /// As a URI (RFC 9278)
    #[arg(long)]
    uri: bool,
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Convert(args) => convert(args),
        Command::Public(args) => public(args),
        Command::Thumbprint(args) => thumbprint(args),
    }
}

fn convert(args: &ConvertArgs) -> Result<(), Failure> {
    if args.kid.is_some() && args.to != Format::Jwk {
        return Err(Failure::misuse("only a JWK can contain the name of a key"));
    }
    let key = args.key.read()?;
    let algorithm = key.algorithm(args.alg)?;
    if args.private {
        let private = key.signing(algorithm)?;
        let private = match &args.kid {
            Some(kid) => private.with_key_id(kid.as_str()),
            None => private,
        };
        return args.out.bytes(&args.to.write(&private)?, Secrecy::Private);
    }
    let public = key.verifying(algorithm)?;
    refuse_secret(&public, "--private writes it, with --to jwk, base64 or base64url")?;
    if key.key().is_private() {
        output::note("note: this is the public half; --private writes the private key");
    }
    let public = match &args.kid {
        Some(kid) => public.with_key_id(kid.as_str()),
        None => public,
    };
    args.out.bytes(&args.to.write(&public)?, Secrecy::Public)
}

fn public(args: &PublicArgs) -> Result<(), Failure> {
    let key = args.key.read()?;
    if let (None, Some(algorithm)) = (args.alg, key.named_key_management()) {
        return public_encryption(&key, algorithm, &args.out);
    }
    let public = key.verifying(key.algorithm(args.alg)?)?;
    refuse_secret(&public, "verifiers of its tokens need the secret itself")?;
    args.out.bytes(&key.format().write(&public)?, Secrecy::Public)
}

fn thumbprint(args: &ThumbprintArgs) -> Result<(), Failure> {
    let key = args.key.read()?;
    // The thumbprint depends only on the numbers (RFC 7638 §3.2), so any algorithm that they fit will do.
    let algorithm = args.alg.map_or_else(|| key.any_algorithm(), Ok)?;
    let jwk = key.verifying(algorithm)?.to_jwk();
    let thumbprint = if args.uri { jwk.thumbprint_uri() } else { jwk.thumbprint() };
    output::print(&thumbprint.map_err(|error| {
        key.refuse(&error).hint("the thumbprint of a shared secret would help to guess it")
    })?)
}

fn refuse_secret(key: &VerifyingKey, hint: &str) -> Result<(), Failure> {
    if key.algorithm().is_symmetric() {
        return Err(Failure::misuse("a shared secret has no public half").hint(hint));
    }
    Ok(())
}

/// Writes the public half of a key for encryption.
fn public_encryption(key: &KeyFile, algorithm: KeyManagement, out: &Out) -> Result<(), Failure> {
    if algorithm.is_symmetric() || algorithm.is_password_based() {
        return Err(Failure::misuse(format!("a shared secret for {algorithm} has no public half"))
            .hint("anyone who encrypts to this key needs the secret itself"));
    }
    // Its numbers do not depend on the content encryption.
    let public = key.encrypting(algorithm, &[ContentEncryption::A256GCM])?;
    out.bytes(&key.format().write(&public)?, Secrecy::Public)
}
