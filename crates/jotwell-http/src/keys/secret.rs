//! Secrets from where they are kept: a file, or the environment.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::KeysError;

/// The bytes of a secret, or the text of a private key. Wiped when it goes, and not shown by `Debug`.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Secret {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The secret in that file, without a line end behind it: it is taken for text. Of random bytes one in 128 ends with what
/// looks like a line end, so keep those as base64url or hexadecimal digits. (`jotwell key convert --raw-secret` takes all
/// bytes of a file, also a line end.)
///
/// # Errors
/// [`KeysError::File`]; [`KeysError::InsecurePermissions`] on Unix where its group can change or all others can see it.
pub fn secret_from_file(path: impl AsRef<Path>) -> Result<Secret, KeysError> {
    let path = path.as_ref();
    let failed = |source| KeysError::File { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    check_mode(&file, path)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.read_to_end(&mut bytes).map_err(failed)?;
    for end in [b'\n', b'\r'] {
        if bytes.last() == Some(&end) {
            bytes.pop();
        }
    }
    Ok(Secret(bytes))
}

/// The secret in the variable `name` of the environment, or in the file that the variable `name` with `_FILE`
/// behind it names, as containers have it.
///
/// ```no_run
/// use jotwell::{Algorithm, SigningKey};
/// use jotwell_http::{IssuerKeys, secret_from_env};
///
/// let key = SigningKey::hmac(Algorithm::HS256, secret_from_env("TOKEN_SECRET")?)?;
/// let keys = IssuerKeys::single(key)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`KeysError::MissingEnv`], [`KeysError::Ambiguous`], and those of [`secret_from_file`].
pub fn secret_from_env(name: &str) -> Result<Secret, KeysError> {
    let file = std::env::var_os(format!("{name}_FILE"));
    match (std::env::var_os(name), file) {
        (Some(_), Some(_)) => Err(KeysError::Ambiguous { variable: name.to_owned() }),
        (Some(secret), None) => Ok(Secret(Zeroizing::new(secret.into_encoded_bytes()))),
        (None, Some(file)) => secret_from_file(Path::new(&file)),
        (None, None) => Err(KeysError::MissingEnv { variable: name.to_owned() }),
    }
}

/// Whoever can read a file with secrets can issue tokens. A group may read it, as Kubernetes mounts secrets;
/// all others may not, and nobody but the owner may write it.
pub(super) fn check_mode(file: &File, path: &Path) -> Result<(), KeysError> {
    #[cfg(unix)]
    {
        let metadata = file.metadata().map_err(|source| KeysError::File { path: path.to_owned(), source })?;
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o027 != 0 {
            return Err(KeysError::InsecurePermissions { path: path.to_owned(), mode });
        }
    }
    #[cfg(not(unix))]
    let _ = (file, path);
    Ok(())
}
