//! Keys that verify: one, or a JWK Set, from a file or from the web.

use std::path::PathBuf;
use std::sync::Arc;

use jotwell::jws::DynKeySource;
use jotwell::{Algorithm, JwkSet, UnverifiedToken, VerifyError, VerifyingKey};

use crate::args::{self, KEY_SOURCE, KeyOption};
use crate::failure::{self, Failure};
use crate::{eddsa, input, jwks, remote};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct KeysOptions {
    #[command(flatten)]
    key: KeyOption,
    /// JWK Set that has the key, or its https:// address; `-` is standard input
    ///
    /// The address of an issuer's /.well-known/openid-configuration can be given instead. Addresses require a program
    /// that was built with the feature `remote`; http:// is allowed only for numeric addresses of this machine, such
    /// as http://127.0.0.1:8080.
    #[arg(long, value_name = "FILE", group = KEY_SOURCE)]
    jwks: Option<PathBuf>,
    /// Accepted algorithm, if keys fit several; can be repeated for a JWK Set
    #[arg(long, value_parser = args::algorithm())]
    alg: Vec<Algorithm>,
}

/// The keys, and what is needed to explain why a token was rejected.
pub(crate) struct Keys {
    pub(crate) source: DynKeySource,
    /// Algorithms that its keys fit, accepted or not.
    fitting: Vec<Algorithm>,
}

impl KeysOptions {
    pub(crate) fn read(&self) -> Result<Keys, Failure> {
        match &self.jwks {
            Some(path) if input::is_address(path) => self.remote(&path.to_string_lossy()),
            Some(path) => self.set(&input::file(path)?),
            None => self.one(),
        }
    }

    fn one(&self) -> Result<Keys, Failure> {
        let asked = match self.alg.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => return Err(Failure::misuse("a key is for one algorithm; --alg is given several times")),
        };
        let key = self.key.read()?;
        let key = key.verifying(key.algorithm(asked)?)?;
        let fitting = vec![key.algorithm()];
        Ok(Keys::new(Arc::new(key), fitting))
    }

    fn remote(&self, address: &str) -> Result<Keys, Failure> {
        // Without a list, all public-key algorithms are tried; the set's keys must have only one of them.
        let public =
            || Algorithm::ALL.iter().copied().filter(|algorithm| !algorithm.is_symmetric()).collect();
        let algorithms = if self.alg.is_empty() { public() } else { self.alg.clone() };
        let (set, keys) = remote::set(address, &algorithms)?;
        let fitting = algorithms_of(&keys);
        accepted(&self.alg, &fitting, address)?;
        Ok(Keys::new(set, fitting))
    }

    fn set(&self, text: &input::Text) -> Result<Keys, Failure> {
        let fitting = algorithms_of(jwks::read(text, Algorithm::ALL)?.keys());
        let accepted = accepted(&self.alg, &fitting, &text.name)?;
        let set: JwkSet = jwks::read(text, &accepted)?;
        Ok(Keys::new(Arc::new(set), fitting))
    }
}

impl Keys {
    fn new(source: DynKeySource, fitting: Vec<Algorithm>) -> Self {
        Self { source, fitting }
    }

    /// Returns the failure for a rejected token, with a hint for this program: the library's text ends with a remedy
    /// for code.
    pub(crate) fn refuse(&self, error: &VerifyError, token: &str) -> Failure {
        let failure = Failure::refused(failure::reason(error));
        let failure = match error {
            VerifyError::TooLong { length, .. } => {
                failure.hint(format!("accept it with --max-length {length}"))
            }
            VerifyError::AudienceMismatch { .. } => {
                failure.hint("accept it with a further --aud, if it is right")
            }
            VerifyError::SkippedKey { .. } | VerifyError::NoKeyForAlgorithm { skipped: 1.., .. } => {
                failure.hint(CHECK)
            }
            _ => failure,
        };
        match self.other_name(error, token) {
            Some((found, other)) => failure.hint(eddsa::NAMES).hint(eddsa::remedy(found, other)),
            None => failure,
        }
    }

    /// Returns the token's algorithm and its other name, if a key has that name.
    fn other_name(&self, error: &VerifyError, token: &str) -> Option<(Algorithm, Algorithm)> {
        match error {
            VerifyError::AlgorithmMismatch { .. }
            | VerifyError::NoKeyForAlgorithm { .. }
            | VerifyError::SkippedKey { .. } => {
                let found = UnverifiedToken::parse_up_to(token.len(), token).ok()?.header().algorithm();
                let other = eddsa::other_name(found).filter(|other| self.fitting.contains(other))?;
                Some((found, other))
            }
            _ => None,
        }
    }
}

/// Returns the algorithms that keys of a set are for, each once.
fn algorithms_of(keys: &[VerifyingKey]) -> Vec<Algorithm> {
    let fits = |one: &Algorithm| keys.iter().any(|key| key.algorithm() == *one);
    Algorithm::ALL.iter().copied().filter(fits).collect()
}

/// Returns the algorithms to accept of those that the keys of a set fit: the ones in the options, or else the only
/// one.
fn accepted(asked: &[Algorithm], fitting: &[Algorithm], name: &str) -> Result<Vec<Algorithm>, Failure> {
    match (asked, fitting) {
        ([], [_]) => Ok(fitting.to_vec()),
        ([], []) => Err(Failure::misuse(format!("{name} has no key that verifies")).hint(CHECK)),
        ([], several) => Err(Failure::misuse("the set does not decide which algorithms are accepted")
            .hint(format!("give --alg once for each; keys in the set fit {}", failure::either(several)))),
        (asked, _) if asked.iter().any(|one| fitting.contains(one)) => Ok(asked.to_vec()),
        (asked, _) => {
            let failure = Failure::misuse(format!("{name} has no key for {}", failure::either(asked)));
            let other_name =
                |one: &Algorithm| eddsa::other_name(*one).filter(|other| fitting.contains(other));
            Err(match asked.iter().find_map(|one| Some((*one, other_name(one)?))) {
                Some((wanted, other)) => failure.hint(eddsa::NAMES).hint(eddsa::remedy(wanted, other)),
                None => failure.hint(CHECK),
            })
        }
    }
}

const CHECK: &str = "`jotwell jwks check` says which keys of a set cannot be used, and why";
