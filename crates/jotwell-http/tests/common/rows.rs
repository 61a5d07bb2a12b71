//! Every row of the table of answers, with whatever leads to it.

use std::time::Duration;

use jotwell::{Algorithm, SigningKey, VerifyingKey};
use jotwell_http::store::MemoryStore;
use jotwell_http::{Renewal, Scope};

use super::cases::{
    Case, Rule, bad_token, forbidden, forged as csrf_forged, invalid, lacks_scope, malformed, missing,
    passes, unavailable,
};
use super::tokens::*;
use super::world::*;

/// All of them, on servers that nobody has asked anything yet.
pub async fn all() -> Vec<Case> {
    let mut cases = presented();
    cases.extend(bad_tokens());
    cases.extend(times_and_claims());
    cases.extend(cookies());
    cases.extend(rules());
    cases.extend(revoked().await);
    cases.extend(replayed().await);
    cases.extend(keys());
    cases.extend(unreachable());
    cases
}

fn presented() -> Vec<Case> {
    let token = good();
    let of = |name, headers: &[(&str, &str)], answer| Case::new(name, &authenticator(), get(headers), answer);
    let authorized = |name, value: &str, answer| of(name, &[("authorization", value)], answer);
    let target = format!("/orders?access_token={token}");
    let spaced = format!("Bearer {token} {token}");
    vec![
        of("nothing", &[], missing()),
        of("nothing where a rule asks", &[], missing()).rules(&[Rule::Role("admin")]),
        of("nothing where a closure is content", &[], missing()).rules(&[Rule::Closure("user-42")]),
        Case::new("in the query", &authenticator(), request("GET", &target, &[]), missing()),
        authorized("Basic", "Basic dXNlci00MjpwYXNzd29yZA==", missing()),
        of("a cookie where none is asked for", &[("cookie", &format!("__Host-access={token}"))], missing()),
        Case::new("good", &authenticator(), bearer(&token), passes()),
        authorized("good, in small letters", &format!("bearer {token}"), passes()),
        of(
            "good twice",
            &[("authorization", &format!("Bearer {token}")), ("authorization", &format!("Bearer {token}"))],
            malformed(),
        ),
        of(
            "Basic and good",
            &[
                ("authorization", "Basic dXNlci00MjpwYXNzd29yZA=="),
                ("authorization", &format!("Bearer {token}")),
            ],
            malformed(),
        ),
        authorized("no token", "Bearer", malformed()),
        authorized("no token behind spaces", "Bearer   ", malformed()),
        authorized("two tokens", &spaced, malformed()),
        authorized("in quotation marks", &format!("Bearer \"{token}\""), malformed()),
        authorized("more behind a comma", &format!("Bearer {token},{token}"), malformed()),
        authorized("behind a tabulator", &format!("Bearer\t{token}"), malformed()),
    ]
}

fn bad_tokens() -> Vec<Case> {
    let of = |name, token: &str, why: &str| Case::new(name, &authenticator(), bearer(token), invalid(why));
    let other = SigningKey::hmac(Algorithm::HS256, "another secret, which is as long as it has to be");
    let wrong_key = signed_as("at+jwt", &claims(), &other.expect("a key"));
    let pem = include_str!("../../../../vectors/interop/keys/rsa2048.spki.pem");
    let rsa = VerifyingKey::from_pem(Algorithm::RS256, pem).expect("a key");
    let confused = forged(r#"{"alg":"HS256","typ":"at+jwt"}"#, &payload(), pem);
    let long = signed(&claims().jwt_id("long".repeat(500)));
    let too_long = format!("the token has {} bytes, the limit is 2000", long.len());
    let symbol = good().replacen('.', "+/.", 1);
    vec![
        of("garbage", "garbage-garbage-garbage", "the token has 1 parts, a compact JWS has three"),
        of("empty parts", "..", "the header is not one strict JSON object"),
        of("base64", &symbol, "the header is not canonical unpadded base64url"),
        of("none", &unsigned("none"), "the token is unsecured: \"alg\" is \"none\""),
        of("nOnE", &unsigned("nOnE"), "the token is unsecured: \"alg\" is \"none\""),
        of("no signature", &unsigned("HS256"), "the signature does not hold"),
        of("unknown algorithm", &unsigned("HS257"), "the token's \"alg\" is not known"),
        of("wrong signature", &tampered(), "the signature does not hold"),
        of("wrong key", &wrong_key, "the signature does not hold"),
        of("too long", &long, &too_long),
        Case::new(
            "public key as a secret",
            &authenticator_with(rsa),
            bearer(&confused),
            invalid("the token says HS256, the key is for RS256"),
        ),
    ]
}

fn times_and_claims() -> Vec<Case> {
    let of = |name, token: &str, why: &str| Case::new(name, &authenticator(), bearer(token), invalid(why));
    let at = |name, token: &str, description: &str, why: &str| {
        Case::new(name, &authenticator(), bearer(token), bad_token(description, why))
    };
    let with_max_age =
        jotwell_http::Authenticator::new(validator(key().verifying_key()).max_age(Duration::from_secs(30)))
            .realm("orders");
    vec![
        at(
            "expired",
            &signed(&claims().expires_at(NOW)),
            "the token has expired",
            "the token expired at 1750000000, it is 1750000000",
        ),
        Case::new(
            "expires in a second",
            &authenticator(),
            bearer(&signed(&claims().expires_at(later(1)))),
            passes(),
        ),
        Case::new(
            "too old",
            &with_max_age,
            bearer(&good()),
            bad_token(
                "the token has expired",
                "the token was issued at 1749999940, may be 30 s old, it is 1750000000",
            ),
        ),
        at(
            "not yet valid",
            &signed(&claims().not_before(later(1))),
            "the token is not valid yet",
            "the token is valid from 1750000001, it is 1750000000",
        ),
        at(
            "issued in the future",
            &signed(&claims().issued_at(later(1))),
            "the token is not valid yet",
            "the token was issued at 1750000001, it is 1750000000",
        ),
        of("wrong issuer", &signed(&claims().issuer(EVIL)), "the token comes from another issuer"),
        of(
            "wrong audience",
            &signed_text(&payload().replace(AUDIENCE, EVIL)),
            "the token is meant for another audience",
        ),
        of("wrong type", &signed_as(EVIL, &claims(), &key()), "the token's \"typ\" is not the one asked for"),
        of(
            "no type",
            &claims().sign(&key()).expect("a token"),
            "the token's \"typ\" is not the one asked for",
        ),
        of(
            "no expiry",
            &signed_text(&payload().replace("\"exp\"", "\"expiry\"")),
            "the claim \"exp\" is missing",
        ),
        of("no claims", &signed_text("[]"), "the payload is not one strict JSON object"),
        of(
            "claims of another type",
            &signed_text(&payload().replacen('{', r#"{"roles":"admin","#, 1)),
            "the claims are not of the type asked for, at line 1, column 1",
        ),
    ]
}

const CSRF: &str = "the-anti-forgery-token-of-this-page";
const OTHER_CSRF: &str = "the-anti-forgery-token-of-that-page";

fn cookies() -> Vec<Case> {
    let token = good();
    let (access, csrf) = (format!("__Host-access={token}"), format!("__Host-csrf={CSRF}"));
    let both = format!("{access}; {csrf}");
    let of = |name, method, headers: &[(&str, &str)], answer| {
        Case::new(name, &authenticator().cookies(), request(method, "/orders", headers), answer)
    };
    let bearer = format!("Bearer {token}");
    let bad = format!("__Host-access={}", tampered());
    vec![
        of("a cookie that reads", "GET", &[("cookie", &access)], passes()),
        of("no cookie", "GET", &[], missing()),
        of("other cookies", "POST", &[("cookie", "theme=dark-as-the-night")], missing()),
        of("a cookie that writes", "POST", &[("cookie", &both), ("x-csrf-token", CSRF)], passes()),
        of("no proof", "POST", &[("cookie", &both)], csrf_forged()),
        of("no cookie for the proof", "POST", &[("cookie", &access), ("x-csrf-token", CSRF)], csrf_forged()),
        of("wrong proof", "PUT", &[("cookie", &both), ("x-csrf-token", OTHER_CSRF)], csrf_forged()),
        of(
            "two proofs",
            "DELETE",
            &[("cookie", &both), ("x-csrf-token", CSRF), ("x-csrf-token", CSRF)],
            csrf_forged(),
        ),
        of("header and cookie", "GET", &[("authorization", &bearer), ("cookie", &access)], malformed()),
        of("a cookie twice", "GET", &[("cookie", &access), ("cookie", &access)], malformed()),
        of("a header needs no proof", "POST", &[("authorization", &bearer), ("cookie", &csrf)], passes()),
        of("a bad cookie", "GET", &[("cookie", &bad)], invalid("the signature does not hold")),
    ]
}

fn rules() -> Vec<Case> {
    let scope = Scope::of(["orders:read"]).expect("a scope");
    let mut able = claims();
    able.private = able.private.scope(scope).role("editor");
    let able = bearer(&signed(&able));
    let of = |name, rules, answer| Case::new(name, &authenticator(), able.clone(), answer).rules(rules);
    vec![
        of("scope", &[Rule::Scope("orders:read")], passes()),
        of("no such scope", &[Rule::Scope("orders:write")], lacks_scope("orders:write")),
        of("one scope of two", &[Rule::Scope("orders:read admin")], lacks_scope("orders:read admin")),
        of("no scope at all", &[Rule::Scope("")], forbidden("a scope that no token can have")),
        of("role", &[Rule::Role("editor")], passes()),
        of("no such role", &[Rule::Role("admin")], forbidden("role")),
        of("one role of two", &[Rule::AnyRole(&["admin", "editor"])], passes()),
        of("one role of none", &[Rule::AnyRole(&[])], forbidden("role")),
        of("own rule", &[Rule::Own("user-42")], passes()),
        of("own rule says no", &[Rule::Own("user-1")], forbidden("subject")),
        of("closure", &[Rule::Closure("user-42")], passes()),
        of("closure says no", &[Rule::Closure("user-1")], forbidden("closure")),
        of("all rules", &[Rule::Role("editor"), Rule::Scope("orders:read"), Rule::Own("user-42")], passes()),
        of("the first says no", &[Rule::Own("user-1"), Rule::Role("admin")], forbidden("subject")),
        of("the last says no", &[Rule::Role("editor"), Rule::Own("user-1")], forbidden("subject")),
        Case::new(
            "no token is good by rules",
            &authenticator(),
            bearer(&tampered()),
            invalid("the signature does not hold"),
        )
        .rules(&[Rule::Own("user-42")]),
    ]
}

async fn revoked() -> Vec<Case> {
    let revocations = revocations(MemoryStore::new());
    revocations.revoke(ISSUER, "a-revoked-name", later(600)).await.expect("a store");
    revocations.revoke_subject(ISSUER, "user-1", Duration::from_secs(900)).await.expect("a store");
    let authenticator = authenticator().revocations(revocations);
    let of = |name, claims, answer| Case::new(name, &authenticator, bearer(&signed(claims)), answer);
    let gone = || bad_token("the token has been revoked", "the token has been revoked");
    let mut nameless = claims();
    nameless.jwt_id = None;
    vec![
        of("not revoked", &claims(), passes()),
        of("revoked by name", &claims().jwt_id("a-revoked-name"), gone()),
        of("that name of another issuer's", &claims().jwt_id("a-revoked-nam"), passes()),
        of("revoked by subject", &claims().subject("user-1"), gone()),
        of("in the same second", &claims().subject("user-1").issued_at(NOW), gone()),
        of("nameless", &nameless, invalid("the claim \"jti\" is missing")),
    ]
}

async fn replayed() -> Vec<Case> {
    let authenticator = authenticator().single_use(replay_guard(MemoryStore::new()));
    let used = bearer(&signed(&claims().jwt_id("a-used-name")));
    authenticator.authenticate(used.method(), used.headers()).await.expect("the first use");
    let mut nameless = claims();
    nameless.jwt_id = None;
    vec![
        Case::new("first use", &authenticator, bearer(&good()), passes()),
        Case::new(
            "second use",
            &authenticator,
            used,
            bad_token("the token has been used", "the token has been used before"),
        ),
        Case::new(
            "nameless, once",
            &authenticator,
            bearer(&signed(&nameless)),
            invalid("the claim \"jti\" is missing"),
        ),
    ]
}

fn keys() -> Vec<Case> {
    let next = key().with_key_id("tomorrow");
    let token = signed_as("at+jwt", &claims(), &next);
    let unknown = signed_as("at+jwt", &claims(), &key().with_key_id(EVIL));
    let known = signed_as("at+jwt", &claims(), &key().with_key_id("yesterday"));
    let of = |name, answer, token: &str, expected| {
        Case::new(name, &Renewed::authenticator(&next, answer), bearer(token), expected)
    };
    let unknown_key = || invalid("no key has the token's \"kid\"");
    vec![
        of("a new key", Renewal::Changed, &token, passes()),
        of("no new key", Renewal::Unchanged, &token, unknown_key()),
        of("another new key", Renewal::Changed, &unknown, unknown_key()),
        of(
            "no way to the keys",
            Renewal::Failed,
            &token,
            unavailable("the keys cannot be got at the moment"),
        ),
        of("no way to the keys, nor need", Renewal::Failed, &known, passes()),
        Case::new(
            "no renewal",
            &authenticator_with(key().with_key_id("yesterday").verifying_key()),
            bearer(&token),
            unknown_key(),
        ),
        Case::new(
            "no keys at all",
            &authenticator_with(Unavailable),
            bearer(&token),
            unavailable("the token could not be checked: the key set"),
        ),
    ]
}

fn unreachable() -> Vec<Case> {
    let down = || unavailable("the store cannot be reached");
    let revocations = authenticator().revocations(revocations(Down));
    vec![
        Case::new("no store of revocations", &revocations, bearer(&good()), down()),
        Case::new("no store, where a rule is content", &revocations, bearer(&good()), down())
            .rules(&[Rule::Closure("user-42")]),
        Case::new(
            "no store, nor need",
            &revocations,
            bearer(&tampered()),
            invalid("the signature does not hold"),
        ),
        Case::new(
            "no store of uses",
            &authenticator().single_use(replay_guard(Down)),
            bearer(&good()),
            down(),
        ),
    ]
}
