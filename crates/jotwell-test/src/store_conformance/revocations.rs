//! Revocation of tokens and subjects, and one-time tokens.

use super::*;

/// A revoked token is rejected until the millisecond at which it expires, and no other is.
pub async fn a_token_is_revoked_until_its_end(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (one, other) = (id("revoke_token", 1), id("revoke_token", 2));
    assert_eq!(store.token_status(&about_token(one, at(0))).await, TokenStatus::Active);
    store.revoke_token(one, at(HOUR), at(0)).await;
    assert_eq!(store.token_status(&about_token(one, at(0))).await, TokenStatus::Revoked);
    assert_eq!(store.token_status(&about_token(one, at(HOUR - 1))).await, TokenStatus::Revoked);
    assert_eq!(store.token_status(&about_token(one, at(HOUR))).await, TokenStatus::Active);
    assert_eq!(store.token_status(&about_token(other, at(0))).await, TokenStatus::Active);
    // Names of different kinds do not collide.
    let session = about_session(one, Some(one), at(0));
    assert_eq!(store.token_status(&session).await, TokenStatus::SessionEnded);
    let subject = StatusQuery { token: None, subject: Some(one), ..about_token(other, at(0)) };
    assert_eq!(store.token_status(&subject).await, TokenStatus::Active);
    assert!(store.consume(one, at(HOUR), at(0)).await, "a revoked token was not used by that");
}

/// A token that is revoked twice is rejected until the later end.
pub async fn the_later_end_of_two_revocations_applies(store: Arc<dyn Store>) {
    let store = Asked(store);
    for (number, ends) in [(1, [HOUR, 2 * HOUR]), (2, [2 * HOUR, HOUR])] {
        let token = id("revoke token twice", number);
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

/// Without a session, a token is rejected by when it was issued.
pub async fn tokens_are_rejected_by_when_they_were_issued(store: Arc<dyn Store>) {
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
        assert_eq!(answer, standing, "revoked up to 1000 for an hour: issued at {issued_at}, now {now}");
    }
    assert_eq!(
        store.token_status(&question(Some(other), 0, 1_000)).await,
        TokenStatus::Active,
        "another subject"
    );
    assert_eq!(store.token_status(&question(None, 0, 1_000)).await, TokenStatus::Active, "no subject");
}

/// With a session, tokens and exchanges are rejected by the position in the sequence at which its login began, and by
/// the subject of the session.
pub async fn sessions_are_rejected_by_when_their_login_began(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (subject, other) = (id("revoke sessions", 101), id("revoke sessions", 102));
    let name = |number| id("revoke sessions", number);
    let before = store.sequence().await;
    // The time at which it began does not matter, nor the time at which it is created.
    for (number, started_at) in [(1, 0), (2, 1_000), (3, 9_000)] {
        let session = SessionRecord { began: before, started_at: at(started_at), ..session(subject) };
        store.create(name(number), &session, at(0)).await;
    }
    store.create(name(4), &SessionRecord { began: before, ..session(other) }, at(0)).await;
    store.revoke_subject(subject, at(1_000), at(HOUR / 2), at(2_000)).await;
    let after = SessionRecord { began: store.sequence().await, ..session(subject) };
    store.create(name(5), &after, at(0)).await;
    let cases = [
        (1, subject, TokenStatus::SubjectRevoked),
        (2, subject, TokenStatus::SubjectRevoked),
        (3, subject, TokenStatus::SubjectRevoked),
        (4, other, TokenStatus::Active),
        (5, subject, TokenStatus::Active),
    ];
    for (number, subject, wanted) in cases {
        for subject in [Some(subject), None] {
            let mut question = about_session(name(number), subject, at(2_000));
            for issued_at in [at(0), at(5_000)] {
                question.issued_at = issued_at;
                let answer = store.token_status(&question).await;
                assert_eq!(answer, wanted, "session {number}, issued at {issued_at:?}, subject {subject:?}");
            }
        }
    }
    for (number, _, wanted) in cases {
        let wanted = if wanted == TokenStatus::Active { rotated() } else { RotationOutcome::Ended };
        // Once the revocation is not kept any more, the sessions must have expired.
        let answer = store.exchange(name(number), &exchange(0, at(HOUR / 2 - 1), Duration::ZERO)).await;
        assert_eq!(answer, wanted, "session {number}");
        let is_there = store.end(name(number)).await;
        assert_eq!(is_there, wanted == rotated(), "session {number} is removed when it is found out");
    }
}

/// If a subject is revoked between the beginning and the completion of a login, no session begins. The session of
/// another subject does.
pub async fn a_login_in_progress_is_rejected(store: Arc<dyn Store>) {
    let asked = Asked(Arc::clone(&store));
    let (subject, other) = (id("on its way", 101), id("on its way", 102));
    let name = |number| id("on its way", number);
    let began = asked.sequence().await;
    asked.revoke_subject(subject, at(5), at(HOUR), at(5)).await;
    let late = SessionRecord { began, started_at: at(10), ..session(subject) };
    for now in [at(0), at(10), at(HOUR - 1)] {
        let refused = store.create(name(1), &late, SessionStart::default(), now).await;
        assert!(matches!(refused, Err(StoreError::SubjectRevoked)), "{now:?}: {refused:?}");
    }
    assert_eq!(asked.session(name(1)).await, None, "nothing has begun");
    asked.create(name(2), &SessionRecord { began, ..session(other) }, at(10)).await;
    let again = SessionRecord { began: asked.sequence().await, ..late.clone() };
    asked.create(name(1), &again, at(10)).await;
    // Rejected before the name is checked, and also when the revocation is not kept any more.
    let refused = store.create(name(1), &late, SessionStart::default(), at(20)).await;
    assert!(matches!(refused, Err(StoreError::SubjectRevoked)), "{refused:?}");
    let long = SessionRecord { expires_at: at(3 * HOUR), ..late };
    asked.create(name(3), &long, at(HOUR)).await;
}

/// Machines whose clocks differ by any amount log in and revoke alternately: logins that began before a revocation are
/// rejected, and later ones are not.
pub async fn logins_and_revocations_are_ordered_without_clocks(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("clocks", 0);
    let (behind, right, ahead) = (at(0), at(10_000), at(20_000));
    let mut last = None;
    for (number, (login, revocation)) in (1..).zip([
        (ahead, behind),
        (behind, ahead),
        (right, right),
        (ahead, ahead),
        (behind, behind),
        (right, behind),
    ]) {
        let name = id("clocks", number);
        let began = store.sequence().await;
        store.create(name, &SessionRecord { began, started_at: login, ..session(subject) }, login).await;
        let question = about_session(name, Some(subject), right);
        assert_eq!(store.token_status(&question).await, TokenStatus::Active, "{number}");
        if let Some(last) = last {
            let question = about_session(last, Some(subject), right);
            assert_eq!(store.token_status(&question).await, TokenStatus::SubjectRevoked, "{number}");
        }
        store.revoke_subject(subject, revocation, at(HOUR), revocation).await;
        assert_eq!(store.token_status(&question).await, TokenStatus::SubjectRevoked, "{number}");
        last = Some(name);
    }
}

/// Each revocation advances the sequence: to the current time, or by one if a clock is behind. Nothing else advances
/// it, and nothing moves it back.
pub async fn the_sequence_never_goes_back(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = |number| id("sequence", number);
    let number = async || store.sequence().await.as_number();
    let moment = |millis| at(millis).as_millis();
    assert_eq!(number().await, 0, "a new store");
    store.create(subject(9), &session(subject(9)), at(0)).await;
    store.revoke_token(subject(9), at(HOUR), at(0)).await;
    assert!(store.consume(subject(9), at(HOUR), at(0)).await);
    assert_eq!(number().await, 0, "no subject was revoked");
    store.revoke_subject(subject(1), at(5), at(10), at(5)).await;
    assert_eq!(number().await, moment(5));
    store.revoke_subject(subject(2), at(5), at(10), at(5)).await;
    assert_eq!(number().await, moment(6));
    store.revoke_subject(subject(1), at(0), at(10), at(0)).await;
    assert_eq!(number().await, moment(7));
    store.revoke_subject(subject(1), at(9), at(10), at(9)).await;
    assert_eq!(number().await, moment(9));
    store.purge(at(HOUR)).await;
    assert_eq!(number().await, moment(9), "the revocations are no longer kept");
    store.revoke_subject(subject(1), at(0), at(10), at(0)).await;
    assert_eq!(number().await, moment(10));
}

/// 64 revocations at once, with the same clock, each advance the sequence.
pub async fn one_position_for_each_of_a_crowd_of_revocations(store: Arc<dyn Store>) {
    crowd(&store, |store, number| async move {
        store.revoke_subject(id("crowd, revoke", u64::from(number)), at(0), at(HOUR), at(0)).await;
    })
    .await;
    let last = Asked(store).sequence().await.as_number();
    assert_eq!(last, at(0).as_millis() + u64::from(CROWD) - 1);
}

/// Of two revocations the later time and the later end apply, in either order.
pub async fn what_is_revoked_stays_revoked(store: Arc<dyn Store>) {
    let store = Asked(store);
    let entries = [(1_000, 2 * HOUR), (2_000, HOUR)];
    for (number, order) in [(1, [0, 1]), (2, [1, 0])] {
        let subject = id("revoke twice", number);
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
        for (issued_at, now, status) in [
            (2_000, 2 * HOUR - 1, TokenStatus::SubjectRevoked),
            (2_001, 2 * HOUR - 1, TokenStatus::Active),
            (2_000, 2 * HOUR, TokenStatus::Active),
        ] {
            let answer = store.token_status(&question(issued_at, now)).await;
            assert_eq!(answer, status, "{order:?}, issued at {issued_at}, now {now}");
        }
        // An expired revocation does not return with a new one.
        store.revoke_subject(subject, at(500), at(4 * HOUR), at(2 * HOUR)).await;
        for (issued_at, status) in [(500, TokenStatus::SubjectRevoked), (501, TokenStatus::Active)] {
            let answer = store.token_status(&question(issued_at, 3 * HOUR)).await;
            assert_eq!(answer, status, "{order:?}, issued at {issued_at}");
        }
    }
}

/// If a token is rejected for several reasons, the first of these is returned: it is revoked, its session has ended,
/// its subject is revoked.
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

/// A one-time token is accepted once until it expires.
pub async fn a_token_is_used_once(store: Arc<dyn Store>) {
    let store = Asked(store);
    let (one, other) = (id("use", 1), id("use", 2));
    assert!(store.consume(one, at(HOUR), at(0)).await);
    assert!(!store.consume(one, at(HOUR), at(0)).await);
    assert!(store.consume(other, at(HOUR), at(0)).await, "another token");
    assert!(!store.consume(one, at(3 * HOUR), at(HOUR - 1)).await, "to its last millisecond");
    assert!(store.consume(one, at(2 * HOUR), at(HOUR)).await, "a name that comes again when it is over");
    assert!(!store.consume(one, at(2 * HOUR), at(2 * HOUR - 1)).await);
    assert_eq!(
        store.token_status(&about_token(one, at(0))).await,
        TokenStatus::Active,
        "used is not revoked"
    );
}

/// Of 64 concurrent uses of a one-time token, one is accepted.
pub async fn one_of_a_crowd_uses_a_token(store: Arc<dyn Store>) {
    for round in 0..8 {
        let token = id("crowd, use", round);
        let answers =
            crowd(&store, move |store, _| async move { store.consume(token, at(HOUR), at(0)).await }).await;
        let first = answers.iter().filter(|is_first| **is_first).count();
        assert_eq!(first, 1, "one of a crowd is the first to use a token");
    }
}
