//! `jotwell decrypt`: shows the content of an encrypted token. It does not authenticate the sender.

use jotwell::VerifyError;
use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, JsonJwe, KeyManagement};

use crate::args::{self, EncryptionKey, EncryptionKeyOption, Out, TokenArgument};
use crate::failure::{self, Failure, bad_key};
use crate::output::{self, Secrecy};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    token: TokenArgument,
    #[command(flatten)]
    key: EncryptionKeyOption,
    /// Key management algorithm; required if the key does not name it
    #[arg(long, value_parser = args::key_management())]
    alg: Option<KeyManagement>,
    /// Accepted content encryption algorithm; can be repeated [default: all, and for dir A256GCM]
    #[arg(long, value_parser = args::content_encryption())]
    enc: Vec<ContentEncryption>,
    /// Most PBKDF2 iterations that are accepted, for a password
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000, requires = "password_env")]
    max_iterations: u32,
    #[command(flatten)]
    out: Out,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let key = key(args)?;
    let token = args.token.read()?;
    let decrypter = Decrypter::new(&key).max_length(token.len());
    // Both a compact token and a message in JSON are accepted.
    let decrypted = match token.starts_with('{') {
        false => decrypter.decrypt(&token),
        true => JsonJwe::parse_up_to(token.len(), &token).and_then(|jwe| decrypter.decrypt_json(&jwe)),
    };
    let content = decrypted.map_err(|error| refuse(&error))?;
    if content.header().content_type().is_ok_and(|found| found.as_deref() == Some("JWT")) {
        output::note("note: the content is a signed token: jotwell verify");
    } else if !key.algorithm().is_symmetric() {
        output::note(
            "note: decrypted, not verified: anyone who can encrypt for this key may have written it",
        );
    }
    args.out.bytes(&content, Secrecy::Private)
}

fn key(args: &Args) -> Result<DecryptingKey, Failure> {
    match args.key.read()? {
        EncryptionKey::Key(key) => {
            let algorithm = key.key_management(args.alg)?;
            key.decrypting(algorithm, encryptions(args, algorithm))
        }
        EncryptionKey::Password(text) => {
            let algorithm = args.alg.unwrap_or(KeyManagement::Pbes2Hs256A128KW);
            let encryptions = encryptions(args, algorithm);
            DecryptingKey::from_password(algorithm, encryptions, text.bytes.as_slice(), args.max_iterations)
                .map_err(|error| bad_key(&text.name, &error))
        }
    }
}

fn encryptions(args: &Args, algorithm: KeyManagement) -> &[ContentEncryption] {
    match (args.enc.as_slice(), algorithm) {
        ([], KeyManagement::Dir) => &[ContentEncryption::A256GCM],
        ([], _) => ContentEncryption::ALL,
        (encryptions, _) => encryptions,
    }
}

fn refuse(error: &VerifyError) -> Failure {
    let failure = Failure::refused(failure::chain(error));
    match error {
        VerifyError::SegmentCount { found: 3 } => failure.hint("it is a signed token: jotwell verify"),
        VerifyError::EncNotAllowed { found } => failure.hint(format!("accept it with --enc {found}")),
        _ => failure,
    }
}
