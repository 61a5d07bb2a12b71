//! `jotwell keygen`: a new key.

use clap::ValueEnum;
use jotwell::{Algorithm, SigningKey};
use zeroize::Zeroizing;

use crate::args::{self, Out};
use crate::failure::Failure;
use crate::keyfile::bad_key;
use crate::output::{self, Secrecy};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Algorithm that the key is for
    #[arg(long, value_parser = args::algorithm())]
    alg: Algorithm,
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
    if args.format == NewFormat::Pem && args.alg.is_symmetric() {
        return Err(Failure::misuse(format!("{} has a shared secret, and PEM has none", args.alg))
            .hint("take --format jwk"));
    }
    let failed = |error| bad_key("the new key", &error);
    let key = SigningKey::generate(args.alg).map_err(failed)?;
    let key = match &args.kid {
        Some(kid) => key.with_key_id(kid.as_str()),
        None if args.thumbprint_kid && args.alg.is_symmetric() => {
            return Err(Failure::misuse("the thumbprint of a shared secret would help to guess it")
                .hint("name it with --kid"));
        }
        None if args.thumbprint_kid => key.with_thumbprint_key_id().map_err(failed)?,
        None => key,
    };
    let text = Zeroizing::new(match args.format {
        NewFormat::Pem => key.to_private_pem().map_err(failed)?,
        NewFormat::Jwk => {
            let mut text = key.to_jwk().to_json_with_private_members().map_err(failed)?;
            text.push('\n');
            text
        }
    });
    output::write(args.out.out.as_deref(), text.as_bytes(), Secrecy::Private, args.out.existing())
}
