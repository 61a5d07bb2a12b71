//! Sessions that end because another one begins.

use std::num::NonZeroU32;

use super::*;

fn at_most(limit: u32) -> SessionStart {
    SessionStart { limit: NonZeroU32::new(limit), ..SessionStart::default() }
}

impl Asked {
    /// Returns which of the sessions are alive.
    async fn alive(&self, names: &[StoreId], now: Timestamp) -> Vec<bool> {
        let mut alive = Vec::new();
        for name in names {
            let status = self.token_status(&about_session(*name, None, now)).await;
            alive.push(status == TokenStatus::Active);
        }
        alive
    }
}

/// A session that begins ends the one that it replaces, of any subject, and no other.
pub async fn a_session_replaces_another(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (subject, stranger) = (id("replace", 101), id("replace", 102));
    let names: Vec<_> = (0..6).map(|number| id("replace", number)).collect();
    for (number, subject) in [(0, subject), (1, stranger), (2, subject)] {
        store.create(names[number], &session(subject), at(0)).await;
    }
    for (number, replaced) in [(3, 0), (4, 1), (5, 99)] {
        let start = SessionStart { replaces: Some(id("replace", replaced)), ..SessionStart::default() };
        assert_eq!(store.start(names[number], &session(subject), start, at(1)).await, 0);
    }
    assert_eq!(store.alive(&names, at(1)).await, [false, false, true, true, true, true]);
    assert!(!store.end(names[0]).await);
    // The replaced session is removed before the limit is checked.
    let start = SessionStart { replaces: Some(names[2]), ..at_most(4) };
    assert_eq!(store.start(names[0], &session(subject), start, at(1)).await, 0);
    assert_eq!(store.alive(&names, at(1)).await, [true, false, false, true, true, true]);
    // A session may replace an expired one with the same name.
    let late = SessionRecord { expires_at: at(2 * HOUR), ..session(subject) };
    let start = SessionStart { replaces: Some(names[0]), ..SessionStart::default() };
    assert_eq!(store.start(names[0], &late, start, at(HOUR)).await, 0);
    assert_eq!(store.alive(&names[..1], at(HOUR)).await, [true]);
}

/// Above the limit the oldest sessions of the subject end, and no others. The order in which they were written does
/// not matter.
pub async fn the_oldest_sessions_of_a_subject_end(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (subject, stranger) = (id("oldest", 101), id("oldest", 102));
    let names: Vec<_> = (0..8).map(|number| id("oldest", number)).collect();
    store.create(id("oldest", 50), &session(stranger), at(0)).await;
    for (number, started) in [(0, 30), (1, 10), (2, 20), (3, 40), (4, 20)] {
        let session = SessionRecord { started_at: at(started), ..session(subject) };
        store.create(names[number], &session, at(50)).await;
    }
    let next = |started| SessionRecord { started_at: at(started), ..session(subject) };
    assert_eq!(store.start(names[5], &next(50), at_most(5), at(50)).await, 1);
    assert_eq!(store.alive(&names[..6], at(50)).await, [true, false, true, true, true, true]);
    // Sessions that started in the same millisecond are ordered by their names.
    assert_eq!(store.start(names[6], &next(5), at_most(5), at(50)).await, 1);
    let mut tied = [(jotwell_name(names[2]), 2), (jotwell_name(names[4]), 4)];
    tied.sort_unstable();
    assert_eq!(store.alive(&[names[tied[0].1], names[tied[1].1]], at(50)).await, [false, true]);
    // The new session stays, although it started before the others.
    assert_eq!(store.start(names[7], &next(0), at_most(1), at(50)).await, 5);
    assert_eq!(store.alive(&names, at(50)).await, [false, false, false, false, false, false, false, true]);
    assert_eq!(store.alive(&[id("oldest", 50)], at(50)).await, [true], "another subject");
    // An exchange of a displaced session finds nothing.
    let answer = store.exchange(names[3], &exchange(0, at(50), GRACE)).await;
    assert_eq!(answer, RotationOutcome::Ended);
}

fn jotwell_name(id: StoreId) -> String {
    jotwell::base64url::encode(id.as_bytes())
}

/// Ended sessions do not count.
pub async fn only_sessions_that_are_alive_count(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("count", 101);
    let name = |number| id("count", number);
    let record = |number: u64| SessionRecord { started_at: at(number), ..session(subject) };
    // One that is logged out, one that is reused, one that expires, one that is replaced.
    store.create(name(1), &record(1), at(0)).await;
    assert!(store.end(name(1)).await);
    store.create(name(2), &record(2), at(0)).await;
    assert_eq!(store.exchange(name(2), &exchange(9, at(0), GRACE)).await, RotationOutcome::Reused);
    store.create(name(3), &SessionRecord { expires_at: at(10), ..record(3) }, at(0)).await;
    store.create(name(4), &record(4), at(0)).await;
    let start = SessionStart { replaces: Some(name(4)), ..at_most(9) };
    assert_eq!(store.start(name(5), &record(5), start, at(10)).await, 0);
    assert_eq!(store.start(name(6), &record(6), at_most(2), at(10)).await, 0, "two are alive");
    assert_eq!(store.start(name(7), &record(7), at_most(2), at(10)).await, 1);
    // Revoked sessions do not count either, even before a request for them has come.
    store.revoke_subject(subject, at(10), at(HOUR), at(10)).await;
    let began = store.sequence().await;
    for (number, displaced) in [(8, 0), (9, 0), (10, 1)] {
        let record = SessionRecord { began, ..record(number) };
        assert_eq!(store.start(name(number), &record, at_most(2), at(10)).await, displaced, "{number}");
    }
    assert_eq!(store.alive(&[name(8), name(9), name(10)], at(10)).await, [false, true, true]);
    // After a purge as before it.
    store.purge(at(10)).await;
    let last = SessionRecord { began, ..record(11) };
    assert_eq!(store.start(name(11), &last, at_most(2), at(10)).await, 1);
    assert_eq!(store.alive(&[name(9), name(10), name(11)], at(10)).await, [false, true, true]);
}

/// A rejected start changes nothing.
pub async fn a_session_that_does_not_begin_ends_no_other(store: Arc<dyn Store>) {
    let asked = Asked(Arc::clone(&store));
    let subject = id("refused", 101);
    let names: Vec<_> = (0..3).map(|number| id("refused", number)).collect();
    let began = asked.sequence().await;
    asked.revoke_subject(subject, at(0), at(HOUR), at(0)).await;
    let good = SessionRecord { began: asked.sequence().await, ..session(subject) };
    for name in &names {
        asked.create(*name, &good, at(0)).await;
    }
    let start = SessionStart { replaces: Some(names[0]), ..at_most(1) };
    let occupied = store.create(names[1], &good, start, at(0)).await;
    assert!(matches!(occupied, Err(StoreError::Occupied)), "{occupied:?}");
    let revoked = SessionRecord { began, ..good.clone() };
    let revoked = store.create(id("refused", 9), &revoked, start, at(0)).await;
    assert!(matches!(revoked, Err(StoreError::SubjectRevoked)), "{revoked:?}");
    let long = SessionRecord { data: vec![0; SessionRecord::MAX_DATA + 1], ..good };
    let long = store.create(id("refused", 9), &long, start, at(0)).await;
    assert!(matches!(long, Err(StoreError::TooLong { .. })), "{long:?}");
    assert_eq!(asked.alive(&names, at(0)).await, [true, true, true]);
}

/// After 64 concurrent logins, as many sessions remain as the limit allows.
pub async fn a_crowd_of_logins_leaves_as_many_as_the_limit(store: Arc<dyn Store>) {
    let subject = id("crowd, limit", 101);
    let name = |number: u8| id("crowd, limit", u64::from(number));
    crowd(&store, move |store, number| async move {
        store.start(name(number), &session(subject), at_most(3), at(0)).await
    })
    .await;
    let names: Vec<_> = (0..CROWD).map(name).collect();
    let alive = Asked(store).alive(&names, at(0)).await;
    assert_eq!(alive.iter().filter(|alive| **alive).count(), 3);
}
