//! Shows that each attack can succeed: a guard that is correct except for one hole, and the attacks that it accepts.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, COOKIE};
use http::request::Parts;
use http::{HeaderName, StatusCode};
use jotwell::{Algorithm, Clock, Jwk, JwkSet, NoClaims, NumericDate, VerifyingKey, base64url};
use jotwell_http::AccessClaims;
use jotwell_test::{AttackError, AttackSuite, Flaw, Outcome, TestIssuer};
use serde_json::Value;

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

macro_rules! holes {
    ($($hole:ident => $attacks:expr,)* ; $($in_header:ident => $in_header_attacks:expr,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Hole { $($hole,)* $($in_header,)* }

        /// Each hole, with all attacks that succeed by it.
        const HOLES: &[(Hole, &[&str])] = &[$((Hole::$hole, &$attacks),)*];

        /// The holes of a guard that reads a token header.
        const HEADER_HOLES: &[(Hole, &[&str])] = &[$((Hole::$in_header, &$in_header_attacks),)*];
    };
}

holes! {
    LetsAnybodyIn => ["no token", "the token in the query"],
    BearerAloneIsAnonymous => ["Bearer without a token", "Bearer with a space for a token"],
    NeedsNoScheme => ["no scheme"],
    TakesAnyScheme => ["the token after Basic"],
    TakesFirstHeader => ["two headers, the valid one first"],
    TakesLastHeader => ["two headers, the valid one last", "two headers, Basic first"],
    TakesFirstOfList => ["a comma between two tokens"],
    DropsWhatIsNotAscii => ["a Latin-1 letter after the token"],
    Trims => [Flaw::TrailingSpace.name()],
    ReadsQuery => ["the token in the query"],

    AsksForNoProof => [
        "a cookie without its proof", "a cookie with another proof", "a cookie with a part of its proof",
        "a proof without its cookie", "a cookie with an empty proof", "a cookie with two proofs",
    ],
    TakesAnyProof => [
        "a cookie with another proof", "a cookie with a part of its proof", "a proof without its cookie",
        "a cookie with two proofs",
    ],
    ComparesBeginnings => ["a cookie with a part of its proof"],
    NeedsNoCookieForProof => ["a proof without its cookie"],
    TakesEmptyProof => ["a cookie with an empty proof"],
    TakesLastProof => ["a cookie with two proofs"],
    TakesFirstCookie => ["two cookies, the valid one first"],
    TakesLastCookie => ["two cookies, the valid one last"],
    PrefersCookie => ["a cookie and an invalid bearer token"],

    TakesFirstThreeParts => [Flaw::FiveParts.name()],
    TakesTwoParts => [Flaw::TwoParts.name()],
    TakesAnyLength => [Flaw::Oversized.name()],
    LenientBase64 => [Flaw::Padded.name(), Flaw::TrailingBits.name()],
    TakesLastOfTwoClaims => [Flaw::DuplicateClaim.name()],

    TakesNone => [Flaw::Unsecured.name(), Flaw::UnsecuredSigned.name()],
    TakesNoneInCapitals =>
        [Flaw::UnsecuredCapital.name(), Flaw::UnsecuredUpper.name(), Flaw::UnsecuredMixed.name()],
    TakesMissingAlgorithm => [Flaw::NoAlgorithm.name()],
    PemIsSecret => [Flaw::ConfusedPem.name()],
    TrimmedPemIsSecret => [Flaw::ConfusedPemTrimmed.name()],
    DerIsSecret => [Flaw::ConfusedDer.name()],
    JwkIsSecret => [Flaw::ConfusedJwk.name()],
    SecretIsUnset => [Flaw::EmptySecret.name()],
    SecretIsInFile => [Flaw::KeyIdPath.name()],
    SecretIsInDatabase => [Flaw::KeyIdSql.name()],

    TakesAnySignature => [
        Flaw::StrangersKey.name(), Flaw::EmbeddedKey.name(), Flaw::KeySetUrl.name(),
        Flaw::CertificateUrl.name(), Flaw::ChangedPayload.name(), Flaw::ChangedHeader.name(),
        Flaw::ChangedSignature.name(), Flaw::EmptySignature.name(), Flaw::ZeroSignature.name(),
        "a cookie by a stranger's key",
    ],
    TakesEmbeddedKey => [Flaw::EmbeddedKey.name()],
    FollowsKeySet => [Flaw::KeySetUrl.name()],
    FollowsCertificate => [Flaw::CertificateUrl.name()],
    TakesEmptySignature => [Flaw::EmptySignature.name()],
    TakesZeroSignature => [Flaw::ZeroSignature.name()],

    IgnoresCritical => [Flaw::UnknownCritical.name()],
    IgnoresType => [Flaw::OtherType.name(), Flaw::PlainType.name()],
    IgnoresExpiry => [Flaw::Expired.name()],
    TakesTextForDate => [Flaw::ExpiryText.name()],
    NeedsNoExpiry => [Flaw::NoExpiry.name()],
    IgnoresNotBefore => [Flaw::NotYetValid.name()],
    IgnoresAudience =>
        [Flaw::OtherAudience.name(), Flaw::LongerAudience.name(), Flaw::NoAudience.name()],
    ComparesAudienceByBeginning => [Flaw::LongerAudience.name()],
    NeedsNoAudience => [Flaw::NoAudience.name()],
    IgnoresIssuer => [Flaw::OtherIssuer.name(), Flaw::LongerIssuer.name(), Flaw::NoIssuer.name()],
    ComparesIssuerByBeginning => [Flaw::LongerIssuer.name()],
    NeedsNoIssuer => [Flaw::NoIssuer.name()],

    ; // In a token header.
    LetsAnybodyInWithoutHeader => ["no token", "the token in Authorization", "the token in the query"],
    EmptyHeaderIsAnonymous => ["an empty token header"],
    DropsScheme => ["a scheme in the token header"],
    TakesFirstTokenHeader => ["two token headers, the valid one first"],
    TakesLastTokenHeader => ["two token headers, the valid one last"],
    TakesFirstOfListInHeader => ["a comma between two tokens"],
    DropsWhatIsNotAsciiInHeader => ["a Latin-1 letter after the token"],
    ReadsAuthorizationToo => ["the token in Authorization"],
    ReadsQueryToo => ["the token in the query"],
}

/// The header that Cloudflare Access adds.
const TOKEN_HEADER: HeaderName = HeaderName::from_static("cf-access-jwt-assertion");

/// A hand-written guard, which shares no code with this crate.
#[derive(Clone)]
struct Guard {
    key: VerifyingKey,
    /// Whether the token is in a token header.
    in_header: bool,
    hole: Option<Hole>,
}

impl Guard {
    fn has(&self, hole: Hole) -> bool {
        self.hole == Some(hole)
    }

    fn router(self) -> Router {
        async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
            let (parts, body) = request.into_parts();
            match guard.admits(&parts) {
                Some(()) => next.run(Request::from_parts(parts, body)).await,
                None => StatusCode::UNAUTHORIZED.into_response(),
            }
        }
        Router::new().route("/", post(async || "orders")).layer(from_fn_with_state(self, admit))
    }

    fn admits_token_header(&self, parts: &Parts) -> Option<()> {
        let headers = values(parts, &TOKEN_HEADER);
        let header = match &headers[..] {
            [] if self.has(Hole::LetsAnybodyInWithoutHeader) => return Some(()),
            [] if self.has(Hole::ReadsAuthorizationToo) => {
                let token = *values(parts, &AUTHORIZATION).first()?;
                return self.verifies(std::str::from_utf8(token.strip_prefix(b"Bearer ")?).ok()?);
            }
            [] if self.has(Hole::ReadsQueryToo) => {
                return self.verifies(parts.uri.query()?.strip_prefix("access_token=")?);
            }
            [one] => *one,
            [first, ..] if self.has(Hole::TakesFirstTokenHeader) => *first,
            [.., last] if self.has(Hole::TakesLastTokenHeader) => *last,
            _ => return None,
        };
        let text = if self.has(Hole::DropsWhatIsNotAsciiInHeader) {
            header.iter().filter(|byte| byte.is_ascii()).map(|byte| char::from(*byte)).collect()
        } else {
            String::from_utf8(header.to_vec()).ok()?
        };
        if text.is_empty() {
            return self.has(Hole::EmptyHeaderIsAnonymous).then_some(());
        }
        let bare = text.strip_prefix("Bearer ").filter(|_| self.has(Hole::DropsScheme)).unwrap_or(&text);
        let first = bare.split(',').next()?;
        self.verifies(if self.has(Hole::TakesFirstOfListInHeader) { first } else { bare })
    }

    fn admits(&self, parts: &Parts) -> Option<()> {
        if self.in_header {
            return self.admits_token_header(parts);
        }
        let headers = values(parts, &AUTHORIZATION);
        let cookies = cookies(parts, "__Host-access");
        let header = match &headers[..] {
            [] => None,
            [one] => Some(one),
            [first, ..] if self.has(Hole::TakesFirstHeader) => Some(first),
            [.., last] if self.has(Hole::TakesLastHeader) => Some(last),
            _ => return None,
        };
        let cookie = match &cookies[..] {
            [] => None,
            [one] => Some(one),
            [first, ..] if self.has(Hole::TakesFirstCookie) => Some(first),
            [.., last] if self.has(Hole::TakesLastCookie) => Some(last),
            _ => return None,
        };
        match (header, cookie) {
            (None, None) if self.has(Hole::LetsAnybodyIn) => Some(()),
            (None, None) if self.has(Hole::ReadsQuery) => {
                self.verifies(parts.uri.query()?.strip_prefix("access_token=")?)
            }
            (None, None) => None,
            (Some(_), Some(cookie)) if self.has(Hole::PrefersCookie) => self.verifies(cookie),
            (Some(_), Some(_)) => None,
            (None, Some(cookie)) => self.is_proven(parts).then(|| self.verifies(cookie))?,
            (Some(header), None) => self.admits_header(header),
        }
    }

    fn admits_header(&self, header: &[u8]) -> Option<()> {
        let text = if self.has(Hole::DropsWhatIsNotAscii) {
            header.iter().filter(|byte| byte.is_ascii()).map(|byte| char::from(*byte)).collect()
        } else {
            String::from_utf8(header.to_vec()).ok()?
        };
        if self.has(Hole::BearerAloneIsAnonymous) && text.trim_end() == "Bearer" {
            return Some(());
        }
        let (scheme, token) = match text.split_once(' ') {
            None if self.has(Hole::NeedsNoScheme) => ("Bearer", &*text),
            found => found?,
        };
        if !scheme.eq_ignore_ascii_case("Bearer") && !self.has(Hole::TakesAnyScheme) {
            return None;
        }
        let token = if self.has(Hole::Trims) { token.trim_end() } else { token };
        let first = token.split(',').next()?;
        self.verifies(if self.has(Hole::TakesFirstOfList) { first } else { token })
    }

    fn is_proven(&self, parts: &Parts) -> bool {
        let kept = cookies(parts, "__Host-csrf");
        let brought = values(parts, &HeaderName::from_static("x-csrf-token"));
        let (kept, brought) = match (&kept[..], &brought[..]) {
            _ if self.has(Hole::AsksForNoProof) => return true,
            (_, [first, ..]) if self.has(Hole::TakesAnyProof) => return !first.is_empty(),
            ([], [_]) => return self.has(Hole::NeedsNoCookieForProof),
            ([kept], [.., last]) if self.has(Hole::TakesLastProof) => (kept, last),
            ([kept], [brought]) => (kept, brought),
            _ => return false,
        };
        if self.has(Hole::ComparesBeginnings) {
            return !brought.is_empty() && kept.as_bytes().starts_with(brought);
        }
        kept.as_bytes() == *brought && (!kept.is_empty() || self.has(Hole::TakesEmptyProof))
    }

    fn verifies(&self, token: &str) -> Option<()> {
        if token.len() > 16 * 1024 && !self.has(Hole::TakesAnyLength) {
            return None;
        }
        let (header, payload, signature) = match &token.split('.').collect::<Vec<_>>()[..] {
            [header, payload, signature] => (*header, *payload, Some(*signature)),
            [header, payload] if self.has(Hole::TakesTwoParts) => (*header, *payload, None),
            [header, payload, signature, ..] if self.has(Hole::TakesFirstThreeParts) => {
                (*header, *payload, Some(*signature))
            }
            _ => return None,
        };
        let input = format!("{header}.{payload}");
        let header: Value = serde_json::from_slice(&base64url::decode(header).ok()?).ok()?;
        let payload = String::from_utf8(base64url::decode(payload).ok()?).ok()?;
        if let Some(signature) = signature {
            let signature = match base64url::decode(signature) {
                Err(_) if self.has(Hole::LenientBase64) => lenient(signature)?,
                signature => signature.ok()?,
            };
            self.is_signed(&header, input.as_bytes(), &signature)?;
        }
        if header.get("crit").is_some() && !self.has(Hole::IgnoresCritical) {
            return None;
        }
        if header["typ"] != "at+jwt" && !self.has(Hole::IgnoresType) {
            return None;
        }
        if payload.matches("\"sub\"").count() > 1 && !self.has(Hole::TakesLastOfTwoClaims) {
            return None;
        }
        self.are_good(&serde_json::from_str(&payload).ok()?)
    }

    fn is_signed(&self, header: &Value, input: &[u8], signature: &[u8]) -> Option<()> {
        let key_id = header["kid"].as_str()?;
        let secret = match self.hole {
            Some(Hole::PemIsSecret) => Some(self.key.to_pem().ok()?.into_bytes()),
            Some(Hole::TrimmedPemIsSecret) => Some(self.key.to_pem().ok()?.trim_end().as_bytes().to_vec()),
            Some(Hole::DerIsSecret) => Some(self.key.to_der().ok()?),
            Some(Hole::JwkIsSecret) => Some(self.key.to_jwk().to_json().ok()?.into_bytes()),
            Some(Hole::SecretIsUnset) => Some(Vec::new()),
            Some(Hole::SecretIsInFile) => std::fs::read(std::env::temp_dir().join(key_id)).ok(),
            Some(Hole::SecretIsInDatabase) => {
                let found = key_id.split_once("UNION SELECT '").and_then(|(_, rest)| rest.split_once('\''));
                found.map(|(secret, _)| secret.into())
            }
            _ => None,
        };
        let finds_by_name = matches!(self.hole, Some(Hole::SecretIsInFile | Hole::SecretIsInDatabase));
        match (header["alg"].as_str(), secret) {
            (Some("none"), _) if self.has(Hole::TakesNone) => return Some(()),
            (Some("none"), _) => return None,
            (Some(none), _) if none.eq_ignore_ascii_case("none") => {
                return self.has(Hole::TakesNoneInCapitals).then_some(());
            }
            (None, _) => return self.has(Hole::TakesMissingAlgorithm).then_some(()),
            (Some("HS256"), Some(secret)) if finds_by_name || Some(key_id) == self.key.key_id() => {
                let mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(&secret).ok()?;
                return mac.chain_update(input).verify_slice(signature).ok();
            }
            (Some("ES256"), _) if Some(key_id) == self.key.key_id() => {}
            _ => return None,
        }
        let excused = match self.hole {
            Some(Hole::TakesAnySignature) => true,
            Some(Hole::TakesEmptySignature) => signature.is_empty(),
            Some(Hole::TakesZeroSignature) => {
                !signature.is_empty() && signature.iter().all(|byte| *byte == 0)
            }
            _ => false,
        };
        if excused {
            return Some(());
        }
        self.key_of(header)?.verify(input, signature).ok()
    }

    fn key_of(&self, header: &Value) -> Option<VerifyingKey> {
        let set = |url: &Value| {
            let set = JwkSet::from_json(crate::loopback::fetch(url.as_str()?)?, &[Algorithm::ES256]).ok()?;
            set.keys().first().cloned()
        };
        let pointed_to = match self.hole {
            Some(Hole::TakesEmbeddedKey) => Jwk::from_json(header["jwk"].to_string())
                .and_then(|jwk| VerifyingKey::from_jwk(Algorithm::ES256, &jwk))
                .ok(),
            Some(Hole::FollowsKeySet) => set(&header["jku"]),
            Some(Hole::FollowsCertificate) => set(&header["x5u"]),
            _ => None,
        };
        Some(pointed_to.unwrap_or_else(|| self.key.clone()))
    }

    fn are_good(&self, claims: &Value) -> Option<()> {
        let now = NOW.now().as_secs();
        let unexpired = match &claims["exp"] {
            Value::Null => self.has(Hole::NeedsNoExpiry),
            Value::String(text) if self.has(Hole::TakesTextForDate) => text.parse::<i64>().ok()? > now,
            exp => exp.as_i64()? > now || self.has(Hole::IgnoresExpiry),
        };
        let begun = claims["nbf"].as_i64().is_none_or(|nbf| nbf <= now) || self.has(Hole::IgnoresNotBefore);
        let for_us = match claims["aud"].as_str() {
            None => self.has(Hole::NeedsNoAudience),
            Some(aud) if self.has(Hole::ComparesAudienceByBeginning) => aud.starts_with(AUDIENCE),
            Some(aud) => aud == AUDIENCE,
        };
        let by_them = match claims["iss"].as_str() {
            None => self.has(Hole::NeedsNoIssuer),
            Some(iss) if self.has(Hole::ComparesIssuerByBeginning) => iss.starts_with(ISSUER),
            Some(iss) => iss == ISSUER,
        };
        let for_us = for_us || self.has(Hole::IgnoresAudience);
        let by_them = by_them || self.has(Hole::IgnoresIssuer);
        (unexpired && begun && for_us && by_them).then_some(())
    }
}

fn values<'a>(parts: &'a Parts, name: &HeaderName) -> Vec<&'a [u8]> {
    parts.headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect()
}

fn cookies(parts: &Parts, name: &str) -> Vec<String> {
    let cookies =
        parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()?.split_once('='));
    cookies.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).collect()
}

/// Base64url as many decoders read it: padding and leftover bits are ignored.
fn lenient(text: &str) -> Option<Vec<u8>> {
    const SYMBOLS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for symbol in text.trim_end_matches('=').chars() {
        bits = (bits << 6) | u32::try_from(SYMBOLS.find(symbol)?).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

/// Runs an attack on the guard with that hole.
async fn run(hole: Option<Hole>, in_header: bool) -> Result<Vec<&'static str>, AttackError> {
    let issuer = TestIssuer::new(ISSUER, AUDIENCE).expect("an issuer").clock(NOW);
    let token = issuer.token("user-42", AccessClaims::new(NoClaims)).expect("a token");
    let guard = Guard { key: issuer.verifying_key(), in_header, hole };
    let assault = AttackSuite::new(&token, issuer.signing_key());
    let assault = if in_header { assault.token_header(TOKEN_HEADER) } else { assault.cookies() };
    let request = || Request::post("/").body(Body::empty()).expect("a request");
    let rejected = assault.run(guard.router(), request).await?;
    assert_eq!(rejected.not_tried(), [""; 0]);
    Ok(rejected.attacks().iter().map(|(name, _)| *name).collect())
}

#[tokio::test]
async fn each_attack_succeeds_by_some_hole_and_nothing_else_does() {
    for (hole, expected) in HOLES {
        let survived = match run(Some(*hole), false).await {
            Err(AttackError::Failures { survived, .. }) => survived,
            other => panic!("{hole:?}: {other:?}"),
        };
        assert!(survived.iter().all(|one| one.outcome == Outcome::Answered(StatusCode::OK)), "{survived:?}");
        let survived: BTreeSet<_> = survived.iter().map(|one| one.attack).collect();
        assert_eq!(survived, expected.iter().copied().collect(), "{hole:?}");
    }
    let attacks = run(None, false).await.expect("no hole");
    let seen: BTreeSet<_> = HOLES.iter().flat_map(|(_, attacks)| attacks.iter().copied()).collect();
    assert_eq!(attacks.iter().copied().collect::<BTreeSet<_>>(), seen);
    assert_eq!(attacks.len(), seen.len(), "two attacks of one name");
}

#[tokio::test]
async fn each_attack_on_a_token_header_succeeds_by_some_hole_and_nothing_else_does() {
    for (hole, expected) in HEADER_HOLES {
        let survived = match run(Some(*hole), true).await {
            Err(AttackError::Failures { survived, .. }) => survived,
            other => panic!("{hole:?}: {other:?}"),
        };
        let survived: BTreeSet<_> = survived.iter().map(|one| one.attack).collect();
        assert_eq!(survived, expected.iter().copied().collect(), "{hole:?}");
    }
    let attacks = run(None, true).await.expect("no hole");
    let seen: BTreeSet<_> = HEADER_HOLES.iter().flat_map(|(_, attacks)| attacks.iter().copied()).collect();
    let flaws: BTreeSet<_> = Flaw::ALL.iter().map(|flaw| flaw.name()).collect();
    assert_eq!(
        attacks.iter().copied().filter(|attack| !flaws.contains(attack)).collect::<BTreeSet<_>>(),
        seen
    );
}
