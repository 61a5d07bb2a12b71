//! The cache gives the same results as the validator.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicI64, AtomicIsize, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock, Weak};
use std::thread;
use std::time::Duration;

use jotwell::{
    Algorithm, Audience, CachedValidator, Claims, Expiry, Header, Issuer, JwkSet, KeySource, NumericDate,
    RegisteredClaims, SigningKey, Validator, Verified, VerifyError, VerifyingKey,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

const NOW: i64 = 1_800_000_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    roles: Vec<String>,
}

type Cached<K> = CachedValidator<Claims<Account>, K>;

/// A clock that the test sets.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn at(secs: i64) -> Self {
        Self(Arc::new(secs.into()))
    }

    fn set(&self, secs: i64) {
        self.0.store(secs, Ordering::Relaxed);
    }
}

impl jotwell::Clock for Hand {
    fn now(&self) -> NumericDate {
        date(self.0.load(Ordering::Relaxed))
    }
}

/// Keys that are added and removed while tokens are verified.
#[derive(Clone, Debug, Default)]
struct Keys(Arc<RwLock<BTreeMap<String, VerifyingKey>>>);

impl Keys {
    fn insert(&self, key: VerifyingKey) {
        let name = key.key_id().expect("a name").to_owned();
        self.0.write().expect("not poisoned").insert(name, key);
    }

    fn remove(&self, name: &str) {
        self.0.write().expect("not poisoned").remove(name);
    }
}

impl KeySource for Keys {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let keys = self.0.read().expect("not poisoned");
        let name = header.key_id();
        let key = name.and_then(|name| keys.get(name)).ok_or_else(|| VerifyError::unknown_key(name))?;
        Ok(Cow::Owned(key.clone()))
    }
}

fn date(secs: i64) -> NumericDate {
    NumericDate::from_secs(secs)
}

fn key(name: &str, secret: u8) -> SigningKey {
    SigningKey::hmac(Algorithm::HS256, [secret; 32]).expect("a key").with_key_id(name)
}

fn claims() -> Claims<Account> {
    Claims::new(Account { roles: vec!["editor".into()] })
        .issuer("https://auth.example")
        .audience("orders-api")
        .issued_at(date(NOW))
        .expires_at(date(NOW + 900))
        .jwt_id("7")
}

fn validator<K: KeySource>(keys: K, clock: &Hand) -> Validator<K> {
    Validator::with_clock(keys, Issuer::is("https://auth.example"), Audience::is("orders-api"), clock.clone())
}

fn cached<K: KeySource>(validator: Validator<K>) -> Cached<K> {
    CachedValidator::new(validator, NonZeroUsize::new(64).expect("not zero"))
}

/// A valid token that has been verified once, with its setup.
struct Known {
    clock: Hand,
    keys: Keys,
    token: String,
    first: Arc<Verified<Claims<Account>>>,
    cached: Cached<Keys>,
}

impl Known {
    fn new(claims: &Claims<Account>, policy: impl FnOnce(Validator<Keys>) -> Validator<Keys>) -> Self {
        let (clock, keys, key) = (Hand::at(NOW), Keys::default(), key("a", 1));
        keys.insert(key.verifying_key());
        let cached = cached(policy(validator(keys.clone(), &clock)));
        let token = claims.sign(&key).expect("a token");
        let first = cached.verify(&token).expect("verified");
        Self { clock, keys, token, first, cached }
    }

    /// Returns whether it is in the cache, if it is not rejected.
    fn hits(&self) -> Result<bool, VerifyError> {
        self.cached.verify(&self.token).map(|again| Arc::ptr_eq(&again, &self.first))
    }
}

fn known() -> Known {
    Known::new(&claims(), |validator| validator)
}

#[test]
fn the_same_token_is_verified_once() {
    let known = known();
    assert_eq!(known.hits(), Ok(true));
    assert_eq!(known.first.custom.roles, ["editor"]);
    assert_eq!(known.first.header().key_id(), Some("a"));
}

// ---- The whole text ---------------------------------------------------------------------------

/// Only the end of a token is hashed: the holder of a valid token can create others with the same end.
#[test]
fn another_token_with_the_same_end_is_refused() {
    let known = known();
    let forged = claims().subject("admin").sign(&key("a", 2)).expect("a token");
    let end = known.token.rsplit('.').next().expect("a signature");
    let forged = format!("{}.{end}", forged.rsplit_once('.').expect("three parts").0);
    assert_eq!(known.cached.verify(&forged).map(drop), Err(VerifyError::InvalidSignature));
    for at in 0..known.token.len() - 43 {
        let mut other = known.token.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).expect("ASCII");
        assert!(known.cached.verify(&other).is_err(), "{at}");
    }
    assert_eq!(known.hits(), Ok(true));
}

// ---- What is remembered -----------------------------------------------------------------------

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_refused_token_stores_and_evicts_nothing() {
    let (clock, key) = (Hand::at(NOW), key("a", 1));
    let slots = NonZeroUsize::new(8).expect("not zero");
    let cached = Cached::new(validator(key.verifying_key(), &clock), slots);
    let token = |number: usize| claims().jwt_id(format!("{number}")).sign(&key).expect("a token");
    let good: Vec<_> = (0..8).map(token).collect();
    let first: Vec<_> = good.iter().map(|token| cached.verify(token).expect("verified")).collect();

    let forger = self::key("a", 2);
    for number in 0..100 {
        let forged = claims().jwt_id(format!("{number}")).sign(&forger).expect("a token");
        let expired = claims().jwt_id(format!("{number}")).expires_at(date(NOW)).sign(&key).expect("a token");
        for _ in 0..2 {
            assert_eq!(cached.verify(&forged).map(drop), Err(VerifyError::InvalidSignature));
            assert!(matches!(cached.verify(&expired), Err(VerifyError::Expired { .. })));
            assert!(cached.verify("a.b.c").is_err());
        }
    }
    for (token, first) in good.iter().zip(&first) {
        assert!(Arc::ptr_eq(first, &cached.verify(token).expect("verified")));
    }
}

#[test]
fn a_token_that_a_check_refused_is_not_remembered() {
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    #[derive(Deserialize)]
    #[serde(from = "serde::de::IgnoredAny")]
    struct Counted;
    impl From<serde::de::IgnoredAny> for Counted {
        fn from(_: serde::de::IgnoredAny) -> Self {
            SEEN.fetch_add(1, Ordering::Relaxed);
            Self
        }
    }
    let left = AtomicIsize::new(3);
    let validator = validator(key("a", 1).verifying_key(), &Hand::at(NOW)).check(move |_| {
        match left.fetch_sub(1, Ordering::Relaxed) > 0 {
            true => Err(VerifyError::Unavailable { reason: "the list of revoked tokens" }),
            false => Ok(()),
        }
    });
    let cached = CachedValidator::<Counted, _>::new(validator, NonZeroUsize::MIN);
    let token = claims().sign(&key("a", 1)).expect("a token");
    for verifications in [1, 2, 3] {
        assert!(matches!(cached.verify(&token), Err(VerifyError::Unavailable { .. })));
        assert_eq!(SEEN.load(Ordering::Relaxed), verifications);
    }
    for _ in 0..3 {
        assert!(cached.verify(&token).is_ok());
        assert_eq!(SEEN.load(Ordering::Relaxed), 4);
    }
}

// ---- Times ------------------------------------------------------------------------------------

#[test]
fn a_token_that_expires_is_refused_at_that_moment() {
    let known = Known::new(&claims().expires_at(date(NOW + 100)), |validator| {
        validator.leeway(Duration::from_secs(10))
    });
    known.clock.set(NOW + 109);
    assert_eq!(known.hits(), Ok(true));
    known.clock.set(NOW + 110);
    let error = VerifyError::Expired { expired_at: date(NOW + 100), now: date(NOW + 110) };
    assert_eq!(known.hits(), Err(error));
}

#[test]
fn the_other_times_are_checked_again_too() {
    let claims = claims().not_before(date(NOW + 10)).issued_at(date(NOW - 100));
    let known = Known::new(&claims, |validator| {
        validator.leeway(Duration::from_secs(10)).max_age(Duration::from_secs(150))
    });
    known.clock.set(NOW + 60);
    assert_eq!(known.hits(), Ok(true));
    known.clock.set(NOW + 61);
    let (issued_at, max_age) = (date(NOW - 100), Duration::from_secs(150));
    assert_eq!(known.hits(), Err(VerifyError::TooOld { issued_at, max_age, now: date(NOW + 61) }));
    // A clock that was set back.
    known.clock.set(NOW - 1);
    let (not_before, now) = (date(NOW + 10), date(NOW - 1));
    assert_eq!(known.hits(), Err(VerifyError::NotYetValid { not_before, now }));
}

#[test]
fn a_verification_is_cached_for_its_lifetime() {
    let mut known = known();
    known.clock.set(NOW + 299);
    assert_eq!(known.hits(), Ok(true));
    known.clock.set(NOW + 300);
    assert_eq!(known.hits(), Ok(false));
    // From then on, the later verification counts.
    known.first = known.cached.verify(&known.token).expect("verified");
    known.clock.set(NOW + 599);
    assert_eq!(known.hits(), Ok(true));

    let validator = validator(key("a", 1).verifying_key(), &Hand::at(NOW));
    for (lifetime, hits) in [(0, false), (1, true)] {
        let cached = cached(validator.clone()).lifetime(Duration::from_secs(lifetime));
        let verify = || cached.verify(&known.token).expect("verified");
        assert_eq!(Arc::ptr_eq(&verify(), &verify()), hits);
    }
}

#[test]
fn a_clock_that_was_set_back_does_not_prolong_a_lifetime() {
    let known = known();
    known.clock.set(NOW);
    assert_eq!(known.hits(), Ok(true));
    let later = Known::new(&claims(), |validator| validator.leeway(Duration::from_secs(600)));
    later.clock.set(NOW - 1);
    assert_eq!(later.hits(), Ok(false));
}

#[test]
fn without_a_check_of_expiry_the_lifetime_still_ends() {
    let known =
        Known::new(&claims().expires_at(date(NOW - 1)), |validator| validator.expiry(Expiry::Unchecked));
    assert_eq!(known.hits(), Ok(true));
    known.clock.set(NOW + 300);
    assert_eq!(known.hits(), Ok(false));
}

// ---- Keys -------------------------------------------------------------------------------------

#[test]
fn the_tokens_of_a_retired_key_are_refused_at_once() {
    let known = known();
    let same = key("a", 1).verifying_key();
    known.keys.remove("a");
    assert_eq!(known.hits(), Err(VerifyError::unknown_key(Some("a"))));
    known.keys.insert(same);
    assert!(known.hits().is_ok());
}

#[test]
fn a_key_with_the_name_of_another_verifies_in_its_own_right() {
    let known = known();
    let original = known.keys.key_for(known.first.header()).expect("a key").into_owned();
    known.keys.insert(key("a", 2).verifying_key());
    assert_eq!(known.hits(), Err(VerifyError::InvalidSignature));
    // The rejected token is still cached.
    known.keys.insert(original);
    assert_eq!(known.hits(), Ok(true));
}

#[test]
fn a_key_of_another_algorithm_with_the_same_name_is_distinguished() {
    let known = known();
    let other = SigningKey::hmac(Algorithm::HS512, [1; 64]).expect("a key").with_key_id("a");
    known.keys.insert(other.verifying_key());
    let error = VerifyError::AlgorithmMismatch { expected: Algorithm::HS512, found: Algorithm::HS256 };
    assert_eq!(known.hits(), Err(error));
}

/// A set that was fetched again contains equal keys, which are different objects.
#[test]
fn an_equal_key_causes_one_more_verification() {
    let mut known = known();
    known.keys.insert(key("a", 1).verifying_key());
    assert_eq!(known.hits(), Ok(false));
    known.first = known.cached.verify(&known.token).expect("verified");
    assert_eq!(known.hits(), Ok(true));
}

#[test]
fn a_set_is_a_source_like_any_other() {
    let keys =
        ["a", "b"].map(|name| SigningKey::generate(Algorithm::EdDSA).expect("a key").with_key_id(name));
    let set = JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).expect("a set");
    let cached = cached(validator(set, &Hand::at(NOW)));
    for key in &keys {
        let token = claims().sign(key).expect("a token");
        let first = cached.verify(&token).expect("verified");
        assert!(Arc::ptr_eq(&first, &cached.verify(&token).expect("verified")));
        assert_eq!(first.header().key_id(), key.key_id());
    }
}

// ---- Custom checks ------------------------------------------------------------------------------

#[test]
fn a_token_that_is_revoked_is_refused_at_once() {
    let revoked = Arc::new(Mutex::new(BTreeSet::new()));
    let list = revoked.clone();
    let known = Known::new(&claims(), |validator| {
        validator.check(move |claims| {
            let revoked = claims.jwt_id().is_some_and(|id| list.lock().expect("a list").contains(&*id));
            if revoked { Err(VerifyError::CustomCheck { reason: "revoked" }) } else { Ok(()) }
        })
    });
    assert_eq!(known.hits(), Ok(true));
    revoked.lock().expect("a list").insert("7".to_owned());
    assert_eq!(known.hits(), Err(VerifyError::CustomCheck { reason: "revoked" }));
    revoked.lock().expect("a list").clear();
    assert_eq!(known.hits(), Ok(true));
}

/// Everything that a check can see.
fn seen(claims: &RegisteredClaims<'_>) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        claims.issuer(),
        claims.subject(),
        claims.audience(),
        claims.expires_at(),
        claims.not_before(),
        claims.issued_at(),
        claims.jwt_id()
    )
}

#[test]
fn a_check_sees_the_same_claims_each_time() {
    for claims in [
        claims(),
        claims().subject("").jwt_id("\"quoted\" \\ \u{1} é😀"),
        claims().audience("ünd \"auch\"").not_before(date(NOW - 5)),
    ] {
        let log = Arc::new(Mutex::new(Vec::new()));
        let entries = log.clone();
        let known = Known::new(&claims, |validator| {
            validator.check(move |claims| {
                entries.lock().expect("a log").push(seen(claims));
                Ok(())
            })
        });
        assert_eq!((known.hits(), known.hits()), (Ok(true), Ok(true)));
        let log = log.lock().expect("a log");
        assert_eq!(log.len(), 3);
        assert!(log.iter().all(|entry| *entry == log[0]), "{log:?}");
    }
}

/// A check in a large service may use the cache itself.
#[test]
fn a_check_may_use_the_cache_itself() {
    static CACHED: OnceLock<Cached<VerifyingKey>> = OnceLock::new();
    let key = key("a", 1);
    let validator = validator(key.verifying_key(), &Hand::at(NOW)).check(|_| {
        if let Some(cached) = CACHED.get() {
            cached.clear();
        }
        Ok(())
    });
    let cached = CACHED.get_or_init(|| cached(validator));
    let token = claims().sign(&key).expect("a token");
    for _ in 0..3 {
        cached.verify(&token).expect("verified");
    }
}

// ---- Memory -----------------------------------------------------------------------------------

#[test]
fn what_is_cleared_is_dropped() {
    let known = known();
    let Known { token, first, cached, .. } = &known;
    let kept: Weak<_> = Arc::downgrade(first);
    assert_eq!(kept.strong_count(), 2);
    cached.clear();
    assert_eq!(kept.strong_count(), 1);
    assert!(!Arc::ptr_eq(first, &cached.verify(token).expect("verified")));
}

#[test]
fn debug_shows_no_token_and_no_claims() {
    let known = known();
    let text = format!("{:?}", known.cached);
    assert!(text.starts_with("CachedValidator"), "{text}");
    for part in known.token.split('.').skip(1).chain(["editor"]) {
        assert!(!text.contains(part), "{text}");
    }
}

// ---- All of it together -----------------------------------------------------------------------

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn threads_never_get_the_claims_of_another_token() {
    const THREADS: u64 = 4;
    let key = key("a", 1);
    let slots = NonZeroUsize::new(16).expect("not zero");
    let cached = Cached::new(validator(key.verifying_key(), &Hand::at(NOW)), slots);
    let sign = |number: usize| claims().jwt_id(format!("{number}")).sign(&key).expect("a token");
    let tokens: Vec<_> = (0..48).map(sign).collect();
    let forged = tokens[0].replace('.', "A.");
    let hits = AtomicUsize::new(0);
    thread::scope(|scope| {
        for mut random in 1..=THREADS {
            let (cached, tokens, forged, hits) = (&cached, &tokens, &forged, &hits);
            scope.spawn(move || {
                let mut last: Option<(usize, Arc<Verified<Claims<Account>>>)> = None;
                for turn in 0..20_000 {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    // Few tokens are requested often.
                    let number = (random >> 33) as usize % if turn % 4 == 0 { 48 } else { 8 };
                    let verified = cached.verify(&tokens[number]).expect("verified");
                    assert_eq!(verified.jwt_id.as_deref(), Some(format!("{number}").as_str()));
                    if let Some((_, last)) = last.as_ref().filter(|(last, _)| *last == number) {
                        hits.fetch_add(usize::from(Arc::ptr_eq(last, &verified)), Ordering::Relaxed);
                    }
                    last = Some((number, verified));
                    match turn % 1000 {
                        0 => assert!(cached.verify(forged).is_err()),
                        1 => cached.clear(),
                        _ => {}
                    }
                }
            });
        }
    });
    assert!(hits.into_inner() > 0);
}

#[derive(Clone, Debug)]
enum Turn {
    Verify(usize),
    Clock(i64),
    Retire(usize),
    /// The same key, an equal one, or another one with the name.
    Publish(usize, u8),
    Revoke(usize),
    Pardon(usize),
    Clear,
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        12 => (0..TOKENS).prop_map(Turn::Verify),
        3 => (-70_i64..400).prop_map(Turn::Clock),
        1 => (0..NAMES.len()).prop_map(Turn::Retire),
        3 => (0..NAMES.len(), 0_u8..3).prop_map(|(name, which)| Turn::Publish(name, which)),
        1 => (0..TOKENS).prop_map(Turn::Revoke),
        1 => (0..TOKENS).prop_map(Turn::Pardon),
        1 => Just(Turn::Clear),
    ]
}

const NAMES: [&str; 2] = ["a", "b"];
const TOKENS: usize = 12;
const MILLISECOND: Duration = Duration::from_millis(1);

/// Valid tokens of both keys with all kinds of times, and others with the same end.
fn token(number: usize) -> String {
    let offset = number as i64 * 30;
    let claims = claims().jwt_id(format!("{number}")).expires_at(date(NOW + 60 + offset));
    let claims = match number % 3 {
        0 => claims,
        1 => claims.issued_at(date(NOW - offset)).not_before(date(NOW + offset - 100)),
        _ => claims.subject("s").audience("other").issued_at(date(NOW - 1).saturating_add(MILLISECOND)),
    };
    let token = claims.sign(&key(NAMES[number % 2], number as u8 % 2)).expect("a token");
    match number {
        10 => self::token(0).replacen('.', "A.", 1),
        11 => {
            let end = self::token(1).rsplit('.').next().expect("a signature").to_owned();
            format!("{}.{end}", token.rsplit_once('.').expect("three parts").0)
        }
        _ => token,
    }
}

/// Creates a validator that logs what its custom check sees.
fn logging(
    validator: &Validator<Keys>,
    revoked: &Arc<Mutex<BTreeSet<String>>>,
) -> (Validator<Keys>, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let (entries, revoked) = (log.clone(), revoked.clone());
    let validator = validator.clone().check(move |claims| {
        entries.lock().expect("a log").push(seen(claims));
        let id = claims.jwt_id().unwrap_or_default();
        match revoked.lock().expect("a list").contains(&*id) {
            true => Err(VerifyError::CustomCheck { reason: "revoked" }),
            false => Ok(()),
        }
    });
    (validator, log)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn results_are_always_those_of_the_validator(
        turns in proptest::collection::vec(turn(), 1..150),
        (leeway, max_age) in (0_u64..50, proptest::option::of(0_u64..200)),
        expiry in prop_oneof![Just(Expiry::Required), Just(Expiry::IfPresent), Just(Expiry::Unchecked)],
        (own, lifetime, slots) in (any::<bool>(), 0_u64..300, 1_usize..20),
    ) {
        let (clock, keys) = (Hand::at(NOW), Keys::default());
        let originals = [0, 1].map(|index| key(NAMES[index], index as u8).verifying_key());
        originals.iter().cloned().for_each(|key| keys.insert(key));
        let policy = validator(keys.clone(), &clock).leeway(Duration::from_secs(leeway)).expiry(expiry);
        let policy = match max_age {
            Some(max_age) => policy.max_age(Duration::from_secs(max_age)),
            None => policy,
        };
        let revoked = Arc::default();
        let ((plain, plain_log), (remembering, cached_log)) = match own {
            true => (logging(&policy, &revoked), logging(&policy, &revoked)),
            false => ((policy.clone(), Arc::default()), (policy, Arc::default())),
        };
        let slots = NonZeroUsize::new(slots).expect("not zero");
        let cached = Cached::new(remembering, slots).lifetime(Duration::from_secs(lifetime));
        let tokens: Vec<_> = (0..TOKENS).map(token).collect();
        for turn in turns {
            match turn {
                Turn::Verify(number) => {
                    let answer = cached.verify(&tokens[number]).map(|verified| (**verified).clone());
                    let expected = plain.verify::<Claims<Account>>(&tokens[number]);
                    prop_assert_eq!(answer, expected.map(|verified| verified.into_inner()));
                    prop_assert_eq!(&*cached_log.lock().expect("a log"), &*plain_log.lock().expect("a log"));
                }
                Turn::Clock(offset) => clock.set(NOW + offset),
                Turn::Retire(name) => keys.remove(NAMES[name]),
                Turn::Publish(name, 0) => keys.insert(originals[name].clone()),
                Turn::Publish(name, which) => {
                    keys.insert(key(NAMES[name], name as u8 + which - 1).verifying_key());
                }
                Turn::Revoke(number) => drop(revoked.lock().expect("a list").insert(number.to_string())),
                Turn::Pardon(number) => drop(revoked.lock().expect("a list").remove(&number.to_string())),
                Turn::Clear => cached.clear(),
            }
        }
    }
}

/// The inner validator gives the same results as through the cache.
#[test]
fn the_inner_validator_can_be_used() {
    let (clock, key) = (Hand::at(NOW), key("a", 1));
    let cached = cached(validator(key.verifying_key(), &clock));
    let token = claims().sign(&key).expect("a token");
    assert_eq!(cached.validator().explain(&token).error(), None);
    cached.verify(&token).expect("verified");
    clock.set(NOW + 900);
    let error = cached.verify(&token).map(drop).unwrap_err();
    assert!(matches!(error, VerifyError::Expired { .. }), "{error}");
    assert_eq!(cached.validator().explain(&token).error(), Some(&error));
}
