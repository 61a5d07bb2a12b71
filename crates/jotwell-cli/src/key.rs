//! `jotwell key`: convert a key, take its public half, name it.

use clap::Subcommand;
use jotwell::jwe::{ContentEncryption, KeyManagement};
use jotwell::{Algorithm, Jwk, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::args::{self, KeyArgument, Out};
use crate::failure::Failure;
use crate::format::Format;
use crate::input;
use crate::keyfile::{KeyFile, bad_key};
use crate::output::{self, Secrecy};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a key in another format; of a private key the public half, unless --private is given
    Convert(ConvertArgs),
    /// Write the public half, in the format that the key is in
    Public(PublicArgs),
    /// Print the SHA-256 thumbprint (RFC 7638)
    Thumbprint(ThumbprintArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    key: KeyArgument,
    /// Algorithm that the key is for; needed where the key does not say it
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
    /// The bytes of FILE are a shared secret, all of them, also a line end
    #[arg(long, requires = "alg", requires = "private")]
    raw_secret: bool,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PublicArgs {
    #[command(flatten)]
    key: KeyArgument,
    /// Algorithm that the key is for; needed where the key does not say it
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
        return Err(Failure::misuse("only a JWK has a place for the name of a key"));
    }
    let text = args.key.read()?;
    if args.raw_secret {
        return write_private(&from_raw_secret(&text, args.alg)?, args);
    }
    let key = KeyFile::read(&text)?;
    let algorithm = key.algorithm(args.alg)?;
    if args.private {
        return write_private(&key.signing(algorithm)?, args);
    }
    let public = key.verifying(algorithm)?;
    refuse_secret(&public, "--private writes it, as a JWK")?;
    if key.key().is_private() {
        output::note("note: this is the public half; --private writes the private key");
    }
    let public = match &args.kid {
        Some(kid) => public.with_key_id(kid.as_str()),
        None => public,
    };
    write_public(&public, args.to, &args.out)
}

fn public(args: &PublicArgs) -> Result<(), Failure> {
    let key = KeyFile::read(&args.key.read()?)?;
    if let (None, Some(algorithm)) = (args.alg, key.named_key_management()) {
        return public_encryption(&key, algorithm, &args.out);
    }
    let public = key.verifying(key.algorithm(args.alg)?)?;
    refuse_secret(&public, "who has to verify its tokens needs the secret itself")?;
    write_public(&public, key.format(), &args.out)
}

fn thumbprint(args: &ThumbprintArgs) -> Result<(), Failure> {
    let key = KeyFile::read(&args.key.read()?)?;
    // It follows from the numbers alone (RFC 7638 §3.2), so any algorithm that they fit will do.
    let algorithm = args.alg.map_or_else(|| key.any_algorithm(), Ok)?;
    let jwk = key.verifying(algorithm)?.to_jwk();
    let thumbprint = if args.uri { jwk.thumbprint_uri() } else { jwk.thumbprint() };
    output::print(&thumbprint.map_err(|error| {
        key.refuse(&error).hint("the thumbprint of a shared secret would help to guess it")
    })?)
}

fn from_raw_secret(text: &input::Text, algorithm: Option<Algorithm>) -> Result<SigningKey, Failure> {
    let algorithm = algorithm.ok_or_else(|| Failure::misuse("--raw-secret needs --alg"))?;
    SigningKey::hmac(algorithm, text.bytes.as_slice()).map_err(|error| bad_key(&text.name, &error))
}

fn refuse_secret(key: &VerifyingKey, hint: &str) -> Result<(), Failure> {
    if key.algorithm().is_symmetric() {
        return Err(Failure::misuse("a shared secret has no public half").hint(hint));
    }
    Ok(())
}

fn write_private(key: &SigningKey, args: &ConvertArgs) -> Result<(), Failure> {
    let key = match &args.kid {
        Some(kid) => key.clone().with_key_id(kid.as_str()),
        None => key.clone(),
    };
    let bytes = match args.to {
        Format::Pem => key.to_private_pem().map(String::into_bytes),
        Format::Der => key.to_private_der(),
        Format::Jwk => key.to_jwk().to_json_with_private_members().map(line),
    };
    let bytes =
        Zeroizing::new(bytes.map_err(|error| {
            bad_key("the key", &error).hint("a shared secret is written as a JWK: --to jwk")
        })?);
    output::write(args.out.out.as_deref(), &bytes, Secrecy::Private, args.out.existing())
}

/// Writes the public half of a key for encryption.
fn public_encryption(key: &KeyFile, algorithm: KeyManagement, out: &Out) -> Result<(), Failure> {
    if algorithm.is_symmetric() || algorithm.is_password_based() {
        return Err(Failure::misuse(format!("a shared secret for {algorithm} has no public half"))
            .hint("anyone who encrypts to this key needs the secret itself"));
    }
    // Its numbers do not depend on the content encryption.
    let public = key.encrypting(algorithm, &[ContentEncryption::A256GCM])?;
    let bytes = match key.format() {
        Format::Pem => public.to_pem().map(String::into_bytes),
        Format::Der => public.to_der(),
        Format::Jwk => public.to_jwk().to_json().map(line),
    };
    let bytes = bytes.map_err(|error| bad_key("the key", &error))?;
    output::write(out.out.as_deref(), &bytes, Secrecy::Public, out.existing())
}

fn write_public(key: &VerifyingKey, format: Format, out: &Out) -> Result<(), Failure> {
    let bytes = match format {
        Format::Pem => key.to_pem().map(String::into_bytes),
        Format::Der => key.to_der(),
        Format::Jwk => Jwk::to_json(&key.to_jwk()).map(line),
    };
    let bytes = bytes.map_err(|error| bad_key("the key", &error))?;
    output::write(out.out.as_deref(), &bytes, Secrecy::Public, out.existing())
}

fn line(text: String) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    bytes.push(b'\n');
    bytes
}
