//! Attacks on the text of a token: its parts, their base64url and their JSON (RFC 7515 §5.2,
//! RFC 8725 §2.5 to §2.7).
//!
//! Each changed text has a valid signature over exactly that text, so a laxer reader would accept it.

use crate::attacks_common::{
    NOW, base64_error, good_claims, hs256, jwt, key, sign_text, signing_input, token, validator,
    validator_of, verify, verify_header, with_signature,
};
use jotwell::base64url::{self, DecodeError};
use jotwell::error::TokenPart;
use jotwell::{
    Algorithm, Audience, Claims, Expiry, Issuer, JsonError, Jwk, KeyError, MAX_DEPTH, NoClaims, NumericDate,
    SigningKey, UnverifiedToken, Validator, VerifyError, jws,
};

/// Asserts the error of each reader: verifier, validator, and the unverified parser.
#[track_caller]
fn assert_refused(token: &str, key: &SigningKey, error: &VerifyError, what: &str) {
    assert_eq!(verify(token, key), Err(error.clone()), "verifier, {what}");
    let verdict = validator_of(key.verifying_key()).verify::<NoClaims>(token).map(drop);
    assert_eq!(verdict, Err(error.clone()), "validator, {what}");
}

#[track_caller]
fn assert_unreadable(token: &str, error: &VerifyError, what: &str) {
    assert_eq!(UnverifiedToken::parse(token).map(drop), Err(error.clone()), "unverified, {what}");
}

// ---- base64url -------------------------------------------------------------------------------

/// Returns changed versions of a segment whose last byte takes two symbols, and what is wrong with each.
fn mangled(segment: &str) -> Vec<(String, String, DecodeError)> {
    assert_eq!(segment.len() % 4, 2);
    let length = segment.len();
    let mut mangled = Vec::new();
    let mut add = |what: String, text: String, error: DecodeError| {
        assert_eq!(base64_error(&text), Some(error), "{what}");
        mangled.push((what, text, error));
    };
    // The whole of it as padded base64url, and with too much padding.
    add("==".into(), format!("{segment}=="), DecodeError::InvalidSymbol);
    add("=".into(), format!("{segment}="), DecodeError::InvalidSymbol);
    add("===".into(), format!("{segment}==="), DecodeError::InvalidLength { length: length + 3 });
    // Padding instead of symbols.
    add("= for the last".into(), format!("{}=", &segment[..length - 1]), DecodeError::InvalidSymbol);
    // Percent-encoded padding, as in URLs.
    add("%3D%3D".into(), format!("{segment}%3D%3D"), DecodeError::InvalidSymbol);
    // Without their eighth bits the two bytes of ð are `C0`, which is base64url.
    let foreign =
        [" ", "\n", "\r", "\t", "\0", "+", "/", "=", ",", ":", "~", "\u{7f}", "ð", "Ａ", "\u{200b}"];
    for symbol in foreign {
        for position in [0, 1, length / 2, length - 1, length] {
            let (before, after) = segment.split_at(position);
            let inserted = format!("{before}{symbol}{after}");
            let error = match inserted.len() % 4 {
                1 => DecodeError::InvalidLength { length: inserted.len() },
                _ => DecodeError::InvalidSymbol,
            };
            add(format!("{symbol:?} inserted at {position}"), inserted, error);
        }
        for position in [0, 1, length / 2, length - 1] {
            let replaced = format!("{}{symbol}{}", &segment[..position], &segment[position + 1..]);
            let error = match replaced.len() % 4 {
                1 => DecodeError::InvalidLength { length: replaced.len() },
                _ => DecodeError::InvalidSymbol,
            };
            add(format!("{symbol:?} for the symbol at {position}"), replaced, error);
        }
    }
    // A line break as in MIME, four characters that some decoders skip.
    add("CRLF twice".into(), format!("\r\n{segment}\r\n"), DecodeError::InvalidSymbol);
    // The other base64 alphabet: the same bytes for a reader that accepts both.
    let other = segment.replace('-', "+").replace('_', "/");
    assert_ne!(other, segment, "the segment has a symbol that the alphabets differ in");
    add("+ and /".into(), other, DecodeError::InvalidSymbol);
    // Unused bits: fifteen other texts that lax readers decode to the same bytes.
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = ALPHABET.find(&segment[length - 1..]).expect("a symbol");
    assert_eq!(last % 16, 0);
    for bits in 1..16 {
        let symbol = &ALPHABET[last + bits..][..1];
        let text = format!("{}{symbol}", &segment[..length - 1]);
        add(format!("trailing bits {bits:04b}"), text, DecodeError::TrailingBits);
    }
    // One symbol that encodes nothing.
    let error = DecodeError::InvalidLength { length: length + 3 };
    add("three symbols more".into(), format!("{segment}AAA"), error);
    let error = DecodeError::InvalidLength { length: length - 1 };
    add("one symbol less".into(), segment[..length - 1].into(), error);
    mangled
}

/// Returns JSON whose last byte takes two symbols, with some `_` among the symbols, and longer than a stack buffer if
/// `long` is set.
fn sample(json: &str, long: bool) -> String {
    let filler = if long { "?".repeat(600) } else { "???????".into() };
    let json = format!(r#"{},"x":"{filler}"}}"#, json.trim_end_matches('}'));
    // Trailing white space is valid JSON (RFC 8259 §2).
    let padding = " ".repeat((4 - json.len() % 3) % 3);
    assert_eq!(base64url::encode(format!("{json}{padding}")).len() % 4, 2);
    json + &padding
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_segments_that_are_not_canonical_base64url() {
    let mut tried = 0;
    for algorithm in [Algorithm::HS512, Algorithm::RS256] {
        let ours = key(algorithm);
        for long in [false, true] {
            let header = base64url::encode(sample(&format!(r#"{{"alg":"{algorithm}"}}"#), long));
            let payload = base64url::encode(sample(&good_claims(), long));
            let good = sign_text(&format!("{header}.{payload}"), ours);
            assert_eq!(validator_of(ours.verifying_key()).verify::<NoClaims>(&good).map(drop), Ok(()));

            for (what, header, error) in mangled(&header) {
                let error = VerifyError::Base64 { part: TokenPart::Header, error };
                let token = sign_text(&format!("{header}.{payload}"), ours);
                assert_refused(&token, ours, &error, &what);
                assert_unreadable(&token, &error, &what);
                tried += 1;
            }
            for (what, payload, error) in mangled(&payload) {
                let error = VerifyError::Base64 { part: TokenPart::Payload, error };
                let input = format!("{header}.{payload}");
                let token = sign_text(&input, ours);
                assert_refused(&token, ours, &error, &what);
                assert_unreadable(&token, &error, &what);
                // RFC 7515 §5.2: what is not signed is not decoded.
                let forged = with_signature(&input, ours.sign(b"other bytes").expect("a signature"));
                assert_refused(&forged, ours, &VerifyError::InvalidSignature, &what);
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 2 * 2 * 2 * 159);
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_signature_that_is_not_canonical_base64url() {
    // Otherwise each token would have several texts, and a list of revoked texts could be bypassed.
    for algorithm in [Algorithm::HS512, Algorithm::RS256] {
        let ours = key(algorithm);
        let good = (0..).find_map(|round| {
            let input = signing_input(format!(r#"{{"alg":"{algorithm}","x":{round}}}"#), good_claims());
            let token = sign_text(&input, ours);
            token.rsplit_once('.')?.1.contains(['-', '_']).then_some(token)
        });
        let good = good.expect("a signature with such a symbol");
        let (input, signature) = good.rsplit_once('.').expect("three parts");
        for (what, signature, error) in mangled(signature) {
            let token = format!("{input}.{signature}");
            let error = VerifyError::Base64 { part: TokenPart::Signature, error };
            assert_refused(&token, ours, &error, &what);
            assert_unreadable(&token, &error, &what);
        }
    }
}

#[test]
fn rejects_white_space_and_quotes_around_a_token() {
    let good = jwt(good_claims());
    let symbol = |part| VerifyError::Base64 { part, error: DecodeError::InvalidSymbol };
    // If the length is impossible for base64url, that is reported first.
    let part = |part, text: &str| {
        let error = base64_error(text).expect("no base64url");
        VerifyError::Base64 { part, error }
    };
    let (first, last) = (good.split('.').next().expect("one"), good.rsplit('.').next().expect("one"));
    for around in [" ", "\n", "\t", "\"", "'", "\u{feff}"] {
        let error = part(TokenPart::Header, &format!("{around}{first}"));
        assert_refused(&format!("{around}{good}"), hs256(), &error, around);
        let error = part(TokenPart::Signature, &format!("{last}{around}"));
        assert_refused(&format!("{good}{around}"), hs256(), &error, around);
    }
    assert_refused(&format!("Bearer {good}"), hs256(), &symbol(TokenPart::Header), "Bearer");
}

// ---- Segments --------------------------------------------------------------------------------

#[test]
fn rejects_any_number_of_segments_but_three() {
    let good = jwt(good_claims());
    let parts: Vec<&str> = good.split('.').collect();
    for found in 1..=6 {
        let token = parts.iter().cycle().take(found).copied().collect::<Vec<_>>().join(".");
        if found == 3 {
            assert_eq!(verify(&token, hs256()), Ok(good_claims().into_bytes()));
            continue;
        }
        let error = VerifyError::SegmentCount { found };
        assert_refused(&token, hs256(), &error, "repeated parts");
        assert_unreadable(&token, &error, "repeated parts");
    }
    for (token, found) in [
        (String::new(), 1),
        (".".into(), 2),
        ("...".into(), 4),
        ("....".into(), 5),
        (format!(".{good}"), 4),
        (format!("{good}."), 4),
        (format!("{good}.."), 5),
        (good.replace('.', ".."), 5),
        (good.replace('.', "\u{ff0e}"), 1),
        (good.replace('.', ""), 1),
    ] {
        assert_refused(&token, hs256(), &VerifyError::SegmentCount { found }, &token);
        assert_unreadable(&token, &VerifyError::SegmentCount { found }, &token);
    }
    let empty = VerifyError::Json { part: TokenPart::Header, error: JsonError::Syntax { offset: 0 } };
    assert_refused("..", hs256(), &empty, "three empty parts");
}

#[test]
fn rejects_jwe() {
    // RFC 7516 §9: five parts are an encrypted token.
    let jwe = [&base64url::encode(r#"{"alg":"dir","enc":"A256GCM"}"#), "", "AAAA", "AAAA", "AAAA"].join(".");
    assert_refused(&jwe, hs256(), &VerifyError::SegmentCount { found: 5 }, "JWE");
}

#[test]
fn rejects_a_token_within_a_token() {
    // RFC 7519 §5.2, RFC 8725 §3.3: an inner token would have to be verified too, so it is not parsed.
    let inner = jwt(good_claims());
    assert_eq!(validator().verify::<NoClaims>(&inner).map(drop), Ok(()));
    for cty in ["JWT", "jwt", "application/jwt"] {
        let nested = token(format!(r#"{{"alg":"HS256","cty":"{cty}"}}"#), &inner, hs256());
        // Nothing else is wrong with it.
        assert_eq!(verify(&nested, hs256()), Ok(inner.clone().into_bytes()), "{cty}");
        let error = VerifyError::Json { part: TokenPart::Payload, error: JsonError::Syntax { offset: 0 } };
        assert_eq!(validator().verify::<NoClaims>(&nested).map(drop), Err(error), "{cty}");
    }
}

#[test]
fn rejects_json_serializations() {
    // RFC 7515 §7.2: they have unprotected headers. A reader that accepts both forms can be confused.
    let good = jwt(good_claims());
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("three") };
    let flattened = format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#);
    let general = format!(
        r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#
    );
    for token in [&flattened, &general] {
        assert_refused(token, hs256(), &VerifyError::SegmentCount { found: 1 }, token);
        assert_unreadable(token, &VerifyError::SegmentCount { found: 1 }, token);
    }
    // With a compact token inside: CVE-2022-3102.
    let inside = format!(r#"{{"{header}.{payload}.{signature}":"","payload":""}}"#);
    let error = base64_error(inside.split('.').next().expect("one")).expect("no base64url");
    assert_refused(&inside, hs256(), &VerifyError::Base64 { part: TokenPart::Header, error }, &inside);
}

const MEBIBYTE: usize = 1024 * 1024;

#[track_caller]
fn assert_refused_at_any_length(token: &str, error: &VerifyError, what: &str) {
    let too_long = VerifyError::TooLong { length: token.len(), limit: 16 * 1024 };
    assert_refused(token, hs256(), &too_long, what);
    assert_unreadable(token, &too_long, what);

    let raised = jws::Verifier::new(hs256().verifying_key()).max_length(32 * MEBIBYTE);
    assert_eq!(raised.verify(token).map(drop).as_ref(), Err(error), "{what}");
    let raised = validator().max_length(32 * MEBIBYTE);
    assert_eq!(raised.verify::<NoClaims>(token).map(drop).as_ref(), Err(error), "{what}");
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_long_tokens_at_once() {
    let header_is = |error| VerifyError::Json { part: TokenPart::Header, error };
    let dots = VerifyError::SegmentCount { found: 100_001 };
    assert_refused_at_any_length(&".".repeat(100_000), &dots, "100 000 dots");
    let dots = VerifyError::SegmentCount { found: MEBIBYTE + 1 };
    assert_refused_at_any_length(&".".repeat(MEBIBYTE), &dots, "1 MiB of dots");

    let zeros = format!("{}.AA.AA", "A".repeat(MEBIBYTE));
    assert_refused_at_any_length(&zeros, &header_is(JsonError::Syntax { offset: 0 }), "1 MiB of zero bytes");
    let padding = format!("{}.AA.AA", "=".repeat(MEBIBYTE));
    let error = VerifyError::Base64 { part: TokenPart::Header, error: DecodeError::InvalidSymbol };
    assert_refused_at_any_length(&padding, &error, "1 MiB of padding");
    let spaces = token(format!("{}x", " ".repeat(MEBIBYTE)), "", hs256());
    assert_refused_at_any_length(
        &spaces,
        &header_is(JsonError::Syntax { offset: MEBIBYTE }),
        "1 MiB of spaces",
    );
    let signature = format!("{}.{}", signing_input(r#"{"alg":"HS256"}"#, "{}"), "A".repeat(MEBIBYTE));
    assert_refused_at_any_length(&signature, &VerifyError::InvalidSignature, "a signature of 768 KiB");
    let payload = format!("{}.{}.AAAA", base64url::encode(r#"{"alg":"HS256"}"#), "!".repeat(MEBIBYTE));
    assert_refused_at_any_length(&payload, &VerifyError::InvalidSignature, "an unsigned payload of 1 MiB");
}

/// So many that quadratic work would not end in a day: nothing is timed.
const MANY: usize = 500_000;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{number:x}")).collect()
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_many_members_without_quadratic_work() {
    let members: String = names(MANY).iter().map(|name| format!(",\"{name}\":0")).collect();
    // The last of them is a duplicate of an early one.
    let payload = format!(r#"{{"jti":"12345"{members},"7":0}}"#);
    let offset = payload.len() - r#""7":0}"#.len();
    let error = VerifyError::Json { part: TokenPart::Payload, error: JsonError::DuplicateMember { offset } };
    let raised = validator().max_length(32 * MEBIBYTE);
    assert_eq!(raised.verify::<NoClaims>(&jwt(payload)).map(drop), Err(error));
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_long_key_ops_without_quadratic_work() {
    let names = names(MANY);
    let jwk = format!(r#"{{"kty":"AKP","key_ops":["{}","{}"]}}"#, names.join("\",\""), names[MANY - 1]);
    let error = KeyError::InvalidMember { member: "key_ops" };
    assert_eq!(Jwk::from_json(&jwk).map(drop), Err(error));
}

/// Returns the error for a header with too many values, with the offset of the first one beyond the limit.
fn too_many_values(offset: usize) -> VerifyError {
    VerifyError::Json { part: TokenPart::Header, error: JsonError::TooManyValues { offset } }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_header_of_many_values() {
    let names = names(MANY);
    let joined = names.join("\",\"");
    let members: String = names.iter().map(|name| format!(",\"{name}\":0")).collect();
    // Each is reported at the first value beyond the limit, whatever follows.
    for (header, offset) in [
        (format!(r#"{{"alg":"HS256"{members},"7":0}}"#), 445),
        (format!(r#"{{"alg":"HS256","crit":["{joined}"]{members}}}"#), 317),
        (format!(r#"{{"alg":"HS256","x5c":["{joined}"]}}"#), 316),
        (format!(r#"{{"alg":"HS256","jwk":{{"kty":"AKP","key_ops":["{joined}"]}}}}"#), 329),
    ] {
        let token = token(&header, "", hs256());
        assert_refused_at_any_length(&token, &too_many_values(offset), &header[..40]);
    }
}

#[test]
fn accepts_header_with_the_maximum_number_of_values() {
    let list = |unit: &str, count: usize| vec![unit; count].join(",");
    let members = |count: usize| (0..count).map(|name| format!(r#","{name:02}":0"#)).collect::<String>();
    // At all depths, counting arrays and objects and their content.
    for (start, more, end) in [
        (format!(r#"{{"alg":"HS256"{}"#, members(62)), r#","z":0"#, "}"),
        (format!(r#"{{"alg":"HS256","a":[{}"#, list("0", 61)), ",0", "]}"),
        (format!(r#"{{"alg":"HS256","a":[{}"#, list("[]", 61)), ",{}", "]}"),
        (format!(r#"{{"alg":"HS256","a":[{}"#, list("[0]", 30)), ",null,true", "]}"),
        (format!(r#"{{"alg":"HS256","a":[{}"#, list(r#"{"b":"c"}"#, 30)), r#",{"b":"c"}"#, "]}"),
        (format!(r#"{{"alg":"HS256","a":{{"b":0{}}}"#, members(60)), r#","z":0"#, "}"),
        (format!(r#"{{"alg":"HS256","x5c":[{}"#, list(r#""MII=""#, 61)), r#","MII=""#, "]}"),
    ] {
        let most = format!("{start}{}", if end == "}" { more } else { "" }) + end;
        assert_eq!(verify_header(&most), Ok(()), "{most}");
        let many = format!("{start}{more}{more}{end}").replacen(r#""z":0,"z""#, r#""y":0,"z""#, 1);
        let verdict = verify_header(&many);
        assert!(
            matches!(
                verdict,
                Err(VerifyError::Json { part: TokenPart::Header, error: JsonError::TooManyValues { .. } })
            ),
            "{many}: {verdict:?}"
        );
        let unverified = UnverifiedToken::parse(&token(&many, "{}", hs256())).map(drop);
        assert_eq!(unverified, verdict, "{many}");
    }
    // Values of a payload are not counted.
    let claims = good_claims();
    let payload = format!("{}{}}}", claims.trim_end_matches('}'), members(99));
    assert_eq!(validator().verify::<NoClaims>(&jwt(payload)).map(drop), Ok(()));
}

/// Returns a header of this length in base64url, filled up with white space.
fn header_of_length(length: usize) -> String {
    let json = r#"{"alg":"HS256"}"#;
    let padded = format!("{json}{}", " ".repeat(length * 3 / 4 - json.len()));
    let encoded = base64url::encode(padded);
    assert_eq!(encoded.len(), length);
    encoded
}

#[test]
fn rejects_long_header_before_it_is_decoded() {
    const LIMIT: usize = jws::DEFAULT_MAX_HEADER_LENGTH;
    let longest = header_of_length(LIMIT);
    let payload = base64url::encode(good_claims());
    let good = sign_text(&format!("{longest}.{payload}"), hs256());
    assert_eq!(validator().verify::<NoClaims>(&good).map(drop), Ok(()));
    for (length, header) in [
        (LIMIT + 2, header_of_length(LIMIT + 2)),
        // Neither decoded nor read.
        (LIMIT + 1, format!("{longest}A")),
        (LIMIT + 4, "!".repeat(LIMIT + 4)),
    ] {
        let error = VerifyError::HeaderTooLong { length, limit: LIMIT };
        let token = sign_text(&format!("{header}.{payload}"), hs256());
        assert_refused(&token, hs256(), &error, "a long header");
        assert_unreadable(&token, &error, "a long header");
        let detached = sign_text(&format!("{header}."), hs256());
        let verdict = jws::Verifier::new(hs256().verifying_key()).verify_detached(&detached, b"");
        assert_eq!(verdict.map(drop), Err(error));
    }
    // A verifier for short tokens accepts headers of their whole length.
    let short = validator().max_length(good.len());
    assert_eq!(short.verify::<NoClaims>(&good).map(drop), Ok(()));
    // A verifier for longer tokens accepts headers of half their length.
    let longer = |length: usize| sign_text(&format!("{}.{payload}", header_of_length(length)), hs256());
    let raised = validator().max_length(4 * LIMIT);
    assert_eq!(raised.verify::<NoClaims>(&longer(2 * LIMIT)).map(drop), Ok(()));
    let error = VerifyError::HeaderTooLong { length: 2 * LIMIT + 2, limit: 2 * LIMIT };
    assert_eq!(raised.verify::<NoClaims>(&longer(2 * LIMIT + 2)).map(drop), Err(error));
}

#[test]
fn accepts_header_with_a_chain_of_certificates() {
    // RFC 7515 §4.1.6. Three certificates with RSA keys, and one of 4096 bits among the parameters.
    let certificate = |length: usize| format!("{}==", "MIIF".repeat(length / 3));
    let chain = [1500, 1300, 1100].map(certificate).join("\",\"");
    let jwk = format!(r#"{{"kty":"RSA","e":"AQAB","n":"{}"}}"#, base64url::encode([0xc5; 256]));
    let header = format!(r#"{{"alg":"HS256","typ":"JWT","kid":"1","x5c":["{chain}"],"jwk":{jwk}}}"#);
    assert_eq!(verify_header(&header), Ok(()));
}

// ---- JSON ------------------------------------------------------------------------------------

/// Header and payload are read by the same JSON reader, so each text is tried as both. `M` is replaced by a valid
/// member: `"alg":"HS256"` or `"jti":"12345"`, thirteen bytes each.
#[track_caller]
fn assert_json(text: impl AsRef<[u8]>, expected: Result<(), JsonError>) {
    let text = text.as_ref();
    let filled = |member: &str| match text.iter().position(|byte| *byte == b'M') {
        Some(at) => [&text[..at], member.as_bytes(), &text[at + 1..]].concat(),
        None => text.to_vec(),
    };
    let shown = text[..text.len().min(80)].escape_ascii();
    let error = |part| expected.map_err(|error| VerifyError::Json { part, error });
    let limit = 32 * MEBIBYTE;

    let header = token(filled(r#""alg":"HS256""#), good_claims(), hs256());
    let verdict = validator().max_length(limit).verify::<NoClaims>(&header).map(drop);
    assert_eq!(verdict, error(TokenPart::Header), "header {shown}");

    let payload = jwt(filled(r#""jti":"12345""#));
    let policy = Validator::with_clock(
        hs256().verifying_key(),
        Issuer::unchecked(),
        Audience::unchecked(),
        NumericDate::from_secs(NOW),
    )
    .expiry(Expiry::IfPresent)
    .max_length(limit);
    // Also if the application's type ignores it.
    let verdict = policy.verify::<NoClaims>(&payload).map(drop);
    assert_eq!(verdict, error(TokenPart::Payload), "payload {shown}");
    let verdict = policy.verify::<Claims>(&payload).map(drop);
    assert_eq!(verdict, error(TokenPart::Payload), "payload {shown}");
    let verdict = policy.verify::<serde_json::Value>(&payload).map(drop);
    assert_eq!(verdict, error(TokenPart::Payload), "payload {shown}");
    // Without a valid signature no error reveals anything about a payload.
    let (input, _) = payload.rsplit_once('.').expect("three parts");
    let verdict = policy.verify::<NoClaims>(&with_signature(input, [0; 32])).map(drop);
    assert_eq!(verdict, Err(VerifyError::InvalidSignature), "payload {shown}");
}

fn syntax(offset: usize) -> Result<(), JsonError> {
    Err(JsonError::Syntax { offset })
}

#[test]
fn accepts_json_that_is_only_unusual() {
    for text in [
        "{M}",
        " \t\r\n{ M , \"a\" : [ ] } \n",
        r#"{M,"":"","\u0000":null}"#,
        r#"{M,"a":"\ud83d\ude00😀","b":"\"\\\/\b\f\n\r\t"}"#,
        r#"{M,"a":[-0,0.5E+3,1e-400,123456789012345678901234567890]}"#,
        // A byte order mark inside a string is an ordinary character.
        "{M,\"\u{feff}\":\"\u{feff}\"}",
        // Names that differ in case, or only look alike, are different.
        r#"{M,"ALG":"none","Jti":1,"\u0430lg":"none"}"#,
    ] {
        assert_json(text, Ok(()));
    }
}

#[test]
fn rejects_json_that_is_not_an_object() {
    for text in ["[]", r#"[{"alg":"HS256"}]"#, r#""{}""#, "null", "true", "0", "-1.5e3", " [1,2] ", "[]{}"] {
        assert_json(text, Err(JsonError::NotAnObject));
    }
}

#[test]
fn rejects_what_is_not_json() {
    for (text, offset) in [
        ("", 0),
        ("  ", 2),
        ("x", 0),
        ("}", 0),
        ("NaN", 0),
        ("nul", 3),
        ("[1", 2),
        ("'{}'", 0),
        ("/**/{}", 0),
        ("\u{c}{}", 0),
        ("\u{a0}{}", 0),
        ("\0{}", 0),
        ("{", 1),
        ("{,}", 1),
        // From here on the brace and the member are the first fourteen bytes.
        ("{M", 14),
        ("{M]", 14),
        ("{M:", 14),
        ("{M,", 15),
        ("{M,}", 15),
        ("{M,,}", 15),
        ("{M,a:1}", 15),
        ("{M,'a':1}", 15),
        ("{M,1:1}", 15),
        ("{M,null:1}", 15),
        (r#"{M,"a"}"#, 18),
        (r#"{M,"a" 1}"#, 19),
        (r#"{M,"a":}"#, 19),
        (r#"{M,"a":NaN}"#, 19),
        (r#"{M,"a":Infinity}"#, 19),
        (r#"{M,"a":-Infinity}"#, 20),
        (r#"{M,"a":+1}"#, 19),
        (r#"{M,"a":01}"#, 20),
        (r#"{M,"a":0x1}"#, 20),
        (r#"{M,"a":1.}"#, 21),
        (r#"{M,"a":.5}"#, 19),
        (r#"{M,"a":1e}"#, 21),
        (r#"{M,"a":1_0}"#, 20),
        (r#"{M,"a":True}"#, 19),
        (r#"{M,"a":truE}"#, 22),
        (r#"{M,"a":[1,]}"#, 22),
        (r#"{M,"a":[1}"#, 21),
        (r#"{M,"a":1,/**/"b":2}"#, 21),
        (r#"{M,"a":1//"#, 20),
        (r#"{M,"a":"\x41"}"#, 21),
        (r#"{M,"a":"\u004"}"#, 25),
        (r#"{M,"a":"\u+041"}"#, 22),
        (r#"{M,"a":"\"#, 21),
        (r#"{M,"a":""#, 20),
        // Unescaped control characters (RFC 8259 §7).
        ("{M,\"a\":\"\t\"}", 20),
        ("{M,\"a\":\"\n\"}", 20),
        ("{M,\"a\":\"\0\"}", 20),
        ("{M,\"a\u{1f}\":0}", 17),
        ("{M,\u{feff}\"a\":0}", 15),
        ("{M,\u{a0}\"a\":0}", 15),
    ] {
        assert_json(text, syntax(offset));
    }
}

#[test]
fn rejects_byte_order_mark() {
    assert_json("\u{feff}{M}", Err(JsonError::ByteOrderMark));
    assert_json("\u{feff}", Err(JsonError::ByteOrderMark));
    // Only at the very beginning.
    assert_json(" \u{feff}{M}", syntax(1));
    assert_json("{M}\u{feff}", Err(JsonError::TrailingData { offset: 15 }));
}

#[test]
fn rejects_utf_16() {
    // RFC 8259 §8.1. Readers that guess the encoding would see a valid header and a valid payload.
    for member in [r#""alg":"HS256""#, r#""jti":"12345""#] {
        let units: Vec<u16> = format!("{{{member}}}").encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_json(&little, syntax(1));
        assert_json(&big, syntax(0));
        assert_json([b"\xff\xfe", &little[..]].concat(), Err(JsonError::NotUtf8 { offset: 0 }));
        assert_json([b"\xfe\xff", &big[..]].concat(), Err(JsonError::NotUtf8 { offset: 0 }));
    }
}

#[test]
fn rejects_invalid_utf_8() {
    for bad in [
        &b"\xff"[..],
        b"\x80",
        // An incomplete sequence.
        b"\xc3",
        b"\xf0\x9f\x98",
        // Overlong encodings: NUL, a slash, a quote.
        b"\xc0\x80",
        b"\xc0\xaf",
        b"\xc0\xa2",
        b"\xe0\x80\xa2",
        // Surrogates, alone and in pairs as in CESU-8.
        b"\xed\xa0\x80",
        b"\xed\xb0\x80",
        b"\xed\xa0\xbd\xed\xb8\x80",
        // Beyond Unicode.
        b"\xf4\x90\x80\x80",
    ] {
        let not_utf8 = |offset| Err(JsonError::NotUtf8 { offset });
        assert_json([b"{M,\"a\":\"", bad, b"\"}"].concat(), not_utf8(20));
        assert_json([b"{M,\"", bad, b"\":0}"].concat(), not_utf8(16));
        assert_json([b"{M}", bad].concat(), not_utf8(15));
        assert_json([bad, b"{M}"].concat(), not_utf8(0));
    }
}

#[test]
fn rejects_lone_surrogate_escapes() {
    // They are not valid Unicode, so readers replace them, keep them or fail (RFC 8259 §8.2).
    for (escape, offset) in [
        (r"\ud800", 26),
        (r"\udbff", 26),
        (r"\udc00", 26),
        (r"\udfff", 26),
        (r"\uDEAD", 26),
        (r"\ud800x", 26),
        (r"\ud800\n", 27),
        (r"\ud800\u0041", 32),
        (r"\ud800\ud800", 32),
        (r"\udc00\ud800", 26),
        (r"\ud83d\ude0", 31),
    ] {
        assert_json(format!(r#"{{M,"a":"{escape}"}}"#), syntax(offset));
        // In a name, and in a member that is not used.
        assert_json(format!(r#"{{M,"{escape}":0}}"#), syntax(offset - 4));
        assert_json(format!(r#"{{M,"a":["{escape}"]}}"#), syntax(offset + 1));
    }
}

#[test]
fn rejects_data_after_the_object() {
    for (rest, offset) in
        [("x", 15), ("{}", 15), ("{M}", 15), (",", 15), ("}", 15), ("\0", 15), ("  \n0", 18), ("\u{a0}", 15)]
    {
        assert_json(format!("{{M}}{rest}"), Err(JsonError::TrailingData { offset }));
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_json_100_000_levels_deep() {
    // A reader that recurses without a limit aborts the process.
    const LEVELS: usize = 100_000;
    let too_deep = |offset| Err(JsonError::TooDeep { offset });
    assert_json("[".repeat(LEVELS), too_deep(MAX_DEPTH));
    assert_json(r#"{"a":"#.repeat(LEVELS), too_deep(5 * MAX_DEPTH));
    assert_json(r#"[{"a":"#.repeat(LEVELS), too_deep(6 * MAX_DEPTH / 2));
    // Below a member, which is level two.
    let arrays = format!(r#"{{M,"a":{}{}}}"#, "[".repeat(LEVELS), "]".repeat(LEVELS));
    assert_json(arrays, too_deep(19 + (MAX_DEPTH - 1)));
    let objects = format!(r#"{{M,"a":{}0{}}}"#, r#"{"a":"#.repeat(LEVELS), "}".repeat(LEVELS));
    assert_json(objects, too_deep(19 + 5 * (MAX_DEPTH - 1)));
    // The deepest level that is accepted, and the first that is not.
    let nested = |levels| format!(r#"{{M,"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    assert_json(nested(MAX_DEPTH - 1), Ok(()));
    assert_json(nested(MAX_DEPTH), too_deep(19 + (MAX_DEPTH - 1)));
}

#[test]
fn rejects_duplicate_members() {
    // RFC 7515 §4, RFC 7519 §4, RFC 8725 §2.6: readers disagree about which of the two counts.
    let duplicate = |offset| Err(JsonError::DuplicateMember { offset });
    for (text, offset) in [
        (r#"{M,"a":1,"a":1}"#, 21),
        (r#"{M,"a":1,"\u0061":2}"#, 21),
        (r#"{M,"\u0061":1,"a":2}"#, 26),
        (r#"{M,"\/":1,"/":2}"#, 22),
        (r#"{M,"":1,"":2}"#, 20),
        (r#"{M,"😀":1,"\ud83d\ude00":2}"#, 24),
        // Deeper, in members that no type reads.
        (r#"{M,"x":{"a":1,"a":2}}"#, 26),
        (r#"{M,"x":{"a":1,"\u0061":2}}"#, 26),
        (r#"{M,"x":[0,{"":1,"":1}]}"#, 28),
        (r#"{M,"x":[[{"a":{"b":0,"b":0}}]]}"#, 33),
    ] {
        assert_json(text, duplicate(offset));
    }
    // More names than are compared one by one.
    let names: String = (0..40).map(|number| format!(",\"{number:02}\":0")).collect();
    for again in ["00", "13", "20", "39", r"3\u0039"] {
        let text = format!(r#"{{M{names},"{again}":0}}"#);
        let offset = 14 + names.len() + 1;
        assert_json(text, duplicate(offset));
    }
    assert_json(format!(r#"{{M{names},"40":0}}"#), Ok(()));
    // The same name at two levels is not a duplicate.
    assert_json(r#"{M,"a":{"a":{"a":[{"a":0}]}}}"#, Ok(()));
}

#[test]
fn rejects_duplicate_alg_plain_and_escaped() {
    let duplicate = |offset| {
        Err(VerifyError::Json { part: TokenPart::Header, error: JsonError::DuplicateMember { offset } })
    };
    for (header, offset) in [
        (r#"{"alg":"HS256","alg":"HS256"}"#, 15),
        (r#"{"alg":"HS256","alg":"none"}"#, 15),
        (r#"{"alg":"none","alg":"HS256"}"#, 14),
        (r#"{"alg":"ES256","alg":"HS256"}"#, 15),
        (r#"{"alg":"HS256","\u0061lg":"none"}"#, 15),
        (r#"{"\u0061lg":"none","alg":"HS256"}"#, 19),
        (r#"{"\u0061lg":"none","al\u0067":"HS256"}"#, 19),
        (r#"{"alg":"HS256","kid":"a","kid":"b"}"#, 25),
        (r#"{"alg":"HS256","crit":["x"],"x":1,"crit":["x"]}"#, 34),
    ] {
        assert_eq!(verify_header(header), duplicate(offset), "{header}");
    }
    // `alg` may be written with escapes, once.
    assert_eq!(verify_header(r#"{"\u0061\u006cg":"HS2\u00356"}"#), Ok(()));
    assert_eq!(verify_header(r#"{"\u0061lg":"none"}"#), Err(VerifyError::Unsecured));
}

#[test]
fn rejects_duplicate_exp_plain_and_escaped() {
    let (past, future) = (NOW - 1, NOW + 1);
    for exp in ["exp", r"\u0065xp", r"ex\u0070"] {
        for (first, second) in [(past, future), (future, past), (future, future)] {
            let payload = format!(r#"{{"exp":{first},"{exp}":{second},"iss":"x"}}"#);
            let error = JsonError::DuplicateMember { offset: 18 };
            let error = VerifyError::Json { part: TokenPart::Payload, error };
            assert_eq!(validator().verify::<NoClaims>(&jwt(&payload)).map(drop), Err(error), "{payload}");
        }
    }
}
