//! Beginning and ending of sessions.

use super::*;

/// A session lives to its last millisecond and has ended at [`SessionRecord::expires_at`]. An exchange does not extend
/// it.
pub async fn a_session_ends_at_its_time(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = id("end of time", 1);
    store.create(name, &session(id("end of time", 2)), at(0)).await;
    let last = at(HOUR - 1);
    assert_eq!(store.token_status(&about_session(name, None, last)).await, TokenStatus::Active);
    assert_eq!(store.token_status(&about_session(name, None, at(HOUR))).await, TokenStatus::SessionEnded);
    assert_eq!(store.exchange(name, &exchange(0, last, Duration::ZERO)).await, rotated());
    assert_eq!(store.token_status(&about_session(name, None, at(HOUR))).await, TokenStatus::SessionEnded);
    let late = exchange(1, at(HOUR), Duration::ZERO);
    assert_eq!(store.exchange(name, &late).await, RotationOutcome::Ended, "its time is over");

    let name = id("end of time", 3);
    store.create(name, &session(id("end of time", 2)), at(0)).await;
    assert_eq!(store.exchange(name, &exchange(0, last, Duration::ZERO)).await, rotated());
    let late = exchange(0, at(HOUR), Duration::MAX);
    assert_eq!(store.exchange(name, &late).await, RotationOutcome::Ended, "grace does not reach beyond it");
}

/// A name cannot be used again before its session has ended, and that session is not changed.
pub async fn a_name_is_taken_once(store: Arc<dyn Store>) {
    let asked = Asked(Arc::clone(&store));
    let (name, subject) = (id("occupied", 1), id("occupied", 2));
    asked.create(name, &session(subject), at(0)).await;
    let other = SessionRecord { current: token(50), data: b"other".to_vec(), ..session(subject) };
    for now in [0, HOUR - 1] {
        let again = store.create(name, &other, SessionStart::default(), at(now)).await;
        assert!(matches!(again, Err(StoreError::Occupied)), "at {now}: {again:?}");
    }
    assert_eq!(asked.exchange(name, &exchange(0, at(1), Duration::ZERO)).await, rotated());
    let again = store.create(name, &other, SessionStart::default(), at(2)).await;
    assert!(matches!(again, Err(StoreError::Occupied)), "after an exchange: {again:?}");

    // A session that has expired, whether or not the store has removed it, and one that was ended.
    let later = SessionRecord { started_at: at(HOUR), expires_at: at(2 * HOUR), ..other };
    asked.create(name, &later, at(HOUR)).await;
    for number in [0, 1] {
        let stale = asked.exchange(name, &exchange(number, at(HOUR), Duration::MAX)).await;
        assert_eq!(stale, RotationOutcome::Reused, "nothing is left of the session before: token {number}");
        asked.create(name, &later, at(HOUR)).await;
    }
    let exchanged = asked.exchange(name, &exchange(50, at(HOUR), Duration::ZERO)).await;
    assert_eq!(exchanged, RotationOutcome::Rotated { data: b"other".to_vec(), expires_at: at(2 * HOUR) });
    assert!(asked.end(name).await);
    asked.create(name, &later, at(HOUR)).await;
}

/// Of 64 concurrent attempts to begin a session with one name, one succeeds.
pub async fn one_of_a_crowd_begins(store: Arc<dyn Store>) {
    let (name, subject) = (id("crowd, begin", 1), id("crowd, begin", 2));
    let answers = crowd(&store, move |store, number| async move {
        let session = SessionRecord { current: token(number), ..session(subject) };
        (number, store.0.create(name, &session, SessionStart::default(), at(0)).await)
    })
    .await;
    let winners: Vec<u8> =
        answers.iter().filter(|(_, answer)| answer.is_ok()).map(|(number, _)| *number).collect();
    assert_eq!(winners.len(), 1, "one of a crowd begins the session: {winners:?}");
    for (number, answer) in &answers {
        let is_occupied = matches!(answer, Err(StoreError::Occupied));
        assert!(answer.is_ok() || is_occupied, "{number}: {answer:?}");
    }
    let answer = Asked(store).exchange(name, &exchange(winners[0], at(1), Duration::ZERO)).await;
    assert_eq!(answer, rotated(), "it is the session of the winner");
}

/// Data of any bytes, up to [`SessionRecord::MAX_DATA`], are returned unchanged. Longer data are rejected, and no
/// session begins.
pub async fn data_are_returned_and_have_a_limit(store: Arc<dyn Store>) {
    let asked = Asked(Arc::clone(&store));
    let subject = id("data", 0);
    let lengths = [0, 1, 255, 256, SessionRecord::MAX_DATA];
    for (number, length) in (1..).zip(lengths) {
        let data: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
        let name = id("data", number);
        asked.create(name, &SessionRecord { data: data.clone(), ..session(subject) }, at(0)).await;
        let wanted = RotationOutcome::Rotated { data: data.clone(), expires_at: at(HOUR) };
        let answer = asked.exchange(name, &exchange(0, at(1), Duration::ZERO)).await;
        assert!(answer == wanted, "{length} bytes of data do not come back");
        let wanted =
            RotationOutcome::Retried { other_copy: false, salt: [1; 32], data, expires_at: at(HOUR) };
        let answer = asked.exchange(name, &exchange(0, at(1), Duration::from_secs(1))).await;
        assert!(answer == wanted, "{length} bytes of data do not come back a second time");
    }
    let name = id("data", 99);
    let long = SessionRecord { data: vec![0; SessionRecord::MAX_DATA + 1], ..session(subject) };
    match store.create(name, &long, SessionStart::default(), at(0)).await {
        Err(StoreError::TooLong { length, limit }) => {
            assert_eq!((length, limit), (SessionRecord::MAX_DATA + 1, SessionRecord::MAX_DATA));
        }
        other => panic!("data beyond the limit: {other:?}"),
    }
    assert!(!asked.end(name).await, "a session that was refused did not begin");
}

/// Ending a session reports whether it existed.
pub async fn a_session_ends_once(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("end", 0);
    let (one, other) = (id("end", 1), id("end", 2));
    assert!(!store.end(one).await, "one that never was");
    store.create(one, &session(subject), at(0)).await;
    store.create(other, &session(subject), at(0)).await;
    assert!(store.end(one).await);
    assert!(!store.end(one).await, "a second time");
    assert_eq!(
        store.token_status(&about_session(one, Some(subject), at(1))).await,
        TokenStatus::SessionEnded
    );
    let answer = store.exchange(one, &exchange(0, at(1), Duration::MAX)).await;
    assert_eq!(answer, RotationOutcome::Ended);
    assert_eq!(store.token_status(&about_session(other, Some(subject), at(1))).await, TokenStatus::Active);
    assert_eq!(
        store.exchange(other, &exchange(0, at(1), Duration::ZERO)).await,
        rotated(),
        "another session"
    );
}

/// A record may have been exchanged before, as when sessions are moved from one store to another.
pub async fn a_session_may_begin_in_the_middle(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = id("middle", 1);
    let mut record = session(id("middle", 2));
    let (_, change) = record.exchange(&exchange(0, at(5), Duration::ZERO), None);
    assert_eq!(change, jotwell_http::store::RecordChange::Write);
    store.create(name, &record, at(6)).await;
    let grace = Duration::from_millis(10);
    assert_eq!(store.exchange(name, &exchange(0, at(14), grace)).await, repeated(1));
    assert_eq!(store.exchange(name, &exchange(1, at(15), grace)).await, rotated());
}

/// A session can be read, and reading it changes nothing.
pub async fn a_session_can_be_read(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (name, subject) = (id("look", 1), id("look", 2));
    assert_eq!(store.session(name).await, None, "one that never was");
    store.revoke_subject(subject, at(7), at(HOUR), at(7)).await;
    let (data, began): (Vec<u8>, _) = ((0..=u8::MAX).collect(), store.sequence().await);
    let mut wanted = SessionRecord { data, began, ..session(subject) };
    store.create(name, &wanted, at(0)).await;
    assert_eq!(store.session(name).await, Some(wanted.clone()), "before it was exchanged");
    for (number, now) in [(0, at(10)), (1, at(20)), (1, at(21))] {
        let exchange = exchange(number, now, GRACE);
        let (answer, _) = wanted.exchange(&exchange, None);
        assert_eq!(store.exchange(name, &exchange).await, answer);
        assert_eq!(store.session(name).await, Some(wanted.clone()), "after token {number} at {now:?}");
    }
    assert_eq!(store.session(id("look", 3)).await, None, "another one");
    assert_eq!(store.exchange(name, &exchange(0, at(22), GRACE)).await, RotationOutcome::Reused);
    assert_eq!(store.session(name).await, None, "one that has ended");
}

/// Expired entries are removed once, and others are kept. A store that removes entries by itself returns 0.
pub async fn expired_entries_are_purged_and_nothing_else(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = |number| id("purge", number);
    let (one, other) = (at(HOUR), at(HOUR + 1));
    for (number, end) in [(1, one), (2, other)] {
        store.create(name(number), &SessionRecord { expires_at: end, ..session(name(9)) }, at(0)).await;
        store.revoke_token(name(number), end, at(0)).await;
        store.revoke_subject(name(number), at(0), end, at(0)).await;
        assert!(store.consume(name(number), end, at(0)).await);
    }
    // Its end moves from one second to the other: it is removed once.
    store.revoke_token(name(3), one, at(0)).await;
    store.revoke_token(name(3), other, at(0)).await;
    store.revoke_subject(name(3), at(0), one, at(0)).await;
    store.revoke_subject(name(3), at(0), other, at(0)).await;

    assert_eq!(store.purge(at(HOUR - 1)).await, 0, "nothing is over yet");
    let gone = store.purge(one).await;
    assert!(gone == 4 || gone == 0, "four entries are over: {gone}");
    assert_eq!(store.purge(one).await, 0, "they have gone");
    assert_eq!(store.token_status(&about_session(name(2), None, one)).await, TokenStatus::Active);
    for number in [2, 3] {
        assert_eq!(
            store.token_status(&about_token(name(number), one)).await,
            TokenStatus::Revoked,
            "{number}"
        );
        let question = StatusQuery { token: None, subject: Some(name(number)), ..about_token(name(0), one) };
        assert_eq!(store.token_status(&question).await, TokenStatus::SubjectRevoked, "{number}");
    }
    assert!(!store.consume(name(2), other, one).await);
    let gone = store.purge(other).await;
    assert!(gone == 6 || gone == 0, "six entries are over: {gone}");
    assert_eq!(store.purge(at(100 * HOUR)).await, 0, "there is nothing left");
}

/// 100 000 sessions begin, exist, and are removed.
pub async fn many_sessions(store: Arc<dyn Store>) {
    const MANY: u64 = 100_000;
    let tasks = u64::from(CROWD) * 4;
    for round in 0..2 {
        let mut each = JoinSet::new();
        for task in 0..tasks {
            let store = Asked(Arc::clone(&store));
            each.spawn(async move {
                for number in (task..MANY).step_by(usize::try_from(tasks).unwrap_or(1)) {
                    let (name, subject) = (id("many", number), id("many, whose", number));
                    if round == 0 {
                        store.create(name, &session(subject), at(0)).await;
                    } else {
                        let standing =
                            store.token_status(&about_session(name, Some(subject), at(HOUR - 1))).await;
                        assert_eq!(standing, TokenStatus::Active, "session {number} is there");
                    }
                }
            });
        }
        each.join_all().await;
    }
    let store = Asked(store);
    assert_eq!(store.purge(at(HOUR - 1)).await, 0, "nothing is over yet");
    let gone = store.purge(at(HOUR)).await;
    assert!(gone == MANY || gone == 0, "all are over: {gone}");
    let standing = store.token_status(&about_session(id("many", 0), None, at(HOUR))).await;
    assert_eq!(standing, TokenStatus::SessionEnded);
}
