//! Another JWT library under the same keys and the same policy, and the rules that tell the two apart.
//!
//! The rules look at the token through `base64ct` and `serde_json` alone, never at what either library said.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use jotwell::error::TokenPart;
use jotwell::jws::{DEFAULT_MAX_HEADER_LENGTH, DEFAULT_MAX_LENGTH};
use jotwell::{
    Algorithm, Audience, Issuer, MAX_DEPTH, MAX_HEADER_VALUES, NumericDate, SigningKey, Validator,
    VerifyError, VerifyingKey, base64url,
};
use jsonwebtoken::{DecodingKey, Validation, get_current_timestamp};
use serde_json::{Map, Value};

use crate::keys;
use crate::oracle::{self, Json};

/// The time of both. The peer has no clock that could be set; [`Peer::decode`] moves this moment to now, which it
/// can do from 2017 until 2065.
pub const NOW: u64 = 3_000_000_000;
/// Of the strict policy.
pub const ISSUER: &str = "us";
pub const AUDIENCE: &str = "them";

/// A key in both libraries.
pub struct Pair {
    pub signing: SigningKey,
    ours: [Validator<VerifyingKey>; 2],
    theirs: (DecodingKey, [Validation; 2]),
}

/// HS256, ES256 and EdDSA.
pub static PAIRS: LazyLock<[Pair; 3]> = LazyLock::new(|| {
    let public = |algorithm: Algorithm| {
        let index = Algorithm::ALL.iter().position(|one| *one == algorithm).expect("an algorithm");
        let key = keys::SIGNING[index].clone();
        let jwk: Value = serde_json::from_str(&key.verifying_key().to_jwk().to_json().expect("a public key"))
            .expect("JSON");
        (key, move |name: &str| jwk[name].as_str().expect("a coordinate").to_owned())
    };
    let secret = [0x5a; 32];
    let (es256, ec) = public(Algorithm::ES256);
    let (eddsa, ed) = public(Algorithm::EdDSA);
    [
        Pair::new(
            SigningKey::hmac(Algorithm::HS256, secret).expect("a key"),
            DecodingKey::from_secret(&secret).expect("a key"),
            jsonwebtoken::Algorithm::HS256,
        ),
        Pair::new(
            es256,
            DecodingKey::from_ec_components(&ec("x"), &ec("y")).expect("a key"),
            jsonwebtoken::Algorithm::ES256,
        ),
        Pair::new(
            eddsa,
            DecodingKey::from_ed_components(&ed("x")).expect("a key"),
            jsonwebtoken::Algorithm::EdDSA,
        ),
    ]
});

impl Pair {
    fn new(signing: SigningKey, theirs: DecodingKey, algorithm: jsonwebtoken::Algorithm) -> Self {
        let now = NumericDate::from_secs(NOW as i64);
        let ours = |issuer, audience| {
            Validator::with_clock(signing.verifying_key(), issuer, audience, now).leeway(Duration::ZERO)
        };
        let mut strict = Validation::new(algorithm);
        strict.validate_nbf = true;
        let mut lax = strict.clone();
        strict.set_issuer(&[ISSUER]);
        strict.set_audience(&[AUDIENCE]);
        strict.set_required_spec_claims(&["exp", "iss", "aud"]);
        lax.validate_aud = false;
        Self {
            ours: [
                ours(Issuer::is(ISSUER), Audience::is(AUDIENCE)),
                ours(Issuer::unchecked(), Audience::unchecked()),
            ],
            theirs: (theirs, [strict, lax]),
            signing,
        }
    }

    /// Signs any two texts, and the header alone where there is no other: that of the key.
    pub fn sign(&self, header: &[u8], payload: &[u8]) -> String {
        let own = format!(r#"{{"alg":"{}"}}"#, self.signing.algorithm());
        let header = if header.is_empty() { own.as_bytes() } else { header };
        let mut token = [header, payload].map(base64url::encode).join(".");
        let signature = self.signing.sign(token.as_bytes()).expect("a signature");
        token.push('.');
        token.push_str(&base64url::encode(signature));
        token
    }

    /// Verifies in both libraries. Where one accepts and the other does not, a rule says why; where a rule of ours
    /// speaks against the token, it is refused; where both accept, they read the same.
    pub fn agree(&self, strict: bool, token: &str) {
        let policy = usize::from(!strict);
        let ours = self.ours[policy].verify::<Value>(token);
        let theirs = self.decode(policy, token);
        let rules = Rules::of(token);
        if let (Ok(_), Some(rule)) = (&ours, rules.ours.iter().find(|rule| !rule.is_approximate())) {
            panic!("accepted {token} in spite of {rule:?}");
        }
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(*ours, theirs.claims, "{token}");
                same_header(ours.header(), &theirs.header);
            }
            (Err(error), Ok(_)) => {
                let explained = rules.ours.iter().any(|rule| rule.explains(&error));
                assert!(explained, "alone refused {token}: {error:?}, {:?}", rules.ours);
            }
            (Ok(_), Err(error)) => {
                assert!(!rules.theirs.is_empty(), "alone accepted {token}: {error:?}");
            }
            (Err(_), Err(_)) => {}
        }
    }

    /// The peer, at [`NOW`].
    ///
    /// It compares `exp − reject < now − leeway` and `nbf > now + leeway`, so with a leeway of `NOW − now` and twice
    /// that to `reject` both are compared with `NOW`.
    fn decode(&self, policy: usize, token: &str) -> Result<jsonwebtoken::TokenData<Value>, impl fmt::Debug> {
        let (key, validations) = &self.theirs;
        let mut validation = validations[policy].clone();
        loop {
            let now = get_current_timestamp();
            validation.leeway = NOW - now;
            validation.reject_tokens_expiring_in_less_than = 2 * (NOW - now);
            let decoded = jsonwebtoken::decode::<Value>(token, key, &validation);
            // Otherwise a second has begun meanwhile.
            if get_current_timestamp() == now {
                return decoded;
            }
        }
    }
}

fn same_header(ours: &jotwell::Header, theirs: &jsonwebtoken::Header) {
    assert_eq!(ours.algorithm().name(), format!("{:?}", theirs.alg));
    assert_eq!(ours.typ(), theirs.typ.as_deref());
    assert_eq!(ours.content_type().unwrap_or_default(), theirs.cty);
    assert_eq!(ours.key_id(), theirs.kid.as_deref());
    assert_eq!(ours.jwk_set_url().unwrap_or_default(), theirs.jku);
    assert_eq!(ours.x509_url().unwrap_or_default(), theirs.x5u);
    let chain = ours.x509_chain().unwrap_or_default();
    assert_eq!(chain.unwrap_or_default(), theirs.x5c.clone().unwrap_or_default());
    assert!(!matches!(ours.jwk(), Ok(Some(_))) || theirs.jwk.is_some());
    for (name, value) in theirs.extras.inner() {
        assert_eq!(ours.get::<Value>(name), Ok(Some(value.clone())), "{name}");
    }
}

/// Why jotwell refuses what the peer accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stricter {
    /// The token has more than 16 KiB.
    Length,
    /// The header has more than 8 KiB.
    HeaderLength,
    /// The header has more than [`MAX_HEADER_VALUES`] members and elements.
    HeaderValues,
    /// Not an object: the peer reads an array as members in the order of its struct.
    NoObject(TokenPart),
    /// Two members of one name, at any depth: the peer takes the last.
    Duplicate(TokenPart),
    /// More than [`MAX_DEPTH`] levels; the peer stops at 128.
    Depth(TokenPart),
    /// `crit`, whatever it says: nothing critical is understood, and the peer does not look.
    Crit,
    /// `b64` that is not `true`: RFC 7797.
    B64,
    /// A parameter that verification acts on has a value of the wrong type, `null` among them.
    Parameter(&'static str),
    /// `typ` is there and not `JWT`, which the peer does not look at.
    Typ,
    /// A claim of RFC 7519 of the wrong type, or a date beyond the years 0 to 9999. Where the policy does not ask for
    /// it, the peer does not look.
    Claim(&'static str),
    /// `iat` in the future: the peer does not look.
    IssuedInFuture,
    /// `exp` is now (RFC 7519 §4.1.4: "on or after"); the peer has it good until a second later.
    ExpiresNow,
    /// Less than a second from a limit: the peer rounds fractions, and we do not.
    Fraction,
}

/// Why the peer refuses what jotwell accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TheirsStricter {
    /// A number beyond every double, in a header parameter that nobody asked for.
    HugeNumber,
    /// A parameter that RFC 7515 does not have, and the peer wants as a string.
    Parameter(&'static str),
    /// A key of the token's own that it cannot hold.
    Jwk,
    /// `nbf` before 1970.
    EarlyNotBefore,
    /// As for [`Stricter::Fraction`].
    Fraction,
}

impl Stricter {
    /// Whether the rule only says that there may be a difference.
    const fn is_approximate(self) -> bool {
        matches!(self, Self::Fraction)
    }

    /// Whether that is what we refuse such a token with.
    fn explains(self, error: &VerifyError) -> bool {
        use VerifyError as E;
        match self {
            Self::Length => matches!(error, E::TooLong { .. }),
            Self::HeaderLength => matches!(error, E::HeaderTooLong { .. }),
            Self::HeaderValues => matches!(error, E::Json { part: TokenPart::Header, .. }),
            Self::NoObject(want) | Self::Depth(want) => {
                matches!(error, E::Json { part, .. } if *part == want)
            }
            // The first of the two may be wrong in itself, and was not seen here.
            Self::Duplicate(TokenPart::Header) => {
                matches!(
                    error,
                    E::Json { part: TokenPart::Header, .. } | E::InvalidHeader { .. } | E::InvalidCrit
                )
            }
            Self::Duplicate(_) => {
                matches!(
                    error,
                    E::Json { part: TokenPart::Payload, .. }
                        | E::InvalidClaim { .. }
                        | E::NullClaim { .. }
                        | E::DateOutOfRange { .. }
                )
            }
            Self::Crit => matches!(error, E::InvalidCrit | E::UnsupportedCrit),
            Self::B64 => *error == E::InvalidHeader { parameter: "b64" },
            Self::Parameter(parameter) => *error == E::InvalidHeader { parameter },
            Self::Typ => matches!(error, E::TypMismatch { .. }),
            Self::Claim(claim) => match error {
                E::InvalidClaim { claim: found }
                | E::NullClaim { claim: found }
                | E::DateOutOfRange { claim: found, .. } => *found == claim,
                _ => false,
            },
            Self::IssuedInFuture => matches!(error, E::IssuedInFuture { .. }),
            Self::ExpiresNow => matches!(error, E::Expired { .. }),
            Self::Fraction => {
                matches!(error, E::Expired { .. } | E::NotYetValid { .. } | E::IssuedInFuture { .. })
            }
        }
    }
}

/// What speaks for a difference. Empty where the token's parts are not even JSON.
#[derive(Default)]
struct Rules {
    ours: Vec<Stricter>,
    theirs: Vec<TheirsStricter>,
}

impl Rules {
    fn of(token: &str) -> Self {
        let mut rules = Self::default();
        let parts: Vec<_> = token.split('.').collect();
        let decoded = |part: &&str| Base64UrlUnpadded::decode_vec(part).ok();
        let [header, payload, signature] = parts[..] else { return rules };
        let [Some(header_text), Some(payload_text), Some(_)] = [&header, &payload, &signature].map(decoded)
        else {
            return rules;
        };
        rules.add(token.len() > DEFAULT_MAX_LENGTH, Stricter::Length);
        rules.add(header.len() > DEFAULT_MAX_HEADER_LENGTH, Stricter::HeaderLength);
        if let Some(header) = rules.json(TokenPart::Header, &header_text) {
            rules.add(oracle::values(&header) > MAX_HEADER_VALUES, Stricter::HeaderValues);
            header.as_object().into_iter().for_each(|header| rules.header(header));
        }
        if let Some(payload) = rules.json(TokenPart::Payload, &payload_text) {
            payload.as_object().into_iter().for_each(|payload| rules.claims(payload));
        }
        rules
    }

    fn add(&mut self, applies: bool, rule: Stricter) {
        if applies {
            self.ours.push(rule);
        }
    }

    /// The text as the peer reads it.
    fn json(&mut self, part: TokenPart, text: &[u8]) -> Option<Value> {
        let strict = oracle::json(text);
        if matches!((part, &strict), (TokenPart::Header, Json::HugeNumber)) {
            self.theirs.push(TheirsStricter::HugeNumber);
        }
        let value: Value = serde_json::from_slice(text).ok()?;
        let (object, deep) = (value.is_object(), oracle::depth(&value) > MAX_DEPTH);
        self.add(!object, Stricter::NoObject(part));
        self.add(deep, Stricter::Depth(part));
        self.add(object && !deep && !matches!(strict, Json::Accepted(_)), Stricter::Duplicate(part));
        Some(value)
    }

    fn header(&mut self, header: &Map<String, Value>) {
        for name in ["alg", "typ", "kid"] {
            self.add(header.get(name).is_some_and(|value| !value.is_string()), Stricter::Parameter(name));
        }
        self.add(header.contains_key("crit"), Stricter::Crit);
        self.add(header.get("b64").is_some_and(|b64| *b64 != true), Stricter::B64);
        let typ = header.get("typ").and_then(Value::as_str).map(str::to_ascii_lowercase);
        self.add(typ.is_some_and(|typ| !["jwt", "application/jwt"].contains(&&*typ)), Stricter::Typ);

        for name in ["enc", "zip", "url", "nonce"] {
            if header.get(name).is_some_and(|value| !value.is_string() && !value.is_null()) {
                self.theirs.push(TheirsStricter::Parameter(name));
            }
        }
        if header.contains_key("jwk") {
            self.theirs.push(TheirsStricter::Jwk);
        }
    }

    fn claims(&mut self, claims: &Map<String, Value>) {
        for name in ["iss", "sub", "jti"] {
            self.add(claims.get(name).is_some_and(|value| !value.is_string()), Stricter::Claim(name));
        }
        let audience = claims.get("aud").is_none_or(|aud| aud.is_string() || is_strings(aud));
        self.add(!audience, Stricter::Claim("aud"));
        for name in ["exp", "nbf", "iat"] {
            let Some(value) = claims.get(name) else { continue };
            let date = value.as_f64().filter(|date| (-62_167_219_200.0..253_402_300_800.0).contains(date));
            let Some(date) = date else {
                self.ours.push(Stricter::Claim(name));
                continue;
            };
            let (whole, distance) = (!value.is_f64(), date - NOW as f64);
            if !whole && distance.abs() < 1.0 {
                self.ours.push(Stricter::Fraction);
                self.theirs.push(TheirsStricter::Fraction);
            } else if name == "iat" {
                self.add(distance > 0.0, Stricter::IssuedInFuture);
            } else if name == "exp" {
                self.add(distance == 0.0, Stricter::ExpiresNow);
            } else if date < 0.0 {
                self.theirs.push(TheirsStricter::EarlyNotBefore);
            }
        }
    }
}

/// At least one, and nothing else.
fn is_strings(value: &Value) -> bool {
    value.as_array().is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_string))
}
