//! Reads the text of a token's header: RFC 7515 §4 and §5.2.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::parameters::{Parameter, is_registered};
use super::{B64, Header, Joined, MAX_HEADER_VALUES};
use crate::algorithm::Algorithm;
use crate::error::{Stop, TokenPart, VerifyError, shown};
use crate::json::{self, Member, Value};

/// Reads JSON, then the parameters that verification uses, then `crit`, then `alg`.
pub(super) fn protected(max_values: usize, text: &[u8]) -> Result<Header, VerifyError> {
    let Reading { header, algorithm, .. } = Reading::protected(max_values, Some(text), &[])?;
    reject_enc(&header)?;
    Ok(Header { algorithm: algorithm?, ..header })
}

/// Reads the header of an encrypted token by the same rules. Its `alg` is returned as text.
#[cfg(feature = "jwe")]
pub(crate) fn encrypted(max_values: usize, text: &[u8]) -> Result<(Header, String), VerifyError> {
    let Reading { header, algorithm, .. } = Reading::protected(max_values, Some(text), &[])?;
    match algorithm {
        Err(VerifyError::UnknownAlgorithm { found }) => Ok((header, found)),
        Err(error) => Err(error),
        // A signature algorithm cannot encrypt.
        Ok(algorithm) => Err(VerifyError::UnknownAlgorithm { found: algorithm.name().into() }),
    }
}

/// Reads the protected and the unprotected header of a signature, for a verifier that supports these extensions. At
/// least one of the headers must be present, and they must not have a name in common (RFC 7515 §7.2.1).
pub(crate) fn joined(
    protected: Option<&[u8]>,
    unprotected: Option<&str>,
    understood: &[&str],
) -> Result<Joined, VerifyError> {
    let mut reading = Reading::protected(MAX_HEADER_VALUES, protected, understood)?;
    let protected_header = reading.header.clone();
    if let Some(text) = unprotected {
        reject_common_names(protected.unwrap_or(b"{}"), text.as_bytes())?;
        reading.unprotected(text)?;
    }
    reject_enc(&reading.header)?;
    let algorithm = reading.algorithm?;
    Ok(Joined {
        whole: Header { algorithm, ..reading.header },
        protected: Header { algorithm, ..protected_header },
    })
}

/// Checks `crit` by RFC 7515 §4.1.11: each name once, and only names that the header has and that RFC 7515 itself does
/// not register.
fn check_critical(header: &Header, understood: &[&str]) -> Result<(), VerifyError> {
    if header.critical.is_empty() {
        return Ok(());
    }
    let mut names: BTreeSet<_> =
        header.others.iter().map(|(name, _)| name).filter(|name| !is_registered(name)).collect();
    if !header.critical.iter().all(|name| names.remove(name.as_str())) {
        return Err(VerifyError::InvalidCrit);
    }
    match header.critical.iter().all(|name| understood.contains(&name.as_str())) {
        true => Ok(()),
        false => Err(VerifyError::UnsupportedCrit),
    }
}

/// Checks `b64` by RFC 7797 §6: `crit` must list it if the payload is not encoded. Otherwise verifiers that ignore the
/// parameter would read another payload.
fn check_b64(header: &Header) -> Result<(), VerifyError> {
    let announced = header.critical.iter().any(|name| name == B64);
    match header.others.get(B64) {
        Some(value) if value != "true" && !(announced && value == "false") => {
            Err(VerifyError::InvalidHeader { parameter: B64 })
        }
        _ => Ok(()),
    }
}

/// Rejects a header with `enc`, which belongs to an encrypted token regardless of its `alg` (RFC 7516 §9).
fn reject_enc(header: &Header) -> Result<(), VerifyError> {
    match header.others.get("enc") {
        Some(_) => Err(VerifyError::UnexpectedEnc),
        None => Ok(()),
    }
}

/// Returns whether a protected header says that its payload is encoded, even if the rest of the header is unsupported.
pub(crate) fn is_payload_encoded(text: &[u8]) -> bool {
    let mut encoded = true;
    let read = json::read_object_up_to::<json::JsonError>(MAX_HEADER_VALUES, text, |member| {
        encoded &= member.name != *B64 || member.raw == "true";
        Ok(())
    });
    encoded && read.is_ok()
}

struct Reading {
    header: Header,
    algorithm: Result<Algorithm, VerifyError>,
}

impl Reading {
    fn protected(max_values: usize, text: Option<&[u8]>, understood: &[&str]) -> Result<Self, VerifyError> {
        let header = Header::new(Algorithm::HS256);
        let mut reading = Self { header, algorithm: Err(VerifyError::MissingAlgorithm) };
        if let Some(text) = text {
            reading.object(max_values, text)?;
        }
        check_critical(&reading.header, understood)?;
        check_b64(&reading.header)?;
        Ok(reading)
    }

    /// Reads the unprotected header. Anyone may have written it, so `crit` and `b64` must not be there (RFC 7515
    /// §4.1.11, RFC 7797 §3).
    fn unprotected(&mut self, text: &str) -> Result<(), VerifyError> {
        let protected_count = self.header.others.len();
        let critical = mem::take(&mut self.header.critical);
        self.object(MAX_HEADER_VALUES, text.as_bytes())?;
        let mut added = self.header.others.iter().skip(protected_count);
        if !mem::replace(&mut self.header.critical, critical).is_empty() {
            Err(VerifyError::InvalidCrit)
        } else if added.any(|(name, _)| name == B64) {
            Err(VerifyError::InvalidHeader { parameter: B64 })
        } else {
            Ok(())
        }
    }

    fn object(&mut self, max_values: usize, text: &[u8]) -> Result<(), VerifyError> {
        json::read_object_up_to::<Stop>(max_values, text, |member| Ok(self.member(&member)?))
            .map(drop)
            .map_err(|stop| stop.in_part(TokenPart::Header))
    }

    fn member(&mut self, member: &Member<'_>) -> Result<(), VerifyError> {
        let header = &mut self.header;
        let Some(parameter) = Parameter::from_name(&member.name) else {
            header.others.push(&member.name, member.raw);
            return Ok(());
        };
        match parameter {
            Parameter::Algorithm => self.algorithm = algorithm_named(&string(parameter, member)?),
            Parameter::Type => header.typ = Some(string(parameter, member)?),
            Parameter::KeyId => header.key_id = Some(string(parameter, member)?),
            Parameter::Critical => {
                header.critical = strings(parameter, member).map_err(|_| VerifyError::InvalidCrit)?;
            }
        }
        Ok(())
    }
}

/// Rejects a name that is in both headers: two readers could disagree about which of the values counts.
fn reject_common_names(protected: &[u8], unprotected: &[u8]) -> Result<(), VerifyError> {
    let mut names = BTreeSet::new();
    for text in [protected, unprotected] {
        // Neither header has a name twice, so a name that is already known is in both.
        json::read_object_up_to::<Stop>(MAX_HEADER_VALUES, text, |member| match names.insert(member.name) {
            true => Ok(()),
            false => Err(VerifyError::DuplicateParameter.into()),
        })
        .map_err(|stop| stop.in_part(TokenPart::Header))?;
    }
    Ok(())
}

fn algorithm_named(name: &str) -> Result<Algorithm, VerifyError> {
    match Algorithm::from_name(name) {
        Some(algorithm) => Ok(algorithm),
        // RFC 7515 compares names exactly, but some implementations do not, which attackers try to exploit.
        None if name.trim().eq_ignore_ascii_case("none") => Err(VerifyError::Unsecured),
        None => Err(VerifyError::UnknownAlgorithm { found: shown(name) }),
    }
}

fn invalid(parameter: Parameter) -> VerifyError {
    VerifyError::InvalidHeader { parameter: parameter.name() }
}

fn string(parameter: Parameter, member: &Member<'_>) -> Result<String, VerifyError> {
    match member.value {
        Value::String(text) => Ok(text.to_cow().into_owned()),
        _ => Err(invalid(parameter)),
    }
}

/// At least one string.
fn strings(parameter: Parameter, member: &Member<'_>) -> Result<Vec<String>, VerifyError> {
    let Value::Array(text) = member.value else {
        return Err(invalid(parameter));
    };
    let mut strings = Vec::new();
    json::read_array::<Stop>(text, |value| match value {
        Value::String(text) => {
            strings.push(text.to_cow().into_owned());
            Ok(())
        }
        _ => Err(invalid(parameter).into()),
    })
    .map_err(|stop| stop.in_part(TokenPart::Header))?;
    if strings.is_empty() { Err(invalid(parameter)) } else { Ok(strings) }
}
