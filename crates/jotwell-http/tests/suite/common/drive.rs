//! The ways in which a request reaches a handler.

use std::convert::Infallible;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::any;
use http::{Request, Response};
use http_body_util::Full;
use jotwell_http::{Auth, AuthError, AuthLayer, Authenticator};
use tower::{Layer, ServiceExt, service_fn};

use super::cases::{Case, Rule};

/// A way in which a request reaches a handler.
pub(crate) trait Way: Debug {
    fn framework(&self) -> Framework;

    /// Whether middleware decides, which sees the response too.
    fn is_layer(&self) -> bool;

    /// Whether a request without a token may proceed.
    fn is_optional(&self) -> bool;

    /// Whether there is a handler that checks the rules for an authenticated sender.
    fn is_optional_extractor(&self) -> bool {
        self.is_optional() && !self.is_layer()
    }

    /// Whether the method is known, and so whether a request may change state.
    fn sees_method(&self) -> bool {
        true
    }

    fn send<'a>(&'a self, case: &'a Case) -> Pin<Box<dyn Future<Output = Seen> + 'a>>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Tower,
    Axum,
    Actix,
    Tonic,
}

/// Through tower and axum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drive {
    Tower,
    AxumLayer,
    AxumRouterLayer,
    AxumExtractor,
    OptionalTower,
    OptionalAxumLayer,
    OptionalAxumExtractor,
}

impl Drive {
    pub(crate) const ALL: [Self; 7] = [
        Self::Tower,
        Self::AxumLayer,
        Self::AxumRouterLayer,
        Self::AxumExtractor,
        Self::OptionalTower,
        Self::OptionalAxumLayer,
        Self::OptionalAxumExtractor,
    ];

    async fn ask(self, case: &Case) -> Seen {
        let layer = case.layer();
        match self {
            Self::Tower => by_tower(layer, case).await,
            Self::OptionalTower => by_tower(layer.optional(), case).await,
            Self::AxumLayer => by_axum(plain().route_layer(layer), case).await,
            Self::AxumRouterLayer => by_axum(Router::new().merge(plain()).layer(layer), case).await,
            Self::OptionalAxumLayer => by_axum(plain().route_layer(layer.optional()), case).await,
            Self::AxumExtractor => by_axum(extractor(&case.authenticator, case.rules), case).await,
            Self::OptionalAxumExtractor => {
                by_axum(optional_extractor(&case.authenticator, case.rules), case).await
            }
        }
    }
}

impl Way for Drive {
    fn framework(&self) -> Framework {
        if matches!(self, Self::Tower | Self::OptionalTower) { Framework::Tower } else { Framework::Axum }
    }

    fn is_layer(&self) -> bool {
        !matches!(self, Self::AxumExtractor | Self::OptionalAxumExtractor)
    }

    fn is_optional(&self) -> bool {
        matches!(self, Self::OptionalTower | Self::OptionalAxumLayer | Self::OptionalAxumExtractor)
    }

    fn send<'a>(&'a self, case: &'a Case) -> Pin<Box<dyn Future<Output = Seen> + 'a>> {
        Box::pin(self.ask(case))
    }
}

/// The response that a client sees, and what an outer layer sees.
#[derive(Debug)]
pub(crate) struct Seen {
    pub status: u16,
    /// In alphabetical order.
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub rejection: Option<AuthError>,
}

pub(crate) async fn seen<B>(response: Response<B>) -> Seen
where
    B: http_body_util::BodyExt<Data = Bytes>,
    B::Error: Debug,
{
    let (parts, body) = response.into_parts();
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), value.to_str().expect("text").to_owned())
    };
    let mut headers: Vec<_> = parts.headers.iter().map(header).collect();
    headers.sort();
    let body = body.collect().await.expect("a body").to_bytes();
    Seen {
        status: parts.status.as_u16(),
        headers,
        body: String::from_utf8(body.to_vec()).expect("text"),
        rejection: parts.extensions.get::<AuthError>().cloned(),
    }
}

async fn by_tower(layer: AuthLayer, case: &Case) -> Seen {
    let service = layer.layer(service_fn(async |request: Request<Full<Bytes>>| {
        let name = name(request.extensions().get::<Auth>());
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(name)))
    }));
    seen(service.oneshot(case.request().map(|()| Full::default())).await.expect("a response")).await
}

async fn by_axum(router: Router, case: &Case) -> Seen {
    seen(router.oneshot(case.request().map(|()| Body::empty())).await.expect("a response")).await
}

fn plain() -> Router {
    let handler = async |request: axum::extract::Request| name(request.extensions().get::<Auth>());
    Router::new().route("/orders", any(handler))
}

fn extractor(authenticator: &Authenticator, rules: &'static [Rule]) -> Router {
    let handler = async move |auth: Auth| {
        rules.iter().try_for_each(|rule| rule.check(&auth))?;
        Ok::<_, AuthError>(name(Some(&auth)))
    };
    Router::new().route("/orders", any(handler)).with_state(authenticator.clone())
}

fn optional_extractor(authenticator: &Authenticator, rules: &'static [Rule]) -> Router {
    let handler = async move |auth: Option<Auth>| {
        if let Some(auth) = &auth {
            rules.iter().try_for_each(|rule| rule.check(auth))?;
        }
        Ok::<_, AuthError>(name(auth.as_ref()))
    };
    Router::new().route("/orders", any(handler)).with_state(authenticator.clone())
}

pub(crate) fn name(auth: Option<&Auth>) -> String {
    auth.map_or("nobody", |auth| auth.subject().unwrap_or("somebody")).to_owned()
}
