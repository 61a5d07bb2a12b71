//! What can be wrong with a token.

macro_rules! flaws {
    ($($(#[$doc:meta])* $flaw:ident = $name:literal,)*) => {
        /// One thing that is wrong with a token that is good otherwise.
        ///
        /// Where it is about what the token says, the issuer's own key has signed it, so that the rule under test
        /// is all that stands between it and acceptance.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Flaw {
            $($(#[$doc])* $flaw,)*
        }

        impl Flaw {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$flaw,)*];

            /// What reports call it.
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
    /// `exp` lies in the future, as a text (RFC 7519 §2 has a number).
    ExpiryText = "exp that is a text",
    /// Lives for ever: RFC 9068 §2.2 asks for `exp`.
    NoExpiry = "without exp",
    /// `nbf` is a day after it expires (RFC 7519 §4.1.5).
    NotYetValid = "not yet valid",
    /// For another service (RFC 8725 §3.9).
    OtherAudience = "for another audience",
    /// For a service whose name begins with that of this one.
    LongerAudience = "for an audience with a longer name",
    /// For nobody in particular.
    NoAudience = "without aud",
    /// By another issuer, whose key is believed (RFC 8725 §3.8).
    OtherIssuer = "by another issuer",
    /// By an issuer whose name begins with that of the right one.
    LongerIssuer = "by an issuer with a longer name",
    /// By nobody in particular.
    NoIssuer = "without iss",
    /// `sub` stands there twice, and readers disagree which one counts (RFC 7519 §4).
    DuplicateClaim = "a claim twice",
    /// `typ` of a token for another purpose (RFC 8725 §3.11).
    OtherType = "typ of another purpose",
    /// `typ` is `JWT` where it said more: an ID token, say (RFC 9068 §4).
    PlainType = "typ that says JWT only",
    /// `crit` names an extension that nobody knows (RFC 7515 §4.1.11).
    UnknownCritical = "crit that nobody knows",

    /// `alg` is `none`, without a signature (RFC 8725 §2.1).
    Unsecured = "alg none",
    /// `alg` is `None`.
    UnsecuredCapital = "alg None",
    /// `alg` is `NONE`.
    UnsecuredUpper = "alg NONE",
    /// `alg` is `nOnE`.
    UnsecuredMixed = "alg nOnE",
    /// `alg` is `none`, beside the signature of the good token.
    UnsecuredSigned = "alg none with a signature",
    /// No `alg`, and no signature.
    NoAlgorithm = "without alg",

    /// HS256 with the issuer's public key, as PEM, for a secret (RFC 8725 §2.1).
    ConfusedPem = "HS256 by the public key in PEM",
    /// The same with the PEM as it is without its last line end.
    ConfusedPemTrimmed = "HS256 by the public key in PEM, trimmed",
    /// The same with the key in DER.
    ConfusedDer = "HS256 by the public key in DER",
    /// The same with the key as a JWK.
    ConfusedJwk = "HS256 by the public key as a JWK",
    /// HS256 with a secret that is empty, as that of a variable that is not set.
    EmptySecret = "HS256 by an empty secret",
    /// HS256 with a `kid` that leads to an empty file (RFC 8725 §2.9).
    KeyIdPath = "kid that is a path",
    /// HS256 with a `kid` that makes a data base return the secret (RFC 8725 §2.9).
    KeyIdSql = "kid that is SQL",

    /// Signed with another key, under the `kid` of the right one.
    StrangersKey = "by a stranger's key",
    /// The stranger's key stands in the header as `jwk` (CVE-2018-0114).
    EmbeddedKey = "by the key that it embeds",
    /// `jku` leads to the stranger's key (RFC 8725 §2.10).
    KeySetUrl = "by the key that jku leads to",
    /// `x5u` leads to the stranger's key.
    CertificateUrl = "by the key that x5u leads to",
    /// `sub` was changed, under the old signature.
    ChangedPayload = "payload that was changed",
    /// The header was changed, under the old signature.
    ChangedHeader = "header that was changed",
    /// One bit of the signature was changed.
    ChangedSignature = "signature that was changed",
    /// The signature is empty.
    EmptySignature = "signature that is empty",
    /// The signature is zeros (CVE-2022-21449).
    ZeroSignature = "signature of zeros",

    /// The signature has base64 padding (RFC 7515 §2).
    Padded = "base64 with padding",
    /// The last symbol of the signature has bits that mean nothing (RFC 4648 §3.5).
    TrailingBits = "base64 with trailing bits",
    /// A space follows.
    TrailingSpace = "a space behind it",
    /// Without the part of the signature.
    TwoParts = "two parts",
    /// With two more parts.
    FiveParts = "five parts",
    /// With a claim of 256 KiB.
    Oversized = "oversized",
}
