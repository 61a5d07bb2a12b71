//! The ways by which a request gets to a handler.

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::any;
use http::{Request, Response};
use http_body_util::Full;
use jotwell_http::{Auth, AuthError, AuthLayer, Authenticator};
use tower::{Layer, ServiceExt, service_fn};

use super::cases::{Case, Rule};
use super::{actix, grpc};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drive {
    Tower,
    AxumLayer,
    AxumRouterLayer,
    AxumExtractor,
    OptionalTower,
    OptionalAxumLayer,
    OptionalAxumExtractor,
    Actix,
    ActixExtractor,
    OptionalActix,
    OptionalActixExtractor,
    Tonic,
    TonicServer,
    TonicCall,
    OptionalTonic,
}

impl Drive {
    pub(crate) const ALL: [Self; 15] = [
        Self::Tower,
        Self::AxumLayer,
        Self::AxumRouterLayer,
        Self::AxumExtractor,
        Self::OptionalTower,
        Self::OptionalAxumLayer,
        Self::OptionalAxumExtractor,
        Self::Actix,
        Self::ActixExtractor,
        Self::OptionalActix,
        Self::OptionalActixExtractor,
        Self::Tonic,
        Self::TonicServer,
        Self::TonicCall,
        Self::OptionalTonic,
    ];

    pub(crate) fn is_axum(self) -> bool {
        matches!(
            self,
            Self::AxumLayer
                | Self::AxumRouterLayer
                | Self::AxumExtractor
                | Self::OptionalAxumLayer
                | Self::OptionalAxumExtractor
        )
    }

    pub(crate) fn is_actix(self) -> bool {
        matches!(
            self,
            Self::Actix | Self::ActixExtractor | Self::OptionalActix | Self::OptionalActixExtractor
        )
    }

    pub(crate) fn is_grpc(self) -> bool {
        matches!(self, Self::Tonic | Self::TonicServer | Self::TonicCall | Self::OptionalTonic)
    }

    pub(crate) fn is_layer(self) -> bool {
        !self.is_extractor() && self != Self::TonicCall
    }

    fn is_extractor(self) -> bool {
        matches!(
            self,
            Self::AxumExtractor
                | Self::OptionalAxumExtractor
                | Self::ActixExtractor
                | Self::OptionalActixExtractor
        )
    }

    pub(crate) fn is_optional(self) -> bool {
        matches!(
            self,
            Self::OptionalTower | Self::OptionalAxumLayer | Self::OptionalActix | Self::OptionalTonic
        ) || self.is_optional_extractor()
    }

    /// Whose handler checks the rules, if there is somebody to check.
    pub(crate) fn is_optional_extractor(self) -> bool {
        matches!(self, Self::OptionalAxumExtractor | Self::OptionalActixExtractor)
    }

    pub(crate) async fn send(self, case: &Case) -> Seen {
        let (layer, request) = (case.layer(), case.request());
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
            Self::Actix => seen(actix::by_middleware(case.guard(), &request).await).await,
            Self::OptionalActix => seen(actix::by_middleware(case.guard().optional(), &request).await).await,
            Self::ActixExtractor => {
                seen(actix::by_extractor(&case.authenticator, case.rules, &request).await).await
            }
            Self::OptionalActixExtractor => {
                seen(actix::by_optional_extractor(&case.authenticator, case.rules, &request).await).await
            }
            Self::Tonic => seen(grpc::by_layer(layer, &request).await).await,
            Self::OptionalTonic => seen(grpc::by_layer(layer.optional(), &request).await).await,
            Self::TonicServer => seen(grpc::by_server_layer(layer, &request).await).await,
            Self::TonicCall => seen(grpc::by_call(&case.authenticator, case.rules, &request).await).await,
        }
    }
}

/// What whoever sent a request gets to see, and what a layer further out does.
#[derive(Debug)]
pub(crate) struct Seen {
    pub status: u16,
    /// In alphabetical order.
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub refusal: Option<AuthError>,
}

async fn seen<B>(response: Response<B>) -> Seen
where
    B: http_body_util::BodyExt<Data = Bytes>,
    B::Error: std::fmt::Debug,
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
        refusal: parts.extensions.get::<AuthError>().cloned(),
    }
}

async fn by_tower(layer: AuthLayer, case: &Case) -> Seen {
    let service = layer.layer(service_fn(async |request: Request<Full<Bytes>>| {
        let name = name(request.extensions().get::<Auth>());
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(name)))
    }));
    seen(service.oneshot(case.request().map(|()| Full::default())).await.expect("an answer")).await
}

async fn by_axum(router: Router, case: &Case) -> Seen {
    seen(router.oneshot(case.request().map(|()| Body::empty())).await.expect("an answer")).await
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
