//! Claims of any content, and the expected results.

use std::collections::BTreeMap;
use std::time::Duration;

use arbitrary::Arbitrary;
use jotwell::{Audiences, Claims, NoClaims, NumericDate};

/// Seconds and nanoseconds.
type Date = (i64, u32);

/// What an issuer may put into a token.
#[derive(Arbitrary, Debug)]
pub struct Issued {
    issuer: Option<String>,
    subject: Option<String>,
    jwt_id: Option<String>,
    expires_at: Option<Date>,
    not_before: Option<Date>,
    issued_at: Option<Date>,
    audience: Vec<String>,
    pub private: BTreeMap<String, String>,
}

impl Issued {
    /// Returns claims to sign.
    pub fn claims(&self) -> Claims<&BTreeMap<String, String>> {
        let mut claims = Claims::new(&self.private);
        (claims.issuer, claims.subject, claims.jwt_id) =
            (self.issuer.clone(), self.subject.clone(), self.jwt_id.clone());
        claims.audience = Audiences(self.audience.clone());
        [claims.expires_at, claims.not_before, claims.issued_at] =
            [self.expires_at, self.not_before, self.issued_at].map(|date| date.map(numeric));
        claims
    }

    /// Returns the registered claims that a verifier must read, including a custom claim with such a name. `None` if
    /// signing must fail: a name appears twice, or a date is a string.
    pub fn registered(&self) -> Option<Claims> {
        let Claims { issuer, subject, jwt_id, audience, expires_at, not_before, issued_at, .. } =
            self.claims();
        let one = |own: Option<String>, name| match (own, self.private.get(name)) {
            (Some(_), Some(_)) => None,
            (own, private) => Some(own.or(private.cloned())),
        };
        if ["exp", "nbf", "iat"].iter().any(|name| self.private.contains_key(*name)) {
            return None;
        }
        let mut claims = Claims::new(NoClaims);
        (claims.issuer, claims.subject, claims.jwt_id) =
            (one(issuer, "iss")?, one(subject, "sub")?, one(jwt_id, "jti")?);
        claims.audience = match self.private.get("aud") {
            Some(_) if !audience.0.is_empty() => return None,
            Some(private) => Audiences(vec![private.clone()]),
            None => audience,
        };
        (claims.expires_at, claims.not_before, claims.issued_at) = (expires_at, not_before, issued_at);
        Some(claims)
    }
}

/// Returns a date in or near the range of dates.
fn numeric((secs, nanos): Date) -> NumericDate {
    NumericDate::from_secs(secs % 300_000_000_000).saturating_add(Duration::from_nanos(nanos.into()))
}
