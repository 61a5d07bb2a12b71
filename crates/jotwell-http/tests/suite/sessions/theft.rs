//! Stolen refresh tokens: which sessions end, when, and what is logged.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jotwell_http::{AuthErrorKind, SessionError, TokenResponse};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::log::collect;
use crate::sessions_common::{Service, are_copies};

/// Collects the level and the `code` of each event.
#[derive(Clone, Default)]
struct Codes(Arc<Mutex<Vec<String>>>);

impl Codes {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("a lock"))
    }
}

impl Subscriber for Codes {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Code(Option<String>);
        impl Visit for Code {
            fn record_str(&mut self, field: &Field, value: &str) {
                if field.name() == "code" {
                    self.0 = Some(value.to_owned());
                }
            }

            fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
        }
        let mut code = Code(None);
        event.record(&mut code);
        if let Some(code) = code.0 {
            self.0.lock().expect("a lock").push(format!("{} {code}", event.metadata().level()));
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Both exchange their token, `first` before the other. Returns the results.
async fn both(
    service: &Service,
    tokens: &mut [TokenResponse; 2],
    first: usize,
) -> [Result<(), SessionError>; 2] {
    let mut answers = [Ok(()), Ok(())];
    for who in [first, 1 - first] {
        answers[who] =
            service.sessions.refresh(&tokens[who].refresh_token).await.map(|next| tokens[who] = next);
    }
    answers
}

#[tokio::test]
async fn a_thief_in_lockstep_is_noticed_in_the_third_generation() {
    for order in [[0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 1]] {
        let service = Service::new();
        let login = service.login().await;
        let mut tokens = [login.clone(), login];
        for (generation, first) in order.into_iter().enumerate() {
            service.clock.advance(Duration::from_secs(9));
            let answers = both(&service, &mut tokens, first).await;
            if generation < 2 {
                assert!(answers.iter().all(Result::is_ok), "generation {generation}: {answers:?}");
                assert!(are_copies(&tokens[0], &tokens[1]), "they have the same token, in copies");
            } else {
                assert!(answers[first].is_ok());
                assert!(matches!(answers[1 - first], Err(SessionError::Reused)), "{answers:?}");
            }
        }
        for tokens in &tokens {
            let rejected = service.sessions.refresh(&tokens.refresh_token).await;
            assert!(matches!(rejected, Err(SessionError::Ended)), "{rejected:?}");
            assert!(matches!(service.authenticate(tokens).await, Err(AuthErrorKind::Revoked)));
        }
    }
}

/// Tabs share the cookies of the browser: the token of the last response.
#[tokio::test]
async fn tabs_that_share_a_cookie_may_repeat_in_every_generation() {
    let service = Service::new();
    let mut cookie = service.login().await;
    for generation in 0..100 {
        service.clock.advance(Duration::from_secs(840));
        let sent = cookie.refresh_token.clone();
        let mut answers = Vec::new();
        for tab in 0..5 {
            answers.push(service.sessions.refresh(&sent).await.expect("a grant"));
            service.clock.advance(Duration::from_millis(tab * 100));
        }
        assert!(answers.iter().skip(1).all(|answer| are_copies(answer, &answers[0])));
        // The order of arrival does not matter.
        cookie = answers.swap_remove(generation % 5);
    }
}

/// Two copies of one generation are both used, because a response was still in transit when the next exchange began.
#[tokio::test]
async fn one_generation_in_two_copies_is_forgiven() {
    let service = Service::new();
    let login = service.login().await;
    let early = service.sessions.refresh(&login.refresh_token).await.expect("a grant");
    let late = service.sessions.refresh(&login.refresh_token).await.expect("a grant");
    service.sessions.refresh(&early.refresh_token).await.expect("a grant");
    let cookie = service.sessions.refresh(&late.refresh_token).await.expect("a grant");
    for _ in 0..3 {
        service.sessions.refresh(&cookie.refresh_token).await.expect("a grant");
    }
}

#[tokio::test]
async fn each_repeat_is_logged_with_its_code() {
    let codes = Codes::default();
    let _guard = collect(codes.clone());
    let service = Service::new();
    let first = service.login().await;
    let second = service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    assert_eq!(codes.take(), Vec::<String>::new());
    let copy = service.sessions.refresh(&first.refresh_token).await.expect("a copy");
    assert_eq!(codes.take(), ["INFO refresh_token_retried"]);
    let third = service.sessions.refresh(&second.refresh_token).await.expect("a grant");
    let other = service.sessions.refresh(&copy.refresh_token).await.expect("a copy");
    assert_eq!(codes.take(), ["WARN refresh_token_forked"]);
    service.sessions.refresh(&third.refresh_token).await.expect("a grant");
    let ended = service.sessions.refresh(&other.refresh_token).await;
    assert!(matches!(ended, Err(SessionError::Reused)), "{ended:?}");
    assert_eq!(codes.take(), ["WARN refresh_token_forked_again"]);

    let first = service.login().await;
    service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    service.clock.advance(Duration::from_secs(10));
    let ended = service.sessions.refresh(&first.refresh_token).await;
    assert!(matches!(ended, Err(SessionError::Reused)), "{ended:?}");
    assert_eq!(codes.take(), ["WARN refresh_token_reused"]);
}
