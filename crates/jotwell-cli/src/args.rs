//! Options that several commands share.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jotwell::jwe::{ContentEncryption, KeyManagement};
use jotwell::{Algorithm, Curve, Header, SigningKey};
use zeroize::Zeroizing;

use crate::content::Content;
use crate::failure::Failure;
use crate::format::SecretEncoding;
use crate::keyfile::KeyFile;
use crate::output::{self, Existing, Secrecy};
use crate::{input, pasted};

/// Where a key comes from if not from a file, and how its bytes are encoded.
#[derive(Args, Debug)]
#[group(skip)]
struct KeyOrigin {
    /// Environment variable that holds the key
    #[arg(long, value_name = "NAME", group = KEY_SOURCE)]
    key_env: Option<OsString>,
    /// Read a shared secret in this encoding, instead of PEM, DER or JWK
    #[arg(long, value_enum, value_name = "ENCODING")]
    secret_encoding: Option<SecretEncoding>,
}

/// A command requires a key from one of these.
pub(crate) const KEY_SOURCE: &str = "key_source";

impl KeyOrigin {
    fn text(&self, file: Option<&PathBuf>) -> Result<input::Text, Failure> {
        either(file, self.key_env.as_ref())
    }

    fn key(&self, file: Option<&PathBuf>) -> Result<KeyFile, Failure> {
        KeyFile::read(&self.text(file)?, self.secret_encoding)
    }
}

/// A key as the argument of a command.
#[derive(Args, Debug)]
#[group(id = KEY_SOURCE, required = true, multiple = false)]
pub(crate) struct KeyArgument {
    /// Key in PEM, DER or JWK, detected by its content; `-` is standard input
    #[arg(value_name = "FILE", group = KEY_SOURCE)]
    file: Option<PathBuf>,
    #[command(flatten)]
    origin: KeyOrigin,
}

impl KeyArgument {
    pub(crate) fn read(&self) -> Result<KeyFile, Failure> {
        self.origin.key(self.file.as_ref())
    }
}

/// A key as an option.
#[derive(Args, Debug)]
#[group(id = KEY_SOURCE, required = true, multiple = false)]
pub(crate) struct KeyOption {
    /// Key in PEM, DER or JWK, detected by its content; `-` is standard input
    #[arg(long = "key", value_name = "FILE", group = KEY_SOURCE)]
    file: Option<PathBuf>,
    #[command(flatten)]
    origin: KeyOrigin,
}

impl KeyOption {
    pub(crate) fn read(&self) -> Result<KeyFile, Failure> {
        self.origin.key(self.file.as_ref())
    }
}

/// The private key that signs, and what the header says about it.
#[derive(Args, Debug)]
#[group(skip)]
pub(crate) struct SigningOptions {
    #[command(flatten)]
    key: KeyOption,
    /// Algorithm of the key; required if the key does not name it and fits several
    #[arg(long, value_parser = algorithm())]
    alg: Option<Algorithm>,
    /// Name of the key in the header, instead of the key's own
    #[arg(long, value_name = "ID")]
    kid: Option<String>,
}

impl SigningOptions {
    pub(crate) fn key(&self) -> Result<SigningKey, Failure> {
        let key = self.key.read()?;
        key.signing(key.algorithm(self.alg)?)
    }

    pub(crate) fn header(&self, key: &SigningKey) -> Header {
        let header = Header::for_key(key);
        match &self.kid {
            Some(kid) => header.with_key_id(kid.as_str()),
            None => header,
        }
    }
}

/// A token.
#[derive(Args, Debug)]
pub(crate) struct TokenArgument {
    /// File that holds the token; standard input if it is `-` or missing
    #[arg(value_name = "FILE", conflicts_with = "token_env")]
    token: Option<PathBuf>,
    /// Environment variable that holds the token
    #[arg(long, value_name = "NAME")]
    token_env: Option<OsString>,
}

impl TokenArgument {
    /// Reads a token in compact form, possibly pasted with other text.
    pub(crate) fn read_compact(&self) -> Result<String, Failure> {
        self.read_if(Content::is_compact)
    }

    /// Reads a token in compact form, possibly pasted with other text, or in JSON.
    pub(crate) fn read(&self) -> Result<String, Failure> {
        self.read_if(Content::is_message)
    }

    /// Reads a token. Names other kinds of content that this program knows.
    fn read_if(&self, is_read: impl Fn(Content) -> bool) -> Result<String, Failure> {
        let stdin = PathBuf::from("-");
        let text = either(self.token.as_ref().or(Some(&stdin)), self.token_env.as_ref())?;
        let Some(token) = text.trimmed() else {
            return Err(Failure::refused("the token is not text: it holds bytes that are not UTF-8"));
        };
        match Content::of(&text.bytes) {
            Some(content) if !is_read(content) => Err(content.misplaced(&text.name, "a token")),
            _ => pasted::token(token, &text.name),
        }
    }
}

/// The largest length of a token.
#[derive(Args, Debug)]
pub(crate) struct MaxLength {
    /// Largest length of a token, in bytes, at most 1048576
    #[arg(long, value_name = "BYTES", value_parser = length, default_value_t = jotwell::jws::DEFAULT_MAX_LENGTH)]
    pub(crate) max_length: usize,
}

fn length(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(length @ 1..=input::LIMIT) => Ok(length),
        _ => Err(format!("write a number of bytes from 1 to {}", input::LIMIT)),
    }
}

pub(crate) fn either(file: Option<&PathBuf>, env: Option<&OsString>) -> Result<input::Text, Failure> {
    match (env, file) {
        (Some(name), _) => input::env(name),
        (None, Some(path)) => input::file(path),
        // The argument groups above exclude this.
        (None, None) => Err(Failure::misuse("no key is given")),
    }
}

/// The destination of a result.
#[derive(Args, Debug)]
pub(crate) struct Out {
    /// Write to this file instead of standard output; private keys and secrets get mode 0600
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "out")]
    force: bool,
}

impl Out {
    /// Writes bytes to the file, or unchanged to standard output.
    pub(crate) fn bytes(&self, content: &[u8], secrecy: Secrecy) -> Result<(), Failure> {
        match &self.out {
            Some(path) => output::file(path, content, secrecy, Existing::unless(self.force)),
            None => output::bytes(content),
        }
    }

    /// Writes text and a line end.
    pub(crate) fn line(&self, text: &str, secrecy: Secrecy) -> Result<(), Failure> {
        self.bytes(Zeroizing::new(format!("{text}\n")).as_bytes(), secrecy)
    }
}

/// A key of a recipient, or a password.
#[derive(Args, Debug)]
#[group(skip)]
pub(crate) struct EncryptionKeyOption {
    #[command(flatten)]
    key: KeyOption,
    /// Environment variable that holds a password, for PBES2
    #[arg(long, value_name = "NAME", group = KEY_SOURCE)]
    password_env: Option<OsString>,
}

/// What tokens are encrypted with.
pub(crate) enum EncryptionKey {
    Key(Box<KeyFile>),
    Password(input::Text),
}

impl EncryptionKeyOption {
    pub(crate) fn read(&self) -> Result<EncryptionKey, Failure> {
        match &self.password_env {
            Some(name) => input::env(name).map(EncryptionKey::Password),
            None => self.key.read().map(|key| EncryptionKey::Key(Box::new(key))),
        }
    }
}

/// The algorithm of a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAlgorithm {
    Signature(Algorithm),
    Encryption(KeyManagement),
}

/// The names of [`Algorithm::ALL`], and of [`KeyManagement::ALL`] without the algorithms for passwords.
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
