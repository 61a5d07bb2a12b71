//! Rows that depend on stored state: revocations, uses, keys.

use std::sync::Arc;
use std::time::Duration;

use jotwell_http::ReloadOutcome;
use jotwell_http::store::MemoryStore;

use crate::common::cases::{Answer, Case, Rule, bad_token, invalid, passes, unavailable};
use crate::common::tokens::*;
use crate::common::world::*;

pub(crate) async fn revoked() -> Vec<Case> {
    let store = Arc::new(MemoryStore::new());
    let half_a_minute_ago = revocations(store.clone()).clock(earlier(30));
    half_a_minute_ago.revoke_subject(ISSUER, "user-2", Duration::from_secs(900)).await.expect("a store");
    let revocations = revocations(store);
    revocations.revoke(ISSUER, "a-revoked-name", later(600)).await.expect("a store");
    revocations.revoke_subject(ISSUER, "user-1", Duration::from_secs(900)).await.expect("a store");
    let authenticator = authenticator().revocations(revocations);
    let of = |name, claims, answer| Case::new(name, &authenticator, bearer(&signed(claims)), answer);
    let gone = || bad_token("the token has been revoked", "the token has been revoked");
    let mut dateless = claims().subject("user-2");
    dateless.issued_at = None;
    let mut nameless = claims();
    nameless.jwt_id = None;
    vec![
        of("not revoked", &claims(), passes()),
        of("revoked by name", &claims().jwt_id("a-revoked-name"), gone()),
        of("another name", &claims().jwt_id("a-revoked-nam"), passes()),
        of("revoked by subject", &claims().subject("user-1"), gone()),
        of("in the same second", &claims().subject("user-1").issued_at(NOW), gone()),
        of("before that second", &claims().subject("user-2").issued_at(earlier(31)), gone()),
        of("in that second", &claims().subject("user-2").issued_at(earlier(30)), gone()),
        of(
            "after it",
            &claims().subject("user-2").issued_at(earlier(29)),
            Answer { body: "user-2".into(), ..passes() },
        ),
        of("no time of issue", &dateless, gone()),
        of("nameless", &nameless, invalid("the claim \"jti\" is missing")),
    ]
}

pub(crate) async fn replayed() -> Vec<Case> {
    let authenticator = authenticator().single_use(replay_guard(Arc::new(MemoryStore::new())));
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

pub(crate) fn keys() -> Vec<Case> {
    let next = key().with_key_id("tomorrow");
    let token = signed_as("at+jwt", &claims(), &next);
    let unknown = signed_as("at+jwt", &claims(), &key().with_key_id(EVIL));
    let known = signed_as("at+jwt", &claims(), &key().with_key_id("yesterday"));
    let of = |name, answer, token: &str, expected| {
        Case::new(name, &Renewed::authenticator(&next, answer), bearer(token), expected)
    };
    let unknown_key = || invalid("no key has the token's \"kid\"");
    vec![
        of("a new key", ReloadOutcome::Changed, &token, passes()),
        of("no new key", ReloadOutcome::Unchanged, &token, unknown_key()),
        of("another new key", ReloadOutcome::Changed, &unknown, unknown_key()),
        of(
            "unavailable keys",
            ReloadOutcome::Failed,
            &token,
            unavailable("the keys are unavailable at the moment"),
        ),
        of("unavailable keys that are not needed", ReloadOutcome::Failed, &known, passes()),
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

pub(crate) fn unreachable() -> Vec<Case> {
    let down = || unavailable("the store cannot be reached");
    let revocations = authenticator().revocations(revocations(Arc::new(Down)));
    vec![
        Case::new("no store of revocations", &revocations, bearer(&good()), down()),
        Case::new("no store, and a rule accepts", &revocations, bearer(&good()), down())
            .rules(&[Rule::Closure("user-42")]),
        Case::new(
            "an unavailable store that is not needed",
            &revocations,
            bearer(&tampered()),
            invalid("the signature is invalid"),
        ),
        Case::new(
            "no store of uses",
            &authenticator().single_use(replay_guard(Arc::new(Down))),
            bearer(&good()),
            down(),
        ),
    ]
}
