//! The most expensive forms of the attack tests, each with a given length.
//!
//! Those of the header have an invalid signature, since anyone can send them. Those of the payload are signed, since a
//! payload is not read otherwise: they are tokens of an issuer whose users may choose claims.

use jotwell::jws::DEFAULT_MAX_HEADER_LENGTH;
use jotwell::{SigningKey, base64url};

/// The default for the length of a token. Each token here has the requested length, or one less if base64 does not
/// have that length.
pub(crate) const LENGTH: usize = 16 * 1024;

/// A token that must be rejected.
pub(crate) struct Hostile {
    pub(crate) name: String,
    pub(crate) token: String,
    /// The name of the error.
    pub(crate) error: &'static str,
}

const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;
const CLAIMS: &str = r#"{"iss":"https://auth.example","aud":"orders-api","exp":4102444800,"note":""}"#;
/// Length of an HS256 signature, encoded.
const SIGNATURE: usize = 43;

/// JSON of a certain form: `start`, as many units as there is room for, and `end`.
struct Shape {
    name: &'static str,
    start: &'static str,
    unit: fn(usize) -> String,
    /// The largest number of units.
    most: usize,
    end: &'static str,
    error: &'static str,
}

/// What follows `{"alg":"HS256"`. Headers with many values come in two forms: as many as there is room for, which is
/// too many, and as many as are allowed, with long names if there are names.
const HEADERS: &[Shape] = &[
    shape("members", "", |n| format!(r#","{}":0"#, short(n)), "}", "Json"),
    shape("members, escaped names", "", |n| format!(r#","\u0078{}":0"#, short(n)), "}", "Json"),
    shape("objects", r#","x":["#, |_| r#"{"":0},"#.into(), "0]}", "Json"),
    shape("numbers", r#","x":["#, |_| "1e999,".into(), "0]}", "Json"),
    shape("x5c", r#","x5c":[""#, |_| r#"",""#.into(), r#""]}"#, "Json"),
    shape("jwk", r#","jwk":{"kty":"oct""#, |n| format!(r#","{}":"""#, short(n)), r#"}}"#, "Json"),
    at_most(63, "63 members", "", |n| format!(r#","{}":0"#, short(n)), "}", "InvalidSignature"),
    at_most(63, "63 members, long names", "", |n| format!(r#","{n:090}":0"#), "}", "InvalidSignature"),
    at_most(
        63,
        "63 members, escaped names",
        "",
        |n| format!(r#","{}{n:02}":0"#, r"\n".repeat(44)),
        "}",
        "InvalidSignature",
    ),
    at_most(
        63,
        "63 members, values of escapes",
        "",
        |n| format!(r#","{n:02}":"{}""#, r"\n".repeat(42)),
        "}",
        "InvalidSignature",
    ),
    at_most(61, "duplicate member late", r#","=":0"#, |n| format!(r#","{n:090}":0"#), r#","=":0}"#, "Json"),
    at_most(30, "30 objects", r#","x":["#, |n| format!(r#"{{"{n:0180}":0}},"#), "0]}", "InvalidSignature"),
    at_most(2, "objects of 20 members", r#","x":["#, |_| object(20), "0]}", "InvalidSignature"),
    at_most(
        61,
        "61 members in a member",
        r#","x":{"=":0"#,
        |n| format!(r#","{n:090}":0"#),
        "}}",
        "InvalidSignature",
    ),
    at_most(2, "arrays, 30 deep", r#","x":["#, |_| nested("[", "]"), "0]}", "InvalidSignature"),
    at_most(2, "objects, 30 deep", r#","x":["#, |_| nested(r#"{"":"#, "}"), "0]}", "InvalidSignature"),
    shape("arrays, too deep", r#","x":"#, |_| "[".into(), "", "Json"),
    at_most(61, "crit", r#","crit":["="#, |n| format!(r#"","{n:090}"#), r#""]}"#, "InvalidCrit"),
    shape("crit, one long name", r#","crit":[""#, |_| "x".into(), r#""]}"#, "InvalidCrit"),
    shape("kid", r#","kid":""#, |_| "x".into(), r#""}"#, "InvalidSignature"),
    shape("kid of escapes", r#","kid":""#, |_| r"\n".into(), r#""}"#, "InvalidSignature"),
    shape("kid of escapes and others", r#","kid":""#, |_| r"x\n".into(), r#""}"#, "InvalidSignature"),
    shape("kid of long escapes", r#","kid":""#, |_| r"\u00e9".into(), r#""}"#, "InvalidSignature"),
    shape("kid of surrogates", r#","kid":""#, |_| r"\ud83d\ude00".into(), r#""}"#, "InvalidSignature"),
    shape("name of escapes", r#",""#, |_| r"\n".into(), r#"":0}"#, "InvalidSignature"),
    shape("one number", r#","x":0."#, |_| "1".into(), "e999}", "InvalidSignature"),
    at_most(61, "x5c of 61", r#","x5c":["="#, |n| format!(r#"","{n:092}"#), r#""]}"#, "InvalidSignature"),
    at_most(
        60,
        "jwk of 61 members",
        r#","jwk":{"kty":"oct""#,
        |n| format!(r#","{n:090}":"""#),
        r#"}}"#,
        "InvalidHeader",
    ),
    shape(
        "jwk, a long modulus",
        r#","jwk":{"kty":"RSA","e":"AQAB","n":""#,
        |_| "wwww".into(),
        r#""}}"#,
        "InvalidSignature",
    ),
    shape("white space", "", |_| " ".into(), "}", "InvalidSignature"),
    shape("two-byte characters", r#","kid":""#, |_| "é".into(), r#""}"#, "InvalidSignature"),
];

/// What follows `{"iss":"https://auth.elsewhere"`.
const PAYLOADS: &[Shape] = &[
    shape("members", "", |n| format!(r#","{}":0"#, short(n)), "}", "MissingClaim"),
    shape("members, escaped names", "", |n| format!(r#","\u0078{}":0"#, short(n)), "}", "MissingClaim"),
    shape("members, names of a short escape", "", |n| format!(r#","\n{}":0"#, short(n)), "}", "MissingClaim"),
    shape("duplicate member late", r#","=":0"#, |n| format!(r#","{}":0"#, short(n)), r#","=":0}"#, "Json"),
    shape("objects of 20 members", r#","x":["#, |_| object(20), "0]}", "MissingClaim"),
    shape("arrays, 30 deep", r#","x":["#, |_| nested("[", "]"), "0]}", "MissingClaim"),
    shape("arrays, too deep", r#","x":"#, |_| "[".into(), "", "Json"),
    shape(
        "aud of many",
        r#","exp":4102444800,"aud":[""#,
        |n| format!(r#"","{}"#, short(n)),
        r#""]}"#,
        "IssuerMismatch",
    ),
    shape(
        "sub of long escapes",
        r#","exp":4102444800,"sub":""#,
        |_| r"\u00e9".into(),
        r#""}"#,
        "IssuerMismatch",
    ),
    shape("exp, one number", r#","exp":0."#, |_| "1".into(), "e999}", "InvalidClaim"),
    shape("exp, zeros", r#","exp":4102444800."#, |_| "0".into(), "}", "IssuerMismatch"),
    shape("exp, a large exponent", r#","exp":1e"#, |_| "9".into(), "}", "InvalidClaim"),
];

const fn shape(
    name: &'static str,
    start: &'static str,
    unit: fn(usize) -> String,
    end: &'static str,
    error: &'static str,
) -> Shape {
    Shape { name, start, unit, most: usize::MAX, end, error }
}

const fn at_most(
    most: usize,
    name: &'static str,
    start: &'static str,
    unit: fn(usize) -> String,
    end: &'static str,
    error: &'static str,
) -> Shape {
    Shape { name, start, unit, most, end, error }
}

/// Returns a valid token of the most expensive form, which shows how much of the cost of a rejection is due to the
/// form.
pub(crate) fn valid_of_many_members(key: &SigningKey, length: usize) -> String {
    let shape = shape("", "", |n| format!(r#","{}":0"#, short(n)), "}", "");
    let header = base64url::encode(HEADER);
    let room = length - header.len() - SIGNATURE - 2;
    let payload = base64url::encode(shape.json(CLAIMS.trim_end_matches('}'), room));
    signed(key, format!("{header}.{payload}"))
}

fn signed(key: &SigningKey, input: String) -> String {
    let signature = base64url::encode(key.sign(input.as_bytes()).unwrap());
    format!("{input}.{signature}")
}

/// Returns all forms, and invalid base64url, tokens and signatures.
pub(crate) fn all(key: &SigningKey, length: usize) -> Vec<Hostile> {
    let signature = base64url::encode([0x55; 32]);
    let claims = base64url::encode(CLAIMS);
    let header_room = DEFAULT_MAX_HEADER_LENGTH.min(length / 2);
    let claims_behind_header = long(length - header_room - SIGNATURE - 2);
    let mut all: Vec<_> = HEADERS
        .iter()
        .map(|shape| {
            let header = base64url::encode(shape.json(r#"{"alg":"HS256""#, header_room));
            let token = format!("{header}.{claims_behind_header}.{signature}");
            Hostile { name: format!("header/{}", shape.name), token, error: shape.error }
        })
        .collect();

    let header = base64url::encode(HEADER);
    let payload_room = length - header.len() - SIGNATURE - 2;
    all.extend(PAYLOADS.iter().map(|shape| {
        let payload = base64url::encode(shape.json(r#"{"iss":"https://auth.elsewhere""#, payload_room));
        let token = signed(key, format!("{header}.{payload}"));
        Hostile { name: format!("payload/{}", shape.name), token, error: shape.error }
    }));

    let header = base64url::encode(crit_of_members(header_room * 3 / 4));
    let token = format!("{header}.{claims_behind_header}.{signature}");
    all.push(Hostile { name: "header/crit, all there".into(), token, error: "UnsupportedCrit" });

    let header = base64url::encode(HEADER);
    let mut add = |name: &str, token: String, error| {
        all.push(Hostile { name: name.into(), token, error });
    };
    let bad_header = format!("{}!", long(header_room - 1));
    add("header/bad last symbol", format!("{bad_header}.{claims_behind_header}.{signature}"), "Base64");
    let long_header = long(length - claims.len() - SIGNATURE - 2);
    add("header/too long", format!("{long_header}.{claims}.{signature}"), "HeaderTooLong");
    add("payload/bad last symbol", signed(key, format!("{header}.{}!", long(payload_room - 1))), "Base64");
    add(
        "payload/signature of another",
        format!("{header}.{}.{signature}", long(payload_room)),
        "InvalidSignature",
    );
    let signature_room = length - header.len() - claims.len() - 2;
    add("signature/long", format!("{header}.{claims}.{}", long(signature_room / 4 * 4)), "InvalidSignature");
    add("signature/bad last symbol", format!("{header}.{claims}.{}!", long(signature_room - 1)), "Base64");
    add("token/dots", ".".repeat(length), "SegmentCount");
    add("token/no dot", long(length), "SegmentCount");
    all
}

impl Shape {
    /// Returns the longest JSON of this form that has `room` when encoded, filled up with white space.
    fn json(&self, head: &str, room: usize) -> String {
        let length = room * 3 / 4;
        let (mut json, mut index) = (format!("{head}{}", self.start), 0);
        loop {
            let unit = (self.unit)(index);
            if index == self.most || json.len() + unit.len() + self.end.len() > length {
                break;
            }
            json += &unit;
            index += 1;
        }
        json += self.end;
        padded(json, length)
    }
}

/// Returns a different name for each number, as short as such names can be.
fn short(number: usize) -> String {
    const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut rest = number;
    let mut name = String::new();
    loop {
        name.push(SYMBOLS[rest % 64].into());
        rest /= 64;
        if rest == 0 {
            return name;
        }
        rest -= 1;
    }
}

/// Returns base64url without meaning.
fn long(room: usize) -> String {
    "A".repeat(room)
}

/// Returns a header in which `crit` names every member but `alg` and itself.
fn crit_of_members(length: usize) -> String {
    let (mut members, mut names) = (r#"{"alg":"HS256""#.to_owned(), String::new());
    // So long that each of them appears twice.
    let width = length / 66 - 5;
    for name in (0..31).map(|n| format!("{n:0width$}")) {
        members += &format!(r#","{name}":0"#);
        names += &format!(r#","{name}""#);
    }
    let json = format!(r#"{members},"crit":[{}]}}"#, &names[1..]);
    padded(json, length)
}

fn padded(mut json: String, length: usize) -> String {
    json.extend(std::iter::repeat_n(' ', length - json.len()));
    json
}

fn object(members: usize) -> String {
    let members: Vec<_> = (0..members).map(|member| format!(r#""{}":0"#, short(member))).collect();
    format!("{{{}}},", members.join(","))
}

fn nested(open: &str, close: &str) -> String {
    format!("{}0{},", open.repeat(29), close.repeat(29))
}
