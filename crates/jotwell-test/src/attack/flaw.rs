//! Flaws that a token can have.

macro_rules! flaws {
    ($($(#[$doc:meta])* $flaw:ident = $name:literal,)*) => {
        /// One flaw of a token that is otherwise valid.
        ///
        /// Tokens with flaws in their claims are signed with the issuer's own key, so that only the tested rule can
        /// reject them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Flaw {
            $($(#[$doc])* $flaw,)*
        }

        impl Flaw {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$flaw,)*];

            /// Returns its name in reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$flaw => $name,)*
                }
            }
        }
    };
}

flaws! {
    /// `exp` is a day before the token was issued (RFC 7519 §4.1.4).
    Expired = "expired",
    /// `exp` is in the future, but a string (RFC 7519 §2 requires a number).
    ExpiryText = "exp as a string",
    /// The token has no `exp`, which RFC 9068 §2.2 requires.
    NoExpiry = "without exp",
    /// `nbf` is a day after `exp` (RFC 7519 §4.1.5).
    NotYetValid = "not yet valid",
    /// `aud` is another service (RFC 8725 §3.9).
    OtherAudience = "for another audience",
    /// `aud` is a service whose name begins with the right one.
    LongerAudience = "for an audience with a longer name",
    /// The token has no `aud`.
    NoAudience = "without aud",
    /// `iss` is another issuer, although the key is trusted (RFC 8725 §3.8).
    OtherIssuer = "by another issuer",
    /// `iss` is an issuer whose name begins with the right one.
    LongerIssuer = "by an issuer with a longer name",
    /// The token has no `iss`.
    NoIssuer = "without iss",
    /// `sub` appears twice, and readers disagree about which one counts (RFC 7519 §4).
    DuplicateClaim = "a claim twice",
    /// `typ` is that of a token for another purpose (RFC 8725 §3.11).
    OtherType = "typ of another purpose",
    /// `typ` is `JWT` instead of a more specific type, as in an ID token (RFC 9068 §4).
    PlainType = "typ that is only JWT",
    /// `crit` names an unknown extension (RFC 7515 §4.1.11).
    UnknownCritical = "crit with an unknown extension",

    /// `alg` is `none`, without a signature (RFC 8725 §2.1).
    Unsecured = "alg none",
    /// `alg` is `None`.
    UnsecuredCapital = "alg None",
    /// `alg` is `NONE`.
    UnsecuredUpper = "alg NONE",
    /// `alg` is `nOnE`.
    UnsecuredMixed = "alg nOnE",
    /// `alg` is `none`, with the signature of the valid token.
    UnsecuredSigned = "alg none with a signature",
    /// The token has no `alg`, and no signature.
    NoAlgorithm = "without alg",

    /// HS256 with the issuer's public key, as PEM, as the secret (RFC 8725 §2.1).
    ConfusedPem = "HS256 by the public key in PEM",
    /// The same with the PEM without its last line end.
    ConfusedPemTrimmed = "HS256 by the public key in PEM, trimmed",
    /// The same with the key in DER.
    ConfusedDer = "HS256 by the public key in DER",
    /// The same with the key as a JWK.
    ConfusedJwk = "HS256 by the public key as a JWK",
    /// HS256 with an empty secret, as from an environment variable that is not set.
    EmptySecret = "HS256 by an empty secret",
    /// HS256 with a `kid` that is the path of an empty file (RFC 8725 §2.9).
    KeyIdPath = "kid that is a path",
    /// HS256 with a `kid` that makes a database return the secret (RFC 8725 §2.9).
    KeyIdSql = "kid that is SQL",

    /// The token is signed with an attacker's key, under the `kid` of the right one.
    StrangersKey = "by a stranger's key",
    /// The attacker's key is in the header as `jwk` (CVE-2018-0114).
    EmbeddedKey = "by the key that it embeds",
    /// `jku` is the URL of the attacker's key (RFC 8725 §2.10).
    KeySetUrl = "by the key that jku leads to",
    /// `x5u` is the URL of the attacker's key.
    CertificateUrl = "by the key that x5u leads to",
    /// `sub` was changed, but not the signature.
    ChangedPayload = "payload that was changed",
    /// The header was changed, but not the signature.
    ChangedHeader = "header that was changed",
    /// One bit of the signature was changed.
    ChangedSignature = "signature that was changed",
    /// The signature is empty.
    EmptySignature = "signature that is empty",
    /// The signature consists of zeros (CVE-2022-21449).
    ZeroSignature = "signature of zeros",

    /// The signature has base64 padding (RFC 7515 §2).
    Padded = "base64 with padding",
    /// The last symbol of the signature has unused bits set (RFC 4648 §3.5).
    TrailingBits = "base64 with trailing bits",
    /// The token is followed by a space.
    TrailingSpace = "followed by a space",
    /// The token has no signature part.
    TwoParts = "two parts",
    /// The token has two more parts.
    FiveParts = "five parts",
    /// The token has a claim of 256 KiB.
    Oversized = "oversized",
}
