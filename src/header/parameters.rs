//! The header parameters that RFC 7515 §4.1 registers.

use alloc::string::String;
use alloc::vec::Vec;

use super::Header;
use crate::base64url;
use crate::error::VerifyError;
use crate::json;
use crate::jwk::Jwk;
use crate::names::names;

names! {
    /// A parameter that verification uses. It is read with the token.
    pub(super) enum Parameter {
        Algorithm = "alg",
        Type = "typ",
        KeyId = "kid",
        Critical = "crit",
    }
}

/// The other parameters, one row for each: its documentation, variant, name in JSON, method, and how its JSON text is
/// read.
macro_rules! parameters_read_on_demand {
    ($( $(#[$attribute:meta])* $Variant:ident = $name:literal, $method:ident: $Value:ty = $read:expr; )+) => {
        names! {
            /// A parameter that is kept as JSON text until you ask for it.
            pub(super) enum ReadOnDemand {
                $( $Variant = $name, )+
            }
        }

        impl Header {
            $(
                $(#[$attribute])*
                ///
                /// Returns `None` if the header does not have it.
                ///
                /// # Errors
                /// [`VerifyError::InvalidHeader`] if the value is malformed. Verification does not use this parameter, so
                /// the token may still be valid.
                pub fn $method(&self) -> Result<Option<$Value>, VerifyError> {
                    let Some(text) = self.others.get($name) else { return Ok(None) };
                    let read: fn(&str) -> Option<$Value> = $read;
                    read(text).map(Some).ok_or(VerifyError::InvalidHeader { parameter: $name })
                }
            )+

            /// Checks every registered parameter that is kept as text.
            pub(super) fn check_others(&self) -> Result<(), VerifyError> {
                $( self.$method()?; )+
                Ok(())
            }
        }
    };
}

parameters_read_on_demand! {
    /// Reads `cty`, the media type of the payload (RFC 7515 §4.1.10).
    ContentType = "cty", content_type: String = string;
    /// Reads `jku`, the address of a key set (RFC 7515 §4.1.2). jotwell never fetches it: that would let the token choose its
    /// own key.
    JwkSetUrl = "jku", jwk_set_url: String = string;
    /// Reads `jwk`, a public key (RFC 7515 §4.1.3). jotwell never trusts it: that would let the token choose its own key.
    Jwk = "jwk", jwk: Jwk = public_jwk;
    /// Reads `x5u`, the address of a certificate (RFC 7515 §4.1.5). jotwell never fetches it: that would let the token choose
    /// its own key.
    X509Url = "x5u", x509_url: String = string;
    /// Reads `x5c`, at least one certificate in base64 of DER (RFC 7515 §4.1.6). jotwell never trusts it: that would let the
    /// token choose its own key.
    X509Chain = "x5c", x509_chain: Vec<String> = strings;
    /// Reads `x5t`, the SHA-1 digest of a certificate (RFC 7515 §4.1.7).
    X509Sha1 = "x5t", x509_sha1: [u8; 20] = digest;
    /// Reads `x5t#S256`, the SHA-256 digest of a certificate (RFC 7515 §4.1.8).
    X509Sha256 = "x5t#S256", x509_sha256: [u8; 32] = digest;
}

/// Returns whether RFC 7515 registers a parameter of that name, so that `crit` must not list it (§4.1.11).
pub(super) fn is_registered(name: &str) -> bool {
    Parameter::from_name(name).is_some() || ReadOnDemand::from_name(name).is_some()
}

fn string(text: &str) -> Option<String> {
    json::read_value(text).ok()
}

/// At least one string.
fn strings(text: &str) -> Option<Vec<String>> {
    json::read_value(text).ok().filter(|strings: &Vec<_>| !strings.is_empty())
}

fn digest<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut digest = [0; N];
    let length = base64url::decode_to_slice(string(text)?.as_bytes(), &mut digest).ok()?.len();
    (length == N).then_some(digest)
}

fn public_jwk(text: &str) -> Option<Jwk> {
    Jwk::from_json(text).ok().filter(|jwk| !jwk.is_private())
}
