//! Tokens and subjects are refused, and tokens used once.

use super::*;

/// A denied token is refused until the millisecond at which it expires, and no other is.
pub async fn a_token_is_denied_until_its_end(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (one, other) = (id("revoke_token", 1), id("revoke_token", 2));
    assert_eq!(store.token_status(&about_token(one, at(0))).await, TokenStatus::Active);
    store.revoke_token(one, at(HOUR), at(0)).await;
    assert_eq!(store.token_status(&about_token(one, at(0))).await, TokenStatus::Revoked);
    assert_eq!(store.token_status(&about_token(one, at(HOUR - 1))).await, TokenStatus::Revoked);
    assert_eq!(store.token_status(&about_token(one, at(HOUR))).await, TokenStatus::Active);
    assert_eq!(store.token_status(&about_token(other, at(0))).await, TokenStatus::Active);
    // Names of one kind are no names of another.
    let session = about_session(one, Some(one), at(0));
    assert_eq!(store.token_status(&session).await, TokenStatus::SessionEnded);
    let subject = StatusQuery { token: None, subject: Some(one), ..about_token(other, at(0)) };
    assert_eq!(store.token_status(&subject).await, TokenStatus::Active);
    assert!(store.consume(one, at(HOUR), at(0)).await, "a denied token was not used by that");
}

/// A token that is denied twice is denied until the later end.
pub async fn of_two_ends_of_a_denial_the_later_holds(store: Arc<dyn Store>) {
    let store = Asked(store);
    for (number, ends) in [(1, [HOUR, 2 * HOUR]), (2, [2 * HOUR, HOUR])] {
        let token = id("deny twice", number);
        for end in ends {
            store.revoke_token(token, at(end), at(0)).await;
        }
        assert_eq!(
            store.token_status(&about_token(token, at(2 * HOUR - 1))).await,
            TokenStatus::Revoked,
            "{ends:?}"
        );
        assert_eq!(
            store.token_status(&about_token(token, at(2 * HOUR))).await,
            TokenStatus::Active,
            "{ends:?}"
        );
    }
}

/// Without a session, the moment at which a token was issued decides.
pub async fn tokens_are_forbidden_by_when_they_were_issued(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (one, other) = (id("revoke_subject", 1), id("revoke_subject", 2));
    let question = |subject, issued_at, now| StatusQuery {
        token: Some(id("revoke_subject", 3)),
        subject,
        issued_at: at(issued_at),
        session: None,
        now: at(now),
    };
    store.revoke_subject(one, at(1_000), at(HOUR), at(1_000)).await;
    for (issued_at, now, standing) in [
        (0, 1_000, TokenStatus::SubjectRevoked),
        (1_000, 1_000, TokenStatus::SubjectRevoked),
        (1_001, 1_001, TokenStatus::Active),
        (1_000, HOUR - 1, TokenStatus::SubjectRevoked),
        (1_000, HOUR, TokenStatus::Active),
    ] {
        let answer = store.token_status(&question(Some(one), issued_at, now)).await;
        assert_eq!(answer, standing, "forbidden up to 1000 for an hour: issued at {issued_at}, now {now}");
    }
    assert_eq!(
        store.token_status(&question(Some(other), 0, 1_000)).await,
        TokenStatus::Active,
        "another subject"
    );
    assert_eq!(store.token_status(&question(None, 0, 1_000)).await, TokenStatus::Active, "no subject");
}

/// With a session, the moment at which that began decides, for tokens and for exchanges, and whose it is.
pub async fn sessions_are_forbidden_by_when_they_began(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (subject, other) = (id("forbid sessions", 101), id("forbid sessions", 102));
    for (number, began) in [(1, 999), (2, 1_000), (3, 1_001)] {
        let session = SessionRecord { started_at: at(began), ..session(subject) };
        store.create(id("forbid sessions", number), &session, at(0)).await;
    }
    store.create(id("forbid sessions", 4), &session(other), at(0)).await;
    store.revoke_subject(subject, at(1_000), at(HOUR / 2), at(2_000)).await;
    let cases = [
        (1, subject, TokenStatus::SubjectRevoked),
        (2, subject, TokenStatus::SubjectRevoked),
        (3, subject, TokenStatus::Active),
        (4, other, TokenStatus::Active),
    ];
    for (number, subject, wanted) in cases {
        let name = id("forbid sessions", number);
        for subject in [Some(subject), None] {
            let mut question = about_session(name, subject, at(2_000));
            for issued_at in [at(0), at(5_000)] {
                question.issued_at = issued_at;
                let answer = store.token_status(&question).await;
                assert_eq!(answer, wanted, "session {number}, issued at {issued_at:?}, subject {subject:?}");
            }
        }
    }
    for (number, _, wanted) in cases {
        let name = id("forbid sessions", number);
        let wanted = if wanted == TokenStatus::Active { rotated() } else { RotationOutcome::Ended };
        // From the moment on at which it is no longer kept, the sessions have to be over by themselves.
        let answer = store.exchange(name, &exchange(0, at(HOUR / 2 - 1), Duration::ZERO)).await;
        assert_eq!(answer, wanted, "session {number}");
        let is_there = store.end(name).await;
        assert_eq!(is_there, wanted == rotated(), "session {number} was let go of when it was found out");
    }
}

/// Someone logs out everywhere and logs in again at once: the new session lives, also where both happen within
/// one millisecond.
pub async fn what_begins_in_the_same_millisecond_lives(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("same", 0);
    let name = |number| id("same", number);
    store.create(name(1), &session(subject), at(0)).await;
    store.revoke_subject(subject, at(0), at(HOUR), at(0)).await;
    store.create(name(2), &session(subject), at(0)).await;
    let wanted =
        [(1, TokenStatus::SubjectRevoked, RotationOutcome::Ended), (2, TokenStatus::Active, rotated())];
    for (number, standing, exchanged) in wanted {
        let question = about_session(name(number), Some(subject), at(0));
        assert_eq!(store.token_status(&question).await, standing, "session {number}");
        let answer = store.exchange(name(number), &exchange(0, at(0), Duration::ZERO)).await;
        assert_eq!(answer, exchanged, "session {number}");
    }
    // Once more: the session counts as begun one millisecond after, which is the moment now.
    store.revoke_subject(subject, at(1), at(HOUR), at(1)).await;
    assert_eq!(
        store.token_status(&about_session(name(2), Some(subject), at(1))).await,
        TokenStatus::SubjectRevoked
    );
    // What is no longer kept moves no beginning.
    let long = SessionRecord { expires_at: at(3 * HOUR), ..session(subject) };
    store.revoke_subject(subject, at(10), at(HOUR), at(10)).await;
    store.create(name(3), &long, at(HOUR)).await;
    store.revoke_subject(subject, at(5), at(3 * HOUR), at(HOUR)).await;
    let question = about_session(name(3), Some(subject), at(HOUR));
    assert_eq!(store.token_status(&question).await, TokenStatus::SubjectRevoked, "it began at 0");
}

/// Of two such moments the later holds, and the later end, in either order.
pub async fn what_is_forbidden_stays_forbidden(store: Arc<dyn Store>) {
    let store = Asked(store);
    let entries = [(1_000, 2 * HOUR), (2_000, HOUR)];
    for (number, order) in [(1, [0, 1]), (2, [1, 0])] {
        let subject = id("forbid twice", number);
        for index in order {
            let (before, until) = entries[index];
            store.revoke_subject(subject, at(before), at(until), at(0)).await;
        }
        let question = |issued_at, now| StatusQuery {
            token: None,
            subject: Some(subject),
            issued_at: at(issued_at),
            session: None,
            now: at(now),
        };
        assert_eq!(
            store.token_status(&question(2_000, 2 * HOUR - 1)).await,
            TokenStatus::SubjectRevoked,
            "{order:?}"
        );
        // The second word reaches what has begun after the first, whatever its clock says.
        let (last, next) = if order == [0, 1] { (2_000, 2_001) } else { (2_001, 2_002) };
        assert_eq!(
            store.token_status(&question(last, 2 * HOUR - 1)).await,
            TokenStatus::SubjectRevoked,
            "{order:?}"
        );
        assert_eq!(store.token_status(&question(next, 2 * HOUR - 1)).await, TokenStatus::Active, "{order:?}");
        assert_eq!(store.token_status(&question(2_000, 2 * HOUR)).await, TokenStatus::Active, "{order:?}");
        // What is over does not come back with a new one.
        store.revoke_subject(subject, at(500), at(4 * HOUR), at(2 * HOUR)).await;
        assert_eq!(
            store.token_status(&question(500, 3 * HOUR)).await,
            TokenStatus::SubjectRevoked,
            "{order:?}"
        );
        assert_eq!(store.token_status(&question(501, 3 * HOUR)).await, TokenStatus::Active, "{order:?}");
    }
}

/// Where several things speak against a token, the first of these is the answer: it is denied, its session has
/// ended, it is forbidden.
pub async fn reasons_have_an_order(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = |number| id("order", number);
    let (token, subject, session_name) = (name(1), name(2), name(3));
    store.create(session_name, &session(subject), at(0)).await;
    let question = |token, session, now| StatusQuery {
        token,
        subject: Some(subject),
        issued_at: at(0),
        session,
        now: at(now),
    };
    assert_eq!(store.token_status(&question(Some(token), Some(session_name), 1)).await, TokenStatus::Active);
    store.revoke_subject(subject, at(0), at(2 * HOUR), at(0)).await;
    assert_eq!(
        store.token_status(&question(Some(token), Some(session_name), 1)).await,
        TokenStatus::SubjectRevoked
    );
    assert_eq!(store.token_status(&question(Some(token), Some(name(4)), 1)).await, TokenStatus::SessionEnded);
    assert_eq!(
        store.token_status(&question(Some(token), Some(session_name), HOUR)).await,
        TokenStatus::SessionEnded
    );
    assert_eq!(store.token_status(&question(Some(token), None, HOUR)).await, TokenStatus::SubjectRevoked);
    store.revoke_token(token, at(2 * HOUR), at(0)).await;
    assert_eq!(store.token_status(&question(Some(token), Some(name(4)), 1)).await, TokenStatus::Revoked);
    assert_eq!(store.token_status(&question(Some(token), Some(session_name), 1)).await, TokenStatus::Revoked);
    assert_eq!(store.token_status(&question(None, Some(session_name), 1)).await, TokenStatus::SubjectRevoked);
}

/// A one-time token is used once until it expires.
pub async fn a_token_is_used_once(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (one, other) = (id("use", 1), id("use", 2));
    assert!(store.consume(one, at(HOUR), at(0)).await);
    assert!(!store.consume(one, at(HOUR), at(0)).await);
    assert!(store.consume(other, at(HOUR), at(0)).await, "another token");
    assert!(!store.consume(one, at(3 * HOUR), at(HOUR - 1)).await, "to its last millisecond");
    assert!(store.consume(one, at(2 * HOUR), at(HOUR)).await, "a name that comes again when it is over");
    assert!(!store.consume(one, at(2 * HOUR), at(2 * HOUR - 1)).await);
    assert_eq!(store.token_status(&about_token(one, at(0))).await, TokenStatus::Active, "used is not denied");
}

/// 64 use a one-time token at once: one is the first.
pub async fn one_of_a_crowd_uses_it(store: Arc<dyn Store>) {
    for round in 0..8 {
        let token = id("crowd, use", round);
        let answers =
            crowd(&store, move |store, _| async move { store.consume(token, at(HOUR), at(0)).await }).await;
        let first = answers.iter().filter(|is_first| **is_first).count();
        assert_eq!(first, 1, "one of a crowd is the first to use a token");
    }
}
