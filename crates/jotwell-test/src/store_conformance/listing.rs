//! Listing the sessions of a subject.

use super::*;

impl Asked {
    async fn names_of(&self, subject: StoreId, now: Timestamp) -> Vec<StoreId> {
        self.sessions_of(subject, now).await.into_iter().map(|(name, _)| name).collect()
    }
}

/// Lists the sessions of one subject and no other, complete, latest start first, regardless of the order in which they
/// were written.
pub async fn the_sessions_of_a_subject_are_listed(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (subject, stranger) = (id("listed", 101), id("listed", 102));
    let name = |number| id("listed", number);
    assert_eq!(store.sessions_of(subject, at(0)).await, []);
    let record = |started| SessionRecord { started_at: at(started), ..session(subject) };
    for (number, started) in [(1, 10), (2, 30), (3, 20)] {
        store.create(name(number), &record(started), at(30)).await;
    }
    store.create(name(4), &session(stranger), at(30)).await;
    let wanted = [(name(2), record(30)), (name(3), record(20)), (name(1), record(10))];
    assert_eq!(store.sessions_of(subject, at(30)).await, wanted);
    assert_eq!(store.names_of(stranger, at(30)).await, [name(4)]);
    // An exchange does not change the order, and its result is listed.
    assert_eq!(store.exchange(name(1), &exchange(0, at(31), GRACE)).await, rotated());
    let listed = store.sessions_of(subject, at(31)).await;
    assert_eq!(listed[..2], wanted[..2]);
    assert_eq!(listed[2].0, name(1));
    assert_eq!(listed[2].1.previous.map(|previous| previous.exchanged_at), Some(at(31)));
    assert_eq!(Some(&listed[2].1), store.session(name(1)).await.as_ref());
    // Sessions that started in the same millisecond are ordered by their names, descending.
    store.create(name(5), &record(20), at(31)).await;
    let mut tied = [name(3), name(5)];
    tied.sort_unstable_by_key(|id| std::cmp::Reverse(jotwell::base64url::encode(id.as_bytes())));
    assert_eq!(store.names_of(subject, at(31)).await, [name(2), tied[0], tied[1], name(1)]);
}

/// Sessions that were logged out, replaced, displaced, reused or revoked are not listed, nor are expired ones.
pub async fn only_sessions_that_are_alive_are_listed(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("alive", 101);
    let name = |number| id("alive", number);
    let record = |number: u64| SessionRecord { started_at: at(number), ..session(subject) };
    for number in 1..=4 {
        store.create(name(number), &record(number), at(4)).await;
    }
    store.create(name(5), &SessionRecord { expires_at: at(10), ..record(5) }, at(5)).await;
    assert!(store.end(name(1)).await);
    assert_eq!(store.exchange(name(2), &exchange(9, at(5), GRACE)).await, RotationOutcome::Reused);
    let start = SessionStart { replaces: Some(name(3)), ..SessionStart::default() };
    store.start(name(6), &record(6), start, at(6)).await;
    assert_eq!(store.names_of(subject, at(9)).await, [name(6), name(5), name(4)]);
    assert_eq!(store.names_of(subject, at(10)).await, [name(6), name(4)]);
    let start = SessionStart { limit: std::num::NonZeroU32::new(2), ..SessionStart::default() };
    assert_eq!(store.start(name(7), &record(7), start, at(10)).await, 1);
    assert_eq!(store.names_of(subject, at(10)).await, [name(7), name(6)]);
    // Revoked, although no request for one of them has come since.
    store.revoke_subject(subject, at(10), at(HOUR), at(10)).await;
    assert_eq!(store.names_of(subject, at(10)).await, []);
    let after = SessionRecord { began: store.sequence().await, ..record(8) };
    store.create(name(8), &after, at(10)).await;
    assert_eq!(store.names_of(subject, at(10)).await, [name(8)]);
    store.purge(at(10)).await;
    assert_eq!(store.names_of(subject, at(10)).await, [name(8)]);
}

/// At most [`SessionRecord::MAX_LISTED`] sessions are listed. Ended ones do not count.
pub async fn a_listing_has_the_newest_sessions(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("newest", 101);
    let limit = u64::try_from(SessionRecord::MAX_LISTED).unwrap_or(u64::MAX);
    let count = 2 * limit + 5;
    for number in 0..count {
        let record = SessionRecord { started_at: at(number), ..session(subject) };
        store.create(id("newest", number), &record, at(count)).await;
    }
    let wanted = |skipped: u64| -> Vec<_> {
        (0..limit).map(|place| id("newest", count - 1 - skipped - place)).collect()
    };
    assert_eq!(store.names_of(subject, at(count)).await, wanted(0));
    for number in count - 3..count {
        assert!(store.end(id("newest", number)).await);
    }
    assert_eq!(store.names_of(subject, at(count)).await, wanted(3));
}

/// 64 logins at once are all listed.
pub async fn a_crowd_of_logins_is_listed(store: Arc<dyn Store>) {
    let subject = id("crowd, listed", 101);
    let name = |number: u8| id("crowd, listed", u64::from(number));
    crowd(&store, move |store, number| async move {
        store.create(name(number), &session(subject), at(0)).await;
        let listed = store.names_of(subject, at(0)).await;
        assert!(listed.contains(&name(number)), "its own is there at once");
    })
    .await;
    let mut listed = Asked(store).names_of(subject, at(0)).await;
    let mut wanted: Vec<_> = (0..CROWD).map(name).collect();
    listed.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(listed, wanted);
}
