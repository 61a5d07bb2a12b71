//! A request, the server that receives it, and the expected response.

use std::time::Duration;

use http::Request;
use jotwell_http::{
    Auth, AuthError, AuthLayer, Authenticator, Policy, PolicyError, RequireAcr, RequireMaxAge, RequireRole,
    RequireScope, RouteGuard, Scope,
};

use crate::common::tokens::NOW;

pub(crate) struct Case {
    pub name: &'static str,
    pub authenticator: Authenticator,
    pub rules: &'static [Rule],
    pub answer: Answer,
    request: Request<()>,
}

impl Case {
    pub(crate) fn new(
        name: &'static str,
        authenticator: &Authenticator,
        request: Request<()>,
        answer: Answer,
    ) -> Self {
        Self { name, authenticator: authenticator.clone(), rules: &[], answer, request }
    }

    pub(crate) fn rules(self, rules: &'static [Rule]) -> Self {
        Self { rules, ..self }
    }

    pub(crate) fn request(&self) -> Request<()> {
        self.request.clone()
    }

    pub(crate) fn layer(&self) -> AuthLayer {
        self.rules.iter().fold(self.authenticator.layer(), |layer, rule| layer.require(rule.policy()))
    }

    pub(crate) fn guard(&self) -> RouteGuard {
        self.rules.iter().fold(self.authenticator.guard(), |guard, rule| guard.require(rule.policy()))
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    Scope(&'static str),
    Role(&'static str),
    AnyRole(&'static [&'static str]),
    /// A login within the last seconds.
    MaxAge(u64),
    Acr(&'static [&'static str]),
    /// A custom policy: [`Subject`].
    Own(&'static str),
    /// A closure that requires that subject.
    Closure(&'static str),
}

/// A custom policy.
struct Subject(&'static str);

impl Policy<jotwell::NoClaims> for Subject {
    fn check(&self, auth: &Auth) -> Result<(), PolicyError> {
        if auth.subject() == Some(self.0) { Ok(()) } else { Err(PolicyError::Rule("subject")) }
    }
}

/// Any of the rules.
struct AnyPolicy(Box<dyn Policy<jotwell::NoClaims>>);

impl Policy<jotwell::NoClaims> for AnyPolicy {
    fn check(&self, auth: &Auth) -> Result<(), PolicyError> {
        self.0.check(auth)
    }

    fn required_scope(&self) -> Option<&Scope> {
        self.0.required_scope()
    }
}

impl Rule {
    fn policy(self) -> impl Policy<jotwell::NoClaims> + 'static {
        AnyPolicy(match self {
            Self::Scope(scope) => Box::new(RequireScope::new(scope).expect("a scope")),
            Self::Role(role) => Box::new(RequireRole::new(role)),
            Self::AnyRole(roles) => Box::new(RequireRole::any_of(roles.iter().copied())),
            Self::MaxAge(seconds) => Box::new(max_age(seconds)),
            Self::Acr(values) => Box::new(RequireAcr::any_of(values.iter().copied())),
            Self::Own(subject) => Box::new(Subject(subject)),
            Self::Closure(subject) => Box::new(move |auth: &Auth| auth.subject() == Some(subject)),
        })
    }

    pub(crate) fn check(self, auth: &Auth) -> Result<(), AuthError> {
        auth.require(&self.policy())
    }
}

fn max_age(seconds: u64) -> RequireMaxAge {
    RequireMaxAge::new(Duration::from_secs(seconds)).clock(NOW)
}

/// The response that a client sees, and the log entry.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    /// In alphabetical order.
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// The reason; empty if the request is accepted.
    pub why: String,
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// The handler ran, for `user-42`.
pub(crate) fn passes() -> Answer {
    Answer { status: 200, headers: Vec::new(), body: "user-42".into(), why: String::new() }
}

/// No token was presented.
pub(crate) fn missing() -> Answer {
    answer(401, &[("www-authenticate", r#"Bearer realm="orders""#)], "", "no token was presented")
}

pub(crate) fn malformed() -> Answer {
    let description = "the request does not carry exactly one well-formed token";
    let challenge = r#"Bearer realm="orders", error="invalid_request", error_description="the request does not carry exactly one well-formed token""#;
    answer(
        400,
        &[JSON, ("www-authenticate", challenge)],
        r#"{"error":"invalid_request","error_description":"the request does not carry exactly one well-formed token"}"#,
        description,
    )
}

/// An invalid token: the response, and the log entry.
pub(crate) fn bad_token(description: &str, why: &str) -> Answer {
    let challenge =
        format!(r#"Bearer realm="orders", error="invalid_token", error_description="{description}""#);
    let body = format!(r#"{{"error":"invalid_token","error_description":"{description}"}}"#);
    answer(401, &[JSON, ("www-authenticate", &challenge)], &body, why)
}

pub(crate) fn invalid(why: &str) -> Answer {
    bad_token("the token is not valid", why)
}

pub(crate) fn lacks_scope(scope: &str) -> Answer {
    let challenge = format!(
        r#"Bearer realm="orders", error="insufficient_scope", error_description="the token lacks the required scope", scope="{scope}""#
    );
    answer(
        403,
        &[JSON, ("www-authenticate", &challenge)],
        r#"{"error":"insufficient_scope","error_description":"the token lacks the required scope"}"#,
        &format!("the token lacks the scope {scope:?}"),
    )
}

/// An insufficient login: the challenge, and the log entry.
pub(crate) fn log_in_again(asks: &str, why: &str) -> Answer {
    let description = "a more recent or a stronger login is required";
    let challenge = format!(
        r#"Bearer realm="orders", error="insufficient_user_authentication", error_description="{description}"{asks}"#
    );
    let body =
        format!(r#"{{"error":"insufficient_user_authentication","error_description":"{description}"}}"#);
    answer(401, &[JSON, ("www-authenticate", &challenge)], &body, why)
}

pub(crate) fn forbidden(rule: &str) -> Answer {
    let challenge = r#"Bearer realm="orders", error="insufficient_scope", error_description="the token does not allow this""#;
    answer(
        403,
        &[JSON, ("www-authenticate", challenge)],
        r#"{"error":"insufficient_scope","error_description":"the token does not allow this"}"#,
        &format!("the token does not satisfy the rule {rule:?}"),
    )
}

/// A cookie came without its anti-forgery token.
pub(crate) fn forged() -> Answer {
    answer(
        403,
        &[JSON],
        r#"{"error":"invalid_request","error_description":"the request lacks the anti-forgery token that belongs to its cookie"}"#,
        "the anti-forgery token is missing or wrong",
    )
}

pub(crate) fn unavailable(why: &str) -> Answer {
    answer(
        503,
        &[JSON, ("retry-after", "5")],
        r#"{"error":"temporarily_unavailable","error_description":"the token cannot be checked at the moment"}"#,
        why,
    )
}

impl Answer {
    /// Returns the same as a gRPC response: [`AuthError::grpc_response`].
    pub(crate) fn by_grpc(self) -> Self {
        let header = |name: &'static str, value: &str| (name, value.to_owned());
        let code = match self.status {
            200 => {
                let headers = vec![header("content-type", "application/grpc"), header("grpc-status", "0")];
                return Self { headers, ..self };
            }
            400 | 401 => "16",
            403 => "7",
            503 => "14",
            other => panic!("{other}"),
        };
        let message =
            self.body.split_once(r#""error_description":""#).map(|(_, rest)| &rest[..rest.len() - 2]);
        let mut headers = vec![
            header("content-type", "application/grpc"),
            header("grpc-message", message.unwrap_or("no token was presented")),
            header("grpc-status", code),
        ];
        headers.extend(self.headers.into_iter().filter(|(name, _)| *name == "www-authenticate"));
        Self { status: 200, headers, body: String::new(), why: self.why }
    }
}

fn answer(status: u16, headers: &[(&'static str, &str)], body: &str, why: &str) -> Answer {
    let headers = [("cache-control", "no-store")].iter().chain(headers);
    Answer {
        status,
        headers: headers.map(|(name, value)| (*name, (*value).to_owned())).collect(),
        body: body.to_owned(),
        why: why.to_owned(),
    }
}
