//! Options that several commands share.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jotwell::jwe::{ContentEncryption, KeyManagement};
use jotwell::{Algorithm, Curve};

use crate::failure::Failure;
use crate::input;
use crate::output::Existing;

/// A key as the argument of a command about keys.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct KeyArgument {
    /// Key in PEM, DER or JWK, detected by its content; `-` is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Environment variable that holds the key
    #[arg(long, value_name = "NAME")]
    key_env: Option<OsString>,
}

impl KeyArgument {
    pub(crate) fn read(&self) -> Result<input::Text, Failure> {
        either(self.file.as_ref(), self.key_env.as_ref())
    }
}

/// A key as an option beside others.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct KeyOption {
    /// Private key in PEM, DER or JWK, detected by its content; `-` is standard input
    #[arg(long = "key", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Environment variable that holds the key
    #[arg(long, value_name = "NAME")]
    key_env: Option<OsString>,
}

impl KeyOption {
    pub(crate) fn read(&self) -> Result<input::Text, Failure> {
        either(self.file.as_ref(), self.key_env.as_ref())
    }
}

/// A token.
#[derive(Args, Debug)]
pub(crate) struct TokenArgument {
    /// File that holds the token; `-`, and nothing at all, is standard input
    #[arg(value_name = "FILE", conflicts_with = "token_env")]
    token: Option<PathBuf>,
    /// Environment variable that holds the token
    #[arg(long, value_name = "NAME")]
    token_env: Option<OsString>,
}

impl TokenArgument {
    pub(crate) fn read(&self) -> Result<String, Failure> {
        let stdin = PathBuf::from("-");
        let text = either(self.token.as_ref().or(Some(&stdin)), self.token_env.as_ref())?;
        match text.trimmed() {
            Some("") => Err(Failure::misuse(format!("{} holds no token", text.name))),
            Some(token) => Ok(token.to_owned()),
            None => Err(Failure::refused("the token is not text: it holds bytes that are not UTF-8")),
        }
    }
}

pub(crate) fn either(file: Option<&PathBuf>, env: Option<&OsString>) -> Result<input::Text, Failure> {
    match (env, file) {
        (Some(name), _) => input::env(name),
        (None, Some(path)) => input::file(path),
        // The groups above let nobody come here.
        (None, None) => Err(Failure::misuse("no key is given")),
    }
}

/// Where a result goes.
#[derive(Args, Debug)]
pub(crate) struct Out {
    /// Write to this file instead of standard output; what is private gets mode 0600
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

impl Out {
    pub(crate) fn existing(&self) -> Existing {
        Existing::unless(self.force)
    }
}

/// A key of a recipient, or a password.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct EncryptionKeyOption {
    /// Key in PEM, DER or JWK, detected by its content; `-` is standard input
    #[arg(long = "key", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Environment variable that holds the key
    #[arg(long, value_name = "NAME")]
    key_env: Option<OsString>,
    /// Environment variable that holds a password, for PBES2
    #[arg(long, value_name = "NAME")]
    password_env: Option<OsString>,
}

/// What tokens are encrypted with.
pub(crate) enum EncryptionKey {
    Key(input::Text),
    Password(input::Text),
}

impl EncryptionKeyOption {
    pub(crate) fn read(&self) -> Result<EncryptionKey, Failure> {
        match &self.password_env {
            Some(name) => input::env(name).map(EncryptionKey::Password),
            None => either(self.file.as_ref(), self.key_env.as_ref()).map(EncryptionKey::Key),
        }
    }
}

/// What a new key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAlgorithm {
    Signature(Algorithm),
    Encryption(KeyManagement),
}

/// The names of [`Algorithm::ALL`], and of [`KeyManagement::ALL`] without those that take a password.
pub(crate) fn key_algorithm() -> impl TypedValueParser<Value = KeyAlgorithm> {
    let encryption = KeyManagement::ALL.iter().filter(|algorithm| !algorithm.is_password_based());
    let names = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
    PossibleValuesParser::new(names.chain(encryption.map(|algorithm| algorithm.name()))).try_map(|name| {
        match Algorithm::from_name(&name) {
            Some(algorithm) => Ok(KeyAlgorithm::Signature(algorithm)),
            None => name.parse().map(KeyAlgorithm::Encryption),
        }
    })
}

/// The names of [`KeyManagement::ALL`].
pub(crate) fn key_management() -> impl TypedValueParser<Value = KeyManagement> {
    PossibleValuesParser::new(KeyManagement::ALL.iter().map(|algorithm| algorithm.name()))
        .try_map(|name| name.parse::<KeyManagement>())
}

/// The names of [`ContentEncryption::ALL`].
pub(crate) fn content_encryption() -> impl TypedValueParser<Value = ContentEncryption> {
    PossibleValuesParser::new(ContentEncryption::ALL.iter().map(|encryption| encryption.name()))
        .try_map(|name| name.parse::<ContentEncryption>())
}

/// The curves of ECDH-ES.
pub(crate) fn agreement_curve() -> impl TypedValueParser<Value = Curve> {
    PossibleValuesParser::new(["P-256", "P-384", "P-521", "X25519"])
        .try_map(|name| Curve::from_name(&name).ok_or("not a curve for key agreement"))
}

/// The names of [`Algorithm::ALL`].
pub(crate) fn algorithm() -> impl TypedValueParser<Value = Algorithm> {
    PossibleValuesParser::new(Algorithm::ALL.iter().map(|algorithm| algorithm.name()))
        .try_map(|name| name.parse::<Algorithm>())
}
