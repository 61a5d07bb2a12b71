//! Key rotation without an outage: no valid token is rejected, and no token outlives its key.

use std::collections::BTreeMap;
use std::time::Duration;

use jotwell::{
    Algorithm, Audience, Claims, Expiry, Issuer, JsonError, JwkSet, KeyError, KeyFormat, KeyRing,
    KeyRingError, KeyRotationPolicy, KeyState, NoClaims, NumericDate, SigningKey, Validator, VerifyError,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const START: NumericDate = NumericDate::from_secs(1_800_000_000);

const ROTATION: KeyRotationPolicy = KeyRotationPolicy::new()
    .publish_ahead(Duration::from_secs(300))
    .token_lifetime(Duration::from_secs(900))
    .leeway(Duration::from_secs(60));

fn after(secs: u64) -> NumericDate {
    START.saturating_add(Duration::from_secs(secs))
}

fn ring() -> KeyRing {
    KeyRing::generate(Algorithm::EdDSA, ROTATION, START).expect("a ring")
}

/// Returns the names in the published set, in order.
fn published(ring: &KeyRing, now: NumericDate) -> Vec<String> {
    let set = ring.published(now).expect("a set");
    set.keys().iter().map(|key| key.key_id().expect("a name").to_owned()).collect()
}

fn active(ring: &KeyRing) -> String {
    ring.signing_key().key_id().expect("a name").to_owned()
}

fn text(ring: &KeyRing) -> String {
    ring.to_json_with_private_members().expect("JSON")
}

/// A buffer that was reallocated would have left copies of private keys in memory: this one has exactly the capacity
/// that was reserved once.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_ring_is_written_into_one_buffer() {
    for turns in 0..20 {
        let mut ring = ring();
        for turn in 1..=turns {
            ring.rotate(after(turn * 300)).expect("turned");
        }
        let text = text(&ring);
        let keys = serde_json::from_str::<Value>(&text).expect("JSON")["keys"].clone();
        let keys = keys.as_array().expect("keys");
        let room: usize = keys.iter().map(|key| key["jwk"].to_string().len() + 128).sum();
        assert_eq!(text.capacity(), room + 128, "{turns}");
    }
}

#[test]
fn a_new_ring_signs_with_one_key_and_publishes_the_next() {
    let ring = ring();
    assert_eq!((ring.rotation(), ring.ready_at()), (ROTATION, after(300)));
    let other = ROTATION.publish_ahead(Duration::from_secs(7)).leeway(Duration::from_secs(8));
    let ring_of_other = KeyRing::generate(Algorithm::EdDSA, other, START).expect("a ring");
    assert_eq!((ring_of_other.rotation(), ring_of_other.ready_at()), (other, after(7)));
    let names = published(&ring, START);
    assert_eq!(names.len(), 2);
    assert_eq!(names[0], active(&ring));
    assert_ne!(names[0], names[1]);
    // The name is the key's thumbprint (RFC 7638), so an attacker cannot choose it.
    for key in ring.published(START).expect("a set").keys() {
        assert_eq!(key.key_id(), Some(&*key.to_jwk().thumbprint().expect("a thumbprint")));
    }
}

#[test]
fn the_next_key_signs_no_earlier_than_every_verifier_knows_it() {
    let mut ring = ring();
    let before = text(&ring);
    for secs in [0, 1, 299] {
        let early = KeyRingError::TooEarly { ready_at: after(300) };
        assert_eq!(ring.rotate(after(secs)), Err(early), "{secs}");
        assert_eq!(text(&ring), before, "nothing has changed");
    }
    let just_before = after(300).saturating_sub(Duration::from_nanos(1));
    assert_eq!(ring.rotate(just_before), Err(KeyRingError::TooEarly { ready_at: after(300) }));
    let next = published(&ring, START).remove(1);
    assert_eq!(ring.rotate(after(300)), Ok(()));
    assert_eq!((active(&ring), ring.ready_at()), (next, after(600)));
    // The new next key has just been published, so it is too early for it.
    assert_eq!(ring.rotate(after(599)), Err(KeyRingError::TooEarly { ready_at: after(600) }));
    // A ring may be rotated any time later. If the clock goes back, nothing is rotated.
    assert_eq!(ring.rotate(after(86_400)), Ok(()));
    assert_eq!(ring.rotate(after(86_399)), Err(KeyRingError::TooEarly { ready_at: after(86_700) }));
}

#[test]
fn a_key_is_published_until_its_last_token_has_expired_everywhere() {
    let mut ring = ring();
    let first = active(&ring);
    ring.rotate(after(1_000)).expect("in time");
    let second = active(&ring);
    // 900 s for the last token, 60 s for verifiers whose clocks are slow.
    let last = after(1_960).saturating_sub(Duration::from_nanos(1));
    for now in [after(1_000), after(1_900), last] {
        let names = published(&ring, now);
        assert_eq!((names.len(), &names[0], &names[2]), (3, &second, &first), "{now}");
    }
    for now in [after(1_960), after(5_000), NumericDate::MAX] {
        assert!(!published(&ring, now).contains(&first), "{now}");
    }
    // It stays in the ring until `retire` is called, but is not published.
    assert!(text(&ring).contains(&first));
    ring.retire(last);
    assert!(text(&ring).contains(&first));
    ring.retire(after(1_960));
    assert!(!text(&ring).contains(&first));
    assert_eq!(published(&ring, after(1_000)).len(), 2, "and does not come back");
}

#[test]
fn several_keys_retire_each_at_its_own_time() {
    let mut ring = ring();
    let mut order = vec![active(&ring)];
    for turn in 1..=3 {
        ring.rotate(after(300 * turn)).expect("in time");
        order.push(active(&ring));
    }
    let retiring = |ring: &KeyRing, secs| published(ring, after(secs)).split_off(2);
    // Rotated at 300, 600, 900: removed at 1260, 1560, 1860.
    assert_eq!(retiring(&ring, 900), order[..3]);
    assert_eq!(retiring(&ring, 1_259), order[..3]);
    assert_eq!(retiring(&ring, 1_260), order[1..3]);
    assert_eq!(retiring(&ring, 1_560), order[2..3]);
    assert_eq!(retiring(&ring, 1_860), [""; 0]);
    // Rotation removes keys whose publication has ended.
    ring.rotate(after(1_600)).expect("in time");
    assert_eq!(
        serde_json::from_str::<Value>(&text(&ring)).expect("JSON")["keys"].as_array().map(Vec::len),
        Some(4)
    );
}

#[test]
fn dates_at_the_end_of_time_do_not_overflow() {
    let end = NumericDate::MAX;
    let mut ring = KeyRing::generate(Algorithm::EdDSA, ROTATION, end).expect("a ring");
    assert_eq!(ring.ready_at(), end);
    assert_eq!(ring.rotate(end), Ok(()));
    assert_eq!(published(&ring, end).len(), 2);
}

/// A shared secret cannot be published.
#[test]
fn rings_reject_symmetric_algorithms() {
    for algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.is_symmetric()) {
        let error = KeyRing::generate(*algorithm, ROTATION, START).unwrap_err();
        assert_eq!(error, KeyError::NotPublic { found: KeyFormat::Bytes });
    }
    for algorithm in [Algorithm::ES256, Algorithm::ES256K, Algorithm::Ed25519] {
        let mut ring = KeyRing::generate(algorithm, ROTATION, START).expect("a ring");
        ring.rotate(after(300)).expect("in time");
        let set = ring.published(after(300)).expect("a set");
        assert!(set.keys().iter().all(|key| key.algorithm() == algorithm));
    }
}

#[test]
fn errors_have_the_time_and_the_reason() {
    let early = KeyRingError::TooEarly { ready_at: START };
    assert_eq!(
        early.to_string(),
        "the next key is not known to all verifiers before 1800000000; rotate then"
    );
    assert!(std::error::Error::source(&early).is_none());
    let key = KeyRingError::from(KeyError::Randomness);
    assert_eq!(key.to_string(), "a key of the ring cannot be created or read");
    let source = std::error::Error::source(&key).expect("a source").to_string();
    assert_eq!(source, KeyError::Randomness.to_string());
}

/// Keys of the ring below: RFC 8037 A.1, and two others.
fn jwk(seed: u8) -> (Value, String) {
    const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    let d = if seed == 0 { D.to_owned() } else { jotwell::base64url::encode([seed; 32]) };
    // The public half follows from the private one; PKCS#8 may leave it out (RFC 8410 §7).
    let der = [&[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20][..]].concat();
    let der = [der, jotwell::base64url::decode(d).expect("base64url")].concat();
    let key = SigningKey::from_der(Algorithm::EdDSA, der).expect("a key").with_key_id(format!("key-{seed}"));
    let text = key.to_jwk().to_json_with_private_members().expect("JSON");
    (serde_json::from_str(&text).expect("JSON"), text)
}

#[test]
fn the_format_of_the_file_is_stable() {
    let text = concat!(
        r#"{"publish_ahead":300,"token_lifetime":900,"leeway":60,"keys":["#,
        r#"{"state":"next","since":1800000300.5,"jwk":NEXT},"#,
        r#"{"state":"active","since":1800000000,"jwk":{"kty":"OKP","crv":"Ed25519","#,
        r#""x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","#,
        r#""alg":"EdDSA","use":"sig","kid":"key-0"}},"#,
        r#"{"state":"retiring","until":1800001260,"jwk":OLD}]}"#,
    );
    let text = text.replace("NEXT", &jwk(1).1).replace("OLD", &jwk(2).1);
    let ring = KeyRing::from_json(&text).expect("a ring");
    assert_eq!(ring.to_json_with_private_members().expect("JSON"), text);
    assert_eq!(ring.rotation(), ROTATION);
    assert_eq!(ring.ready_at(), START.saturating_add(Duration::from_millis(600_500)));
    assert_eq!(published(&ring, START), ["key-0", "key-1", "key-2"]);
    assert_eq!(published(&ring, after(1_260)), ["key-0", "key-1"]);
    // The order of members and keys, white space and unknown members do not matter.
    let parsed: Value = serde_json::from_str(&text).expect("JSON");
    let mut other = parsed;
    other["comment"] = json!({"made": "by hand"});
    other["keys"].as_array_mut().expect("keys").rotate_left(1);
    other["keys"][0]["comment"] = json!(7);
    let other = serde_json::to_string_pretty(&other).expect("JSON");
    assert_eq!(
        KeyRing::from_json(other).expect("a ring").to_json_with_private_members().expect("JSON"),
        text
    );
}

#[test]
fn a_ring_continues_from_its_file() {
    let mut ring = ring();
    for turn in 1..=4 {
        ring.rotate(after(300 * turn)).expect("in time");
        let read = KeyRing::from_json(text(&ring)).expect("a ring");
        assert_eq!(text(&read), text(&ring));
        assert_eq!((read.ready_at(), active(&read)), (ring.ready_at(), active(&ring)));
        for secs in [300 * turn, 2_000] {
            assert_eq!(published(&read, after(secs)), published(&ring, after(secs)));
        }
        // A token that either signs verifies with the other's set.
        let token = Claims::new(NoClaims).expires_at(after(5_000)).sign(read.signing_key()).expect("a token");
        let set = ring.published(after(300 * turn)).expect("a set");
        let validator = Validator::with_clock(set, Issuer::unchecked(), Audience::unchecked(), START);
        assert!(validator.verify::<NoClaims>(&token).is_ok());
        ring = read;
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_file_that_is_not_a_ring_is_rejected() {
    let entry =
        |state: &str, when: &str, seed| json!({"state": state, when: 1_800_000_000, "jwk": jwk(seed).0});
    let good = json!({
        "publish_ahead": 300,
        "token_lifetime": 900,
        "leeway": 60,
        "keys": [entry("next", "since", 1), entry("active", "since", 0), entry("retiring", "until", 2)],
    });
    let missing = |member| KeyError::MissingMember { member };
    let invalid = |member| KeyError::InvalidMember { member };
    let read = |ring: &Value| KeyRing::from_json(ring.to_string()).map(drop);
    assert_eq!(read(&good), Ok(()));
    /// Changes or removes the value at a JSON pointer.
    fn with(mut ring: Value, pointer: &str, value: Option<Value>) -> Value {
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
        let parent = ring.pointer_mut(parent).expect("the parent");
        match (parent, value) {
            (Value::Object(members), Some(value)) => drop(members.insert(member.to_owned(), value)),
            (Value::Object(members), None) => drop(members.remove(member).expect("the member")),
            (Value::Array(elements), Some(value)) => {
                elements[member.parse::<usize>().expect("an index")] = value
            }
            (Value::Array(elements), None) => drop(elements.remove(member.parse().expect("an index"))),
            _ => panic!("{pointer}"),
        }
        ring
    }

    for (text, error) in [
        ("", JsonError::Syntax { offset: 0 }),
        ("[]", JsonError::NotAnObject),
        ("{} {}", JsonError::TrailingData { offset: 3 }),
        (r#"{"leeway":1,"leeway":1}"#, JsonError::DuplicateMember { offset: 12 }),
    ] {
        assert_eq!(KeyRing::from_json(text).map(drop), Err(KeyError::Json(error)), "{text}");
    }
    for member in ["publish_ahead", "token_lifetime", "leeway"] {
        let pointer = format!("/{member}");
        assert_eq!(read(&with(good.clone(), &pointer, None)), Err(missing(member)));
        // Whole, non-negative seconds are required.
        for value in [json!("300"), json!(1.5), json!(-1), json!(1e3), json!(null), json!([300])] {
            assert_eq!(
                read(&with(good.clone(), &pointer, Some(value.clone()))),
                Err(invalid(member)),
                "{value}"
            );
        }
        assert_eq!(read(&with(good.clone(), &pointer, Some(json!(u64::MAX)))), Ok(()));
    }
    let mut public = jwk(0).0;
    public.as_object_mut().expect("an object").remove("d");
    let secret = json!({"kty": "oct", "alg": "HS256", "kid": "k", "k": jotwell::base64url::encode([7; 32])});
    let not_an_object = KeyError::Json(JsonError::NotAnObject);
    for (pointer, value, error) in [
        ("/keys", None, missing("next")),
        ("/keys", Some(json!([])), missing("next")),
        ("/keys", Some(json!({})), invalid("keys")),
        ("/keys", Some(json!(null)), invalid("keys")),
        ("/keys/2", Some(json!(7)), invalid("keys")),
        ("/keys/2", Some(json!([])), invalid("keys")),
        ("/keys/0", None, missing("next")),
        ("/keys/1", None, missing("active")),
        // There is one active key and one next key.
        ("/keys/2", Some(entry("next", "since", 2)), invalid("state")),
        ("/keys/2", Some(entry("active", "since", 2)), invalid("state")),
        ("/keys/0/state", Some(json!("former")), invalid("state")),
        ("/keys/0/state", Some(json!("Next")), invalid("state")),
        ("/keys/0/state", Some(json!(7)), invalid("state")),
        ("/keys/0/state", None, missing("state")),
        ("/keys/0/since", None, missing("since")),
        ("/keys/1/since", None, missing("since")),
        ("/keys/2/until", None, missing("until")),
        ("/keys/0/since", Some(json!("1800000000")), invalid("since")),
        ("/keys/1/since", Some(json!(null)), invalid("since")),
        // Milliseconds by mistake: beyond the year 9999.
        ("/keys/0/since", Some(json!(1_800_000_000_000_u64)), invalid("since")),
        ("/keys/2/until", Some(json!(1_800_000_000_000_u64)), invalid("until")),
        ("/keys/0/jwk", None, missing("jwk")),
        ("/keys/0/jwk", Some(json!(7)), not_an_object.clone()),
        ("/keys/0/jwk", Some(json!("{}")), not_an_object),
        ("/keys/0/jwk", Some(json!({})), missing("kty")),
        ("/keys/0/jwk", Some(public), KeyError::NotPrivate { found: KeyFormat::Jwk }),
        ("/keys/0/jwk", Some(secret), KeyError::NotPublic { found: KeyFormat::Jwk }),
        ("/keys/0/jwk/alg", None, missing("alg")),
        ("/keys/0/jwk/alg", Some(json!("none")), invalid("alg")),
        ("/keys/0/jwk/use", Some(json!("enc")), KeyError::UseNotAllowed { member: "use" }),
        ("/keys/0/jwk/kid", None, missing("kid")),
        ("/keys/0/jwk/x", Some(jwk(1).0["d"].clone()), KeyError::PublicKeyMismatch),
        ("/keys/2/jwk/d", Some(json!("AAAA")), invalid("d")),
    ] {
        let case = format!("{pointer} {value:?}");
        assert_eq!(read(&with(good.clone(), pointer, value)), Err(error), "{case}");
    }

    // A ring with one key twice can be read, but not published.
    let twice = with(good, "/keys/0/jwk", Some(jwk(0).0));
    let ring = KeyRing::from_json(twice.to_string()).expect("a ring");
    assert_eq!(ring.published(START).map(drop), Err(KeyError::DuplicateKeyId));
}

#[test]
fn debug_shows_no_private_number() {
    let mut ring = ring();
    ring.rotate(after(300)).expect("in time");
    let file: Value = serde_json::from_str(&text(&ring)).expect("JSON");
    let shown = format!("{ring:?} {ring:#?}");
    assert!(shown.contains(&active(&ring)), "{shown}");
    for entry in file["keys"].as_array().expect("keys") {
        let private = entry["jwk"]["d"].as_str().expect("a private number");
        let bytes = jotwell::base64url::decode(private).expect("base64url");
        let numbers = format!("{:?}", &bytes[..4]);
        assert!(!shown.contains(private) && !shown.contains(numbers.trim_matches(['[', ']'])), "{shown}");
    }
    // The published set has none either.
    let set = ring.published(after(300)).expect("a set").to_json().expect("JSON");
    assert!(!set.contains(r#""d":"#));
}

/// What may happen to an issuer and a verifier, in any order.
#[derive(Clone, Debug)]
enum Event {
    /// Time passes.
    Advance(u64),
    /// Time passes until that many seconds around a limit, unless that is in the past.
    Near(Limit, i64),
    /// The issuer rotates its ring, unless it is too early.
    Rotate,
    /// The issuer removes expired keys.
    Retire,
    /// The issuer restarts from its file.
    Restart,
    /// The issuer signs a token for that part of the longest lifetime, in percent.
    Issue(u64),
    /// The verifier fetches the set early.
    Fetch,
    /// The verifier verifies all tokens, with that part of the largest leeway, in percent.
    Verify(u64),
}

/// The times at which something begins or ends.
#[derive(Clone, Copy, Debug)]
enum Limit {
    /// The ring may rotate.
    Ready,
    /// The verifier must fetch the set.
    Stale,
    /// The latest token expires.
    Expiry,
    /// The next of the retiring keys expires.
    Gone,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let advance = prop_oneof![0..3_u64, 0..30_u64, 0..400_u64].prop_map(Event::Advance);
    let limit = prop_oneof![Just(Limit::Ready), Just(Limit::Stale), Just(Limit::Expiry), Just(Limit::Gone)];
    let near = (limit, -1..=1_i64).prop_map(|(limit, secs)| Event::Near(limit, secs));
    let issue = || prop_oneof![Just(100), 0..=100_u64].prop_map(Event::Issue);
    let verify = || prop_oneof![Just(100), 0..=100_u64].prop_map(Event::Verify);
    let single = prop_oneof![
        3 => advance,
        2 => near.clone(),
        2 => Just(Event::Rotate),
        1 => Just(Event::Retire),
        1 => Just(Event::Restart),
        2 => issue(),
        2 => Just(Event::Fetch),
        3 => verify(),
    ];
    // The worst case combines a set that was fetched just before the next key is published, and a token that this key
    // signs as soon as it is active.
    let group = prop_oneof![
        6 => single.prop_map(|event| vec![event]),
        1 => Just(vec![Event::Fetch, Event::Rotate]),
        2 => (near, issue(), verify()).prop_map(|(near, issue, verify)| vec![near, Event::Rotate, issue, verify]),
    ];
    prop::collection::vec(group, 1..40).prop_map(|groups| groups.concat())
}

struct Token {
    text: String,
    key_id: String,
    expires_at: NumericDate,
}

/// An issuer and a verifier that follow the rules, and do nothing more.
struct World {
    now: NumericDate,
    ring: KeyRing,
    tokens: Vec<Token>,
    /// When each key that has stopped signing is to be removed, computed independently of the ring, and after how many
    /// fetches that was decided: a set of the same moment may be older.
    gone_at: BTreeMap<String, (NumericDate, usize)>,
    set: JwkSet,
    fetched_at: NumericDate,
    fetches: usize,
}

impl World {
    fn new(rotation: KeyRotationPolicy) -> Self {
        let ring = KeyRing::generate(Algorithm::EdDSA, rotation, START).expect("a ring");
        let set = ring.published(START).expect("a set");
        Self {
            now: START,
            ring,
            tokens: Vec::new(),
            gone_at: BTreeMap::new(),
            set,
            fetched_at: START,
            fetches: 0,
        }
    }

    fn happens(&mut self, event: &Event) {
        let KeyRotationPolicy { publish_ahead, token_lifetime, leeway, .. } = self.ring.rotation();
        let part = |whole: Duration, percent: u64| Duration::from_secs(whole.as_secs() * percent / 100);
        match event {
            Event::Advance(secs) => self.now = self.now.saturating_add(Duration::from_secs(*secs)),
            Event::Near(limit, secs) => {
                let limit = match limit {
                    Limit::Ready => self.ring.ready_at(),
                    Limit::Stale => self.fetched_at.saturating_add(publish_ahead),
                    Limit::Expiry => {
                        self.tokens.last().map_or(self.now, |token| token.expires_at.saturating_add(leeway))
                    }
                    Limit::Gone => self
                        .gone_at
                        .values()
                        .map(|(date, _)| *date)
                        .filter(|date| self.now < *date)
                        .min()
                        .unwrap_or(self.now),
                };
                self.now = self.now.max(NumericDate::from_secs(limit.as_secs() + secs));
            }
            Event::Rotate => {
                let before = active(&self.ring);
                if self.ring.rotate(self.now).is_ok() {
                    let gone_at = self.now.saturating_add(token_lifetime).saturating_add(leeway);
                    self.gone_at.insert(before, (gone_at, self.fetches));
                }
            }
            Event::Retire => self.ring.retire(self.now),
            Event::Restart => self.ring = KeyRing::from_json(text(&self.ring)).expect("a ring"),
            Event::Issue(percent) => {
                let expires_at = self.now.saturating_add(part(token_lifetime, *percent));
                let claims = Claims::new(NoClaims).issued_at(self.now).expires_at(expires_at);
                let text = claims.sign(self.ring.signing_key()).expect("a token");
                self.tokens.push(Token { text, key_id: active(&self.ring), expires_at });
            }
            Event::Fetch => self.fetch(),
            Event::Verify(percent) => {
                // A set is fresh while its age is below the maximum (RFC 9111 §4.2).
                if self.now.saturating_since(self.fetched_at) >= publish_ahead {
                    self.fetch();
                }
                self.verify(part(leeway, *percent));
            }
        }
    }

    fn fetch(&mut self) {
        self.set = self.ring.published(self.now).expect("a set");
        self.fetched_at = self.now;
        self.fetches += 1;
    }

    fn verify(&self, leeway: Duration) {
        let (issuer, audience) = (Issuer::unchecked(), Audience::unchecked());
        let validator = Validator::with_clock(&self.set, issuer, audience, self.now).leeway(leeway);
        let whenever = validator.clone().expiry(Expiry::Unchecked);
        for token in &self.tokens {
            let result = validator.verify::<NoClaims>(&token.text).map(drop);
            if self.now < token.expires_at.saturating_add(leeway) {
                assert_eq!(result, Ok(()), "a valid token at {}", self.now);
            } else {
                assert!(matches!(result, Err(VerifyError::Expired { .. } | VerifyError::UnknownKey { .. })));
            }
            let gone = self
                .gone_at
                .get(&token.key_id)
                .is_some_and(|(gone_at, fetches)| *gone_at <= self.fetched_at && *fetches < self.fetches);
            if gone {
                let result = whenever.verify::<NoClaims>(&token.text).map(drop);
                assert_eq!(
                    result,
                    Err(VerifyError::unknown_key(Some(&token.key_id))),
                    "a token of a key that is gone at {}",
                    self.now
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_valid_token_is_rejected_and_none_outlives_its_key(
        publish_ahead in prop_oneof![1 => Just(0), 4 => 1..120_u64],
        token_lifetime in 0..200_u64,
        leeway in prop_oneof![1 => Just(0), 3 => 1..60_u64],
        events in events(),
    ) {
        let mut world = World::new(KeyRotationPolicy::new().publish_ahead(Duration::from_secs(publish_ahead)).token_lifetime(Duration::from_secs(token_lifetime)).leeway(Duration::from_secs(leeway)));
        for event in &events {
            world.happens(event);
        }
        // Whatever the history did not contain.
        for event in [Event::Verify(100), Event::Fetch, Event::Verify(100)] {
            world.happens(&event);
        }
    }
}

#[test]
fn every_key_is_listed_with_its_state() {
    let mut ring = ring();
    let first = active(&ring);
    ring.rotate(after(300)).expect("rotated");
    let listed: Vec<_> =
        ring.keys().map(|(key, state)| (key.key_id().expect("a name").to_owned(), state)).collect();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[0].1, KeyState::Next { published_at: after(300) });
    assert_eq!(listed[1], (active(&ring), KeyState::Active { published_at: START }));
    assert_eq!(listed[2], (first, KeyState::Retiring { published_until: after(300 + 900 + 60) }));
}
