//! The valid token that attacks are derived from.

use hmac::{Hmac, KeyInit, Mac};
use jotwell::{SigningKey, base64url};
use serde_json::{Map, Value};
use sha2::Sha256;

use super::report::Inconclusive;

/// Members of a header or of claims.
pub(super) type Members = Map<String, Value>;

/// A valid token, its parts, and the keys to sign variants of it.
pub(in super::super) struct Original {
    pub(super) token: String,
    pub(super) header: Members,
    pub(super) claims: Members,
    /// `BASE64URL(header)`, and so on.
    pub(super) parts: [String; 3],
    pub(super) key: SigningKey,
    /// An attacker's key for the same algorithm, with the same `kid`.
    pub(super) stranger: SigningKey,
    /// The URL at which the attacker publishes it.
    pub(super) elsewhere: String,
}

impl Original {
    /// Reads a token that `key` has signed. If it was signed with another key, every attack would be rejected for that
    /// reason alone, which would prove nothing.
    pub(in super::super) fn read(token: &str, key: &SigningKey) -> Result<Self, Inconclusive> {
        let mut parts = token.split('.').map(str::to_owned);
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Inconclusive::NotAToken);
        };
        let bytes = base64url::decode(&signature).map_err(|_| Inconclusive::NotAToken)?;
        let signed = format!("{header}.{payload}");
        key.verifying_key().verify(signed.as_bytes(), &bytes).map_err(|_| Inconclusive::OtherKey)?;
        let stranger = SigningKey::generate(key.algorithm()).map_err(Inconclusive::Key)?;
        let mut original = Self {
            token: token.to_owned(),
            header: members(&header)?,
            claims: members(&payload)?,
            parts: [header, payload, signature],
            key: key.clone(),
            stranger,
            elsewhere: "https://attacker.example/jwks.json".to_owned(),
        };
        if let Some(name) = original.header.get("kid").and_then(Value::as_str) {
            original.stranger = original.stranger.with_key_id(name);
        }
        Ok(original)
    }

    /// Returns the token with other claims, signed by the issuer. `None` if there is nothing to change.
    pub(super) fn with_claims(
        &self,
        change: impl FnOnce(&mut Members) -> Option<()>,
    ) -> Result<Option<String>, Inconclusive> {
        let mut claims = self.claims.clone();
        let Some(()) = change(&mut claims) else { return Ok(None) };
        self.with_payload(&Value::Object(claims).to_string()).map(Some)
    }

    /// Returns the token with that payload, signed by the issuer.
    pub(super) fn with_payload(&self, payload: &str) -> Result<String, Inconclusive> {
        let [header, ..] = &self.parts;
        sign(format!("{header}.{}", base64url::encode(payload)), &self.key)
    }

    /// Returns the token with other members in the header, signed with that key.
    pub(super) fn with_header(&self, added: Members, key: &SigningKey) -> Result<String, Inconclusive> {
        sign(self.input(added), key)
    }

    /// Returns the token with other members in the header, and an HS256 tag with that secret. The library rejects such
    /// keys.
    pub(super) fn with_hs256(&self, mut added: Members, secret: &[u8]) -> Result<String, Inconclusive> {
        added.insert("alg".to_owned(), "HS256".into());
        let input = self.input(added);
        // HMAC accepts a secret of any length (RFC 2104 §3).
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).map_err(|_| Inconclusive::NotAToken)?;
        let tag = mac.chain_update(&input).finalize().into_bytes();
        Ok(format!("{input}.{}", base64url::encode(tag)))
    }

    /// Returns the signing input with other members in the header.
    pub(super) fn input(&self, added: Members) -> String {
        let mut header = self.header.clone();
        header.extend(added);
        let [_, payload, _] = &self.parts;
        format!("{}.{payload}", base64url::encode(Value::Object(header).to_string()))
    }
}

fn members(part: &str) -> Result<Members, Inconclusive> {
    let bytes = base64url::decode(part).map_err(|_| Inconclusive::NotAToken)?;
    serde_json::from_slice(&bytes).map_err(|_| Inconclusive::NotAToken)
}

fn sign(input: String, key: &SigningKey) -> Result<String, Inconclusive> {
    let signature = key.sign(input.as_bytes()).map_err(Inconclusive::Sign)?;
    Ok(format!("{input}.{}", base64url::encode(signature)))
}
