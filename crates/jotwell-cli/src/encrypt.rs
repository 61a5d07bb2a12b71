//! `jotwell encrypt`: creates a token that only its recipient can read.

use std::path::PathBuf;

use jotwell::jwe::{ContentEncryption, EncryptingKey, Header, KeyManagement};

use crate::args::{self, EncryptionKey, EncryptionKeyOption, Out};
use crate::failure::{self, Failure, bad_key};
use crate::input;
use crate::output::Secrecy;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File to encrypt; standard input if it is `-` or missing
    #[arg(value_name = "FILE")]
    content: Option<PathBuf>,
    #[command(flatten)]
    key: EncryptionKeyOption,
    /// Key management algorithm; required if the key does not name it
    #[arg(long, value_parser = args::key_management())]
    alg: Option<KeyManagement>,
    /// Content encryption algorithm
    #[arg(long, value_parser = args::content_encryption(), default_value = "A256GCM")]
    enc: ContentEncryption,
    /// Name of the key in the header, instead of the key's own
    #[arg(long, value_name = "ID")]
    kid: Option<String>,
    /// Media type of the token
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// Media type of the content: JWT for a signed token
    #[arg(long, value_name = "TYPE")]
    cty: Option<String>,
    /// Number of PBKDF2 iterations, for a password
    #[arg(long, value_name = "COUNT", default_value_t = 600_000, requires = "password_env")]
    iterations: u32,
    #[command(flatten)]
    out: Out,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let key = key(args)?;
    let content = input::file(args.content.as_deref().unwrap_or("-".as_ref()))?;
    let mut header = Header::for_key(&key);
    if let Some(kid) = &args.kid {
        header = header.with_key_id(kid.as_str());
    }
    if let Some(typ) = &args.typ {
        header = header.with_typ(typ.as_str());
    }
    if let Some(content_type) = &args.cty {
        header = header.with_content_type(content_type.as_str());
    }
    let token = key.encrypt_with(content.bytes.as_slice(), &header);
    args.out.line(&token.map_err(|error| Failure::misuse(failure::chain(&error)))?, Secrecy::Private)
}

fn key(args: &Args) -> Result<EncryptingKey, Failure> {
    match args.key.read()? {
        EncryptionKey::Key(key) => key.encrypting(key.key_management(args.alg)?, &[args.enc]),
        EncryptionKey::Password(text) => {
            let algorithm = args.alg.unwrap_or(KeyManagement::Pbes2Hs256A128KW);
            EncryptingKey::from_password(algorithm, &[args.enc], text.bytes.as_slice(), args.iterations)
                .map_err(|error| bad_key(&text.name, &error))
        }
    }
}
