//! The clients, and the expected responses.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Request;
use jotwell::{Algorithm, Audience, Issuer, JwkSet, Validator};
use jotwell_http::AccessClaims;
use jotwell_test::{Attack, attacks};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Interval, MissedTickBehavior};

use crate::example::PASSWORD;
use crate::service::{ACCESS_LIFETIME, Answer, Service};
use crate::tally::{Tally, Verdict};

#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// One of many with the same name: logs in, sends requests, attacks, logs out.
    Member,
    /// The only client that ends all sessions of a name and rotates the keys.
    Administrator,
    /// Keeps a token until it expires.
    Waiting,
}

pub(crate) struct Client {
    service: Arc<Service>,
    tally: Arc<Tally>,
    random: u64,
    pace: Interval,
    /// Access tokens of sessions that have ended.
    ended: VecDeque<String>,
}

#[derive(Clone)]
struct Session {
    access: String,
    refresh: String,
}

/// Claims that the example issues in addition to the registered ones.
#[derive(Deserialize)]
struct Account {
    name: String,
}

/// The pause between two requests of a client.
const PACE: Duration = Duration::from_millis(10);
/// A token whose claims are still valid, or no longer, regardless of a second of clock difference.
const MARGIN: Duration = Duration::from_secs(4);
const KEPT: usize = 32;

impl Client {
    pub(crate) fn new(service: Arc<Service>, tally: Arc<Tally>, number: u64) -> Self {
        let mut pace = tokio::time::interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { service, tally, random: number, pace, ended: VecDeque::new() }
    }

    pub(crate) async fn live(mut self, part: Role, end: Instant) {
        while Instant::now() < end {
            match part {
                Role::Member => self.visit().await,
                Role::Administrator => self.administer().await,
                Role::Waiting => self.wait_for_expiry(end).await,
            }
        }
    }

    async fn visit(&mut self) {
        let Some(mut session) = self.log_in("user").await else { return };
        let attacks = self.attacks(&session);
        for _ in 0..200 + self.below(400) {
            self.pace.tick().await;
            match self.below(100) {
                0..40 => self.good(&session).await,
                40..45 => self.elsewhere(&session).await,
                45..70 => self.attack(&attacks).await,
                70..85 => self.damaged(&session).await,
                85..88 => self.nothing().await,
                88..97 => self.gone().await,
                97..99 => {
                    let Some(next) = self.refresh(&session).await else { return };
                    session = next;
                }
                _ => self.verify_by_published_keys(&session).await,
            }
        }
        let ended = if self.below(4) == 0 {
            self.steal(&session).await
        } else {
            self.end("logout", "/logout", &session).await
        };
        if ended.is_some() {
            self.remember(session);
        }
    }

    async fn administer(&mut self) {
        let Some(one) = self.log_in("admin").await else { return };
        let Some(other) = self.log_in("admin").await else { return };
        for _ in 0..300 {
            self.pace.tick().await;
            let answer = self.service.get("/admin", Some(&one.access)).await;
            self.tally.judge("a valid token elsewhere", "/admin", &answer, |answer| {
                answer.status == Some(200) && answer.body == "welcome, admin"
            });
            let answer = self.service.post("/orders", Some(&other.access), &Value::Null).await;
            self.tally
                .judge("a valid token elsewhere", "/orders", &answer, |answer| answer.status == Some(201));
        }
        let answer = self.service.post("/admin/keys/rotate", Some(&one.access), &Value::Null).await;
        // 409: the next key has not been published for long enough.
        self.tally.judge("a key rotation", "", &answer, |answer| matches!(answer.status, Some(200 | 409)));
        if self.end("logout everywhere", "/logout-everywhere", &one).await.is_some() {
            self.remember(one);
            self.remember(other);
        }
        for _ in 0..10 {
            self.pace.tick().await;
            self.gone().await;
        }
    }

    /// The token is valid until it expires, and no longer; the session continues.
    async fn wait_for_expiry(&mut self, end: Instant) {
        let issued = Instant::now();
        let Some(session) = self.log_in("user").await else { return };
        while Instant::now() < end && issued.elapsed() < ACCESS_LIFETIME + MARGIN * 2 {
            self.pace.tick().await;
            if issued.elapsed() + MARGIN < ACCESS_LIFETIME {
                self.good(&session).await;
            } else if issued.elapsed() > ACCESS_LIFETIME + MARGIN {
                let answer = self.service.get("/me", Some(&session.access)).await;
                self.tally.judge("an expired token", "", &answer, |answer| {
                    answer.status == Some(401) && answer.body.contains("expired")
                });
            }
        }
        let Some(session) = self.refresh(&session).await else { return };
        self.good(&session).await;
        if self.end("logout", "/logout", &session).await.is_some() {
            self.remember(session);
        }
    }

    async fn good(&mut self, session: &Session) {
        let answer = self.service.get("/me", Some(&session.access)).await;
        self.tally.judge("a valid token", "", &answer, |answer| {
            let me = answer.json();
            answer.status == Some(200) && me["id"] == "user-1" && me["roles"] == json!(["customer"])
        });
    }

    async fn elsewhere(&mut self, session: &Session) {
        let answer = self.service.get("/orders", Some(&session.access)).await;
        self.tally.judge("a valid token elsewhere", "/orders", &answer, |answer| answer.status == Some(200));
        let answer = self.service.get("/admin", Some(&session.access)).await;
        self.tally.judge("a valid token without the role", "", &answer, |answer| answer.status == Some(403));
    }

    /// A token that is signed with the service's own key. `None` if the key was rotated since the token was issued.
    fn attacks(&self, session: &Session) -> Vec<Attack> {
        let key = self.service.signing_key().expect("the ring of the service");
        let mut attacks = attacks(&session.access, &key).unwrap_or_default();
        // A trailing space is not part of a header (RFC 9110 §5.5), so that attack does not exist on the wire.
        attacks.retain(|attack| !attack.headers().values().any(|value| value.as_bytes().ends_with(b" ")));
        attacks
    }

    async fn attack(&mut self, attacks: &[Attack]) {
        let path = ["/me", "/orders", "/admin"][self.below(3)];
        let Some(attack) = attacks.get(self.below(attacks.len().max(1))) else { return };
        let request = Request::get(format!("{}{path}", self.service.address)).body("").expect("a request");
        let request = attack.apply(request).expect("a request");
        let answer = self.service.send_as_it_is(request).await.expect("a request");
        self.tally.judge("a known attack", attack.name(), &answer, |answer| {
            answer.status.is_some_and(|status| attack.right_answers().iter().any(|right| *right == status))
        });
    }

    /// Changes or removes one to three characters anywhere.
    async fn damaged(&mut self, session: &Session) {
        let mut token = session.access.clone().into_bytes();
        if self.below(4) == 0 {
            token.truncate(self.below(token.len()));
        } else {
            for _ in 0..=self.below(3) {
                let at = self.below(token.len());
                // A different character that is allowed in a header.
                token[at] = b'!' + (token[at] - b'!' + 1 + self.below(93) as u8) % 94;
            }
        }
        let token = String::from_utf8(token).expect("ASCII");
        if token == session.access {
            return;
        }
        let answer = self.service.get("/me", Some(&token)).await;
        self.tally.judge("a damaged token", "", &answer, |answer| matches!(answer.status, Some(400 | 401)));
    }

    async fn nothing(&mut self) {
        let answer = self.service.get("/me", None).await;
        self.tally.judge("no token", "", &answer, |answer| answer.status == Some(401));
    }

    async fn gone(&mut self) {
        if self.ended.is_empty() {
            return;
        }
        let number = self.below(self.ended.len());
        let token = self.ended.get(number).cloned().unwrap_or_default();
        let answer = self.service.get("/me", Some(&token)).await;
        self.tally.judge("a session that has ended", "", &answer, |answer| answer.status == Some(401));
    }

    /// Verifies as another service would.
    async fn verify_by_published_keys(&mut self, session: &Session) {
        let answer = self.service.get("/.well-known/jwks.json", None).await;
        let address = self.service.address.clone();
        self.tally.judge("a token verified by the published keys", "", &answer, |answer| {
            let algorithms = [Algorithm::ES256, Algorithm::EdDSA];
            let Ok(keys) = JwkSet::from_json(&answer.body, &algorithms) else { return false };
            let validator = Validator::new(keys, Issuer::is(&address), Audience::is("orders-api"));
            let verified = validator.typ("at+jwt").verify::<AccessClaims<Account>>(&session.access);
            verified.is_ok_and(|token| token.custom.name == "user")
        });
    }

    async fn log_in(&self, name: &str) -> Option<Session> {
        let body = json!({ "name": name, "password": PASSWORD });
        let answer = self.insist("login", "/login", None, &body, |answer, _| grant(answer).is_some()).await;
        grant(&answer?)
    }

    /// Also if the response to an earlier attempt was lost: the grace period is long enough.
    async fn refresh(&self, session: &Session) -> Option<Session> {
        let body = json!({ "refresh_token": session.refresh });
        let answer =
            self.insist("refresh", "/refresh", None, &body, |answer, _| grant(answer).is_some()).await;
        grant(&answer?)
    }

    /// If the response to an earlier attempt was lost, it may already have ended.
    async fn end(&self, asked: &'static str, path: &str, session: &Session) -> Option<Answer> {
        self.insist(asked, path, Some(&session.access), &Value::Null, |answer, again| {
            answer.status == Some(204) || again && answer.status == Some(401)
        })
        .await
    }

    /// Presents the refresh token before the previous one: the session ends for all clients.
    async fn steal(&self, session: &Session) -> Option<Answer> {
        let next = self.refresh(session).await?;
        self.refresh(&next).await?;
        let body = json!({ "refresh_token": session.refresh });
        self.insist("an old refresh token", "/refresh", None, &body, |answer, _| {
            answer.status == Some(400) && answer.json()["error"] == "invalid_grant"
        })
        .await
    }

    /// Retries while something is unavailable. `right` gets whether this is a retry.
    async fn insist(
        &self,
        asked: &'static str,
        path: &str,
        token: Option<&str>,
        body: &Value,
        right: impl Fn(&Answer, bool) -> bool,
    ) -> Option<Answer> {
        let mut again = false;
        loop {
            let answer = self.service.post(path, token, body).await;
            match self.tally.judge(asked, "", &answer, |answer| right(answer, again)) {
                Verdict::Right => return Some(answer),
                Verdict::Wrong => return None,
                Verdict::Unavailable => again = true,
            }
            tokio::time::sleep(PACE).await;
        }
    }

    fn remember(&mut self, session: Session) {
        self.ended.push_back(session.access);
        if self.ended.len() > KEPT {
            self.ended.pop_front();
        }
    }

    /// splitmix64.
    fn below(&mut self, bound: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }
}

fn grant(answer: &Answer) -> Option<Session> {
    let body = answer.json();
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let granted = answer.status == Some(200);
    granted.then(|| Some(Session { access: text("access_token")?, refresh: text("refresh_token")? }))?
}
