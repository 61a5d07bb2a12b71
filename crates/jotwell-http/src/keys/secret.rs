//! Secrets from a file or from the environment.

use std::path::Path;

use jotwell::private_file::{PrivateFile, Secret};

use super::KeysError;

/// Reads a secret from a file, without a trailing line end: the content is treated as text. One in 128 secrets of
/// random bytes ends with a byte that looks like a line end, so store those as base64url or hexadecimal digits.
/// (`jotwell key convert --secret-encoding raw` reads all bytes of a file, including a line end.)
///
/// The file must be private: [`private_file`](jotwell::private_file) describes the rules. Secrets that Kubernetes (mode
/// 0644) or Docker (mode 0444) mounts are world-readable unless configured otherwise, and have to be allowed:
///
/// ```no_run
/// use jotwell::private_file::PrivateFile;
/// use jotwell_http::secret_from_file;
///
/// let secret = secret_from_file("/etc/orders/token_secret")?;
/// let secret = secret_from_file(PrivateFile::new("/run/secrets/token_secret").allow_world_readable())?;
/// # Ok::<(), jotwell_http::KeysError>(())
/// ```
///
/// # Errors
/// [`KeysError::File`].
pub fn secret_from_file(file: impl Into<PrivateFile>) -> Result<Secret, KeysError> {
    Ok(file.into().read()?.without_line_end())
}

/// Reads the secret in an environment variable, or in the file named by the variable with the suffix `_FILE`, as is
/// usual in containers.
///
/// ```no_run
/// use jotwell::{Algorithm, SigningKey};
/// use jotwell_http::{IssuerKeys, SecretVariable, secret_from_env};
///
/// let key = SigningKey::hmac(Algorithm::HS256, secret_from_env("TOKEN_SECRET")?)?;
/// let keys = IssuerKeys::single(key)?;
///
/// // If `TOKEN_SECRET_FILE` is a world-readable secret that Docker or Kubernetes mounts:
/// let secret = secret_from_env(SecretVariable::new("TOKEN_SECRET").allow_world_readable())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`KeysError::MissingEnv`], [`KeysError::Ambiguous`], and those of [`secret_from_file`].
pub fn secret_from_env(variable: impl Into<SecretVariable>) -> Result<Secret, KeysError> {
    let SecretVariable { name, world_readable } = variable.into();
    let file = std::env::var_os(format!("{name}_FILE"));
    match (std::env::var_os(&name), file) {
        (Some(_), Some(_)) => Err(KeysError::Ambiguous { variable: name }),
        (Some(secret), None) => Ok(secret.into_encoded_bytes().into()),
        (None, Some(file)) => {
            let file = PrivateFile::new(Path::new(&file));
            secret_from_file(if world_readable { file.allow_world_readable() } else { file })
        }
        (None, None) => Err(KeysError::MissingEnv { variable: name }),
    }
}

/// The name of an environment variable that contains a secret, and whether a file that is named instead may be
/// world-readable: see [`secret_from_env`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretVariable {
    name: String,
    world_readable: bool,
}

impl SecretVariable {
    /// Creates it from the name of the variable. A file that is named instead must not be world-readable.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), world_readable: false }
    }

    /// Accepts a file that every user of the machine can read: [`PrivateFile::allow_world_readable`].
    #[must_use]
    pub fn allow_world_readable(mut self) -> Self {
        self.world_readable = true;
        self
    }
}

impl From<&str> for SecretVariable {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for SecretVariable {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}
