//! Another implementation of encrypted tokens, josekit over OpenSSL, under the same keys, and the rules that distinguish the two.
//!
//! The rules look at the token through `base64ct` and `serde_json` alone, never at what either library said.

use std::sync::LazyLock;

use base64ct::{Base64UrlUnpadded, Encoding};
use josekit::jwe::enc::{A128CBC_HS256, A128GCM, A192CBC_HS384, A192GCM, A256CBC_HS512, A256GCM};
use josekit::jwe::{self as peer, JweContentEncryption, JweDecrypter, JweEncrypter, JweHeader};
use jotwell::error::TokenPart;
use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, Header, KeyManagement};
use jotwell::jws::{DEFAULT_MAX_HEADER_LENGTH, DEFAULT_MAX_LENGTH};
use jotwell::{Curve, Jwk, MAX_DEPTH, MAX_HEADER_VALUES, VerifyError, base64url};
use serde_json::{Map, Value};

use crate::oracle::{self, Json};

/// A key in both libraries.
pub struct Pair {
    pub ours: DecryptingKey,
    encrypter: Box<dyn JweEncrypter>,
    decrypter: Box<dyn JweDecrypter>,
    /// Tokens to take parts of: by us and by the peer.
    pub tokens: [String; 2],
}

/// `dir` for each content encryption, with its secret.
pub static DIRECT: LazyLock<Vec<(Pair, Vec<u8>)>> = LazyLock::new(|| {
    let pair = |enc: &ContentEncryption| {
        let secret = secret(enc.key_len());
        let ours = DecryptingKey::from_secret(KeyManagement::Dir, &[*enc], &secret).expect("a key");
        let encrypter = peer::Dir.encrypter_from_bytes(&secret).expect("a key");
        let decrypter = peer::Dir.decrypter_from_bytes(&secret).expect("a key");
        (Pair::new(ours, Box::new(encrypter), Box::new(decrypter)), secret)
    };
    ContentEncryption::ALL.iter().map(pair).collect()
});

/// AES Key Wrap and AES-GCM key wrapping, in each size.
pub static WRAPPING: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let mut pairs = Vec::new();
    for (algorithm, theirs) in [
        (KeyManagement::A128KW, peer::A128KW),
        (KeyManagement::A192KW, peer::A192KW),
        (KeyManagement::A256KW, peer::A256KW),
    ] {
        let (ours, secret) = wrapping_key(algorithm);
        let encrypter = theirs.encrypter_from_bytes(&secret).expect("a key");
        let decrypter = theirs.decrypter_from_bytes(&secret).expect("a key");
        pairs.push(Pair::new(ours, Box::new(encrypter), Box::new(decrypter)));
    }
    for (algorithm, theirs) in [
        (KeyManagement::A128GCMKW, peer::A128GCMKW),
        (KeyManagement::A192GCMKW, peer::A192GCMKW),
        (KeyManagement::A256GCMKW, peer::A256GCMKW),
    ] {
        let (ours, secret) = wrapping_key(algorithm);
        let encrypter = theirs.encrypter_from_bytes(&secret).expect("a key");
        let decrypter = theirs.decrypter_from_bytes(&secret).expect("a key");
        pairs.push(Pair::new(ours, Box::new(encrypter), Box::new(decrypter)));
    }
    pairs
});

/// ECDH-ES, alone and with each size of AES Key Wrap, on each curve.
pub static AGREEMENT: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let mut pairs = Vec::new();
    for (algorithm, theirs) in [
        (KeyManagement::EcdhEs, peer::ECDH_ES),
        (KeyManagement::EcdhEsA128KW, peer::ECDH_ES_A128KW),
        (KeyManagement::EcdhEsA192KW, peer::ECDH_ES_A192KW),
        (KeyManagement::EcdhEsA256KW, peer::ECDH_ES_A256KW),
    ] {
        for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
            let ours = DecryptingKey::generate_on(curve, algorithm, ContentEncryption::ALL).expect("a key");
            let jwk = |jwk: Jwk| {
                let json = jwk.to_json_with_private_members().expect("JSON");
                josekit::jwk::Jwk::from_bytes(json).expect("a JWK")
            };
            let encrypter = theirs.encrypter_from_jwk(&jwk(ours.encrypting_key().to_jwk())).expect("a key");
            let decrypter = theirs.decrypter_from_jwk(&jwk(ours.to_jwk())).expect("a key");
            pairs.push(Pair::new(ours, Box::new(encrypter), Box::new(decrypter)));
        }
    }
    pairs
});

fn wrapping_key(algorithm: KeyManagement) -> (DecryptingKey, Vec<u8>) {
    let bits: usize = algorithm.name()[1..4].parse().expect("a size");
    let secret = secret(bits / 8);
    (DecryptingKey::from_secret(algorithm, ContentEncryption::ALL, &secret).expect("a key"), secret)
}

/// The same in each run, so that a seed stays the token that it was.
fn secret(len: usize) -> Vec<u8> {
    (1_u8..).map(|byte| byte.wrapping_mul(37)).take(len).collect()
}

fn content_encryption(enc: ContentEncryption) -> &'static dyn JweContentEncryption {
    match enc {
        ContentEncryption::A128CbcHs256 => &A128CBC_HS256,
        ContentEncryption::A192CbcHs384 => &A192CBC_HS384,
        ContentEncryption::A256CbcHs512 => &A256CBC_HS512,
        ContentEncryption::A128GCM => &A128GCM,
        ContentEncryption::A192GCM => &A192GCM,
        _ => &A256GCM,
    }
}

/// A token for `dir` of any header and initialization vector, whose tag holds, by the primitives of the peer. The header alone
/// where there is no other.
pub fn direct(
    secret: &[u8],
    enc: ContentEncryption,
    header: &[u8],
    iv: &[u8],
    content: &[u8],
) -> Option<String> {
    let own = format!(r#"{{"alg":"dir","enc":"{enc}"}}"#);
    let header = if header.is_empty() { own.as_bytes() } else { header };
    let header = base64url::encode(header);
    // The peer asserts that it is not shorter.
    let iv = Some(iv).filter(|iv| iv.len() >= enc.iv_len())?;
    let (ciphertext, tag) =
        content_encryption(enc).encrypt(secret, Some(iv), content, header.as_bytes()).ok()?;
    let [iv, ciphertext, tag] = [iv, &ciphertext, &tag?].map(base64url::encode);
    Some([&header, "", &iv, &ciphertext, &tag].join("."))
}

impl Pair {
    fn new(ours: DecryptingKey, encrypter: Box<dyn JweEncrypter>, decrypter: Box<dyn JweDecrypter>) -> Self {
        let mut pair = Self { ours, encrypter, decrypter, tokens: Default::default() };
        let enc = pair.ours.encryptions()[0];
        pair.tokens = [pair.encrypt(enc, b"ours"), pair.encrypt_by_peer(enc, b"theirs")];
        pair
    }

    pub fn encrypt(&self, enc: ContentEncryption, content: &[u8]) -> String {
        let key = self.ours.encrypting_key();
        key.encrypt_with(content, &Header::for_key(&key).with_enc(enc)).expect("a token")
    }

    pub fn encrypt_by_peer(&self, enc: ContentEncryption, content: &[u8]) -> String {
        let mut header = JweHeader::new();
        header.set_content_encryption(enc.name());
        peer::serialize_compact(content, &header, &*self.encrypter).expect("a token")
    }

    /// A token that neither has changed decrypts in both.
    pub fn comes_back(&self, token: &str, content: &[u8]) {
        let ours = Decrypter::new(&self.ours).max_length(token.len()).decrypt(token);
        assert_eq!(**ours.expect("an encrypted token"), *content, "{token}");
        let (theirs, _) = peer::deserialize_compact(token, &*self.decrypter).expect("an encrypted token");
        assert_eq!(theirs, content, "{token}");
    }

    /// Decrypts in both libraries. Where one accepts and the other does not, a rule says why; where a rule of ours speaks
    /// against the token, it is rejected; where both accept, they read the same.
    pub fn agree(&self, token: &str) {
        let ours = Decrypter::new(&self.ours).decrypt(token);
        let rules = Rules::of(token);
        if let (Ok(_), Some(rule)) = (&ours, rules.ours.first()) {
            panic!("accepted {token} in spite of {rule:?}");
        }
        if rules.panics {
            return;
        }
        match (ours, peer::deserialize_compact(token, &*self.decrypter)) {
            (Ok(ours), Ok((content, header))) => {
                assert_eq!(**ours, *content, "{token}");
                let read: Value = serde_json::from_str(&ours.header().to_json()).expect("JSON");
                assert_eq!(read, Value::Object(header.claims_set().clone()), "{token}");
            }
            (Err(error), Ok(_)) => {
                let explained = rules.ours.iter().any(|rule| rule.explains(&error));
                assert!(explained, "alone rejected {token}: {error:?}, {:?}", rules.ours);
            }
            (Ok(_), Err(error)) => {
                assert!(!rules.theirs.is_empty(), "alone accepted {token}: {error:?}");
            }
            (Err(_), Err(_)) => {}
        }
    }
}

/// Why jotwell rejects what the peer accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stricter {
    /// The token has more than 16 KiB.
    Length,
    /// The header has more than 8 KiB.
    HeaderLength,
    /// The header has more than [`MAX_HEADER_VALUES`] members and elements.
    HeaderValues,
    /// Two members of one name, at any depth: the peer takes the last.
    Duplicate,
    /// More than [`MAX_DEPTH`] levels; the peer stops at 128.
    Depth,
    /// `crit`, whatever it says: nothing critical is understood, and the peer does not look.
    Crit,
    /// `b64` that is not `true`: RFC 7797.
    B64,
    /// `zip`: the peer expands.
    Zip,
    /// A parameter of another algorithm is malformed: the peer looks at those of its own alone.
    Parameter(&'static str),
    /// An initialization vector or a tag of another length: OpenSSL takes a tag that was cut, and vectors of any length.
    PartLength(&'static str),
}

/// Why the peer rejects what jotwell accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TheirsStricter {
    /// A number beyond every double, in a header parameter that no code reads.
    HugeNumber,
    /// A parameter that nothing acts on has another type or encoding than the peer wants.
    Parameter(&'static str),
}

impl Stricter {
    /// Whether that is what we reject such a token with.
    fn explains(self, error: &VerifyError) -> bool {
        use VerifyError as E;
        match self {
            Self::Length => matches!(error, E::TooLong { .. }),
            Self::HeaderLength => matches!(error, E::HeaderTooLong { .. }),
            Self::HeaderValues | Self::Depth => matches!(error, E::Json { part: TokenPart::Header, .. }),
            // The first of the two may be wrong in itself, and was not seen here.
            Self::Duplicate => {
                matches!(
                    error,
                    E::Json { part: TokenPart::Header, .. } | E::InvalidHeader { .. } | E::InvalidCrit
                )
            }
            Self::Crit => matches!(error, E::InvalidCrit | E::UnsupportedCrit),
            Self::B64 => *error == E::InvalidHeader { parameter: "b64" },
            Self::Zip => *error == E::Compressed,
            Self::Parameter(parameter) => *error == E::InvalidHeader { parameter },
            Self::PartLength(member) => *error == E::InvalidJwe { member },
        }
    }
}

/// What speaks for a difference. Empty where the token's parts are not even JSON.
#[derive(Default)]
struct Rules {
    ours: Vec<Stricter>,
    theirs: Vec<TheirsStricter>,
    /// The peer would panic: at an encrypted key that is shorter than what AES Key Wrap adds, and at an initialization vector
    /// that is too short. Such a token is ours alone to reject.
    panics: bool,
}

impl Rules {
    fn of(token: &str) -> Self {
        let mut rules = Self::default();
        let parts: Vec<_> = token.split('.').collect();
        let [header, _, iv, _, tag] = parts[..] else { return rules };
        let decoded: Option<Vec<_>> =
            parts.iter().map(|part| Base64UrlUnpadded::decode_vec(part).ok()).collect();
        let Some(decoded) = decoded else { return rules };
        rules.panics = iv.is_empty() || (1..8).contains(&decoded[1].len());
        rules.add(token.len() > DEFAULT_MAX_LENGTH, Stricter::Length);
        rules.add(header.len() > DEFAULT_MAX_HEADER_LENGTH, Stricter::HeaderLength);
        rules.add(decoded[1].len() > 512, Stricter::PartLength("encrypted_key"));
        let strict = oracle::json(&decoded[0]);
        if matches!(strict, Json::HugeNumber) {
            rules.theirs.push(TheirsStricter::HugeNumber);
        }
        let Ok(value) = serde_json::from_slice::<Value>(&decoded[0]) else { return rules };
        let Some(object) = value.as_object() else { return rules };
        let deep = oracle::depth(&value) > MAX_DEPTH;
        rules.add(deep, Stricter::Depth);
        rules.add(oracle::values(&value) > MAX_HEADER_VALUES, Stricter::HeaderValues);
        rules.add(!deep && !matches!(strict, Json::Accepted(_)), Stricter::Duplicate);
        rules.header(object);
        let enc = object.get("enc").and_then(Value::as_str).and_then(ContentEncryption::from_name);
        if let Some(enc) = enc {
            rules.panics |= decoded[2].len() < enc.iv_len();
            rules.add(iv.len() != encoded_len(enc.iv_len()), Stricter::PartLength("iv"));
            rules.add(tag.len() != encoded_len(enc.tag_len()), Stricter::PartLength("tag"));
        }
        rules
    }

    fn add(&mut self, applies: bool, rule: Stricter) {
        if applies {
            self.ours.push(rule);
        }
    }

    fn header(&mut self, header: &Map<String, Value>) {
        self.add(header.contains_key("crit"), Stricter::Crit);
        self.add(header.get("b64").is_some_and(|b64| *b64 != true), Stricter::B64);
        self.add(header.contains_key("zip"), Stricter::Zip);
        let is_base64url =
            |value: &Value| value.as_str().is_some_and(|text| Base64UrlUnpadded::decode_vec(text).is_ok());
        for name in ["apu", "apv", "iv", "tag", "p2s"] {
            self.add(header.get(name).is_some_and(|value| !is_base64url(value)), Stricter::Parameter(name));
        }
        // Of AES-GCM key wrapping.
        let iv =
            header.get("iv").and_then(Value::as_str).and_then(|iv| Base64UrlUnpadded::decode_vec(iv).ok());
        self.panics |= iv.is_some_and(|iv| iv.len() < 12);
        let is_count = |value: &Value| value.as_u64().is_some_and(|count| u32::try_from(count).is_ok());
        self.add(header.get("p2c").is_some_and(|value| !is_count(value)), Stricter::Parameter("p2c"));
        let is_public = |value: &Value| value.to_string().parse().is_ok_and(|jwk: Jwk| !jwk.is_private());
        self.add(header.get("epk").is_some_and(|value| !is_public(value)), Stricter::Parameter("epk"));
        for name in ["typ", "kid"] {
            self.add(header.get(name).is_some_and(|value| !value.is_string()), Stricter::Parameter(name));
        }
        const UNREAD: [&str; 13] = [
            "jku", "x5u", "cty", "url", "iss", "sub", "aud", "x5t", "x5t#S256", "nonce", "x5c", "jwk", "zip",
        ];
        self.theirs.extend(
            UNREAD.into_iter().filter(|name| header.contains_key(*name)).map(TheirsStricter::Parameter),
        );
    }
}

fn encoded_len(len: usize) -> usize {
    (len * 4).div_ceil(3)
}
