//! The ways in which this binary sends the requests of the table.

use std::future::Future;
use std::pin::Pin;

use crate::common::cases::Case;
use crate::common::drive::{Drive, Framework, Seen, Way, seen};
use crate::{actix, grpc};

/// Those of tower and axum too, since this package has its own dependencies.
pub(crate) fn all() -> Vec<Box<dyn Way>> {
    let others = Other::ALL.into_iter().map(|way| Box::new(way) as Box<dyn Way>);
    Drive::ALL.into_iter().map(|drive| Box::new(drive) as Box<dyn Way>).chain(others).collect()
}

/// Through actix-web and tonic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Other {
    Actix,
    ActixExtractor,
    OptionalActix,
    OptionalActixExtractor,
    Tonic,
    TonicServer,
    TonicCall,
    OptionalTonic,
}

impl Other {
    const ALL: [Self; 8] = [
        Self::Actix,
        Self::ActixExtractor,
        Self::OptionalActix,
        Self::OptionalActixExtractor,
        Self::Tonic,
        Self::TonicServer,
        Self::TonicCall,
        Self::OptionalTonic,
    ];

    async fn ask(self, case: &Case) -> Seen {
        let (layer, request) = (case.layer(), case.request());
        let (authenticator, rules) = (&case.authenticator, case.rules);
        match self {
            Self::Actix => seen(actix::by_middleware(case.guard(), &request).await).await,
            Self::OptionalActix => seen(actix::by_middleware(case.guard().optional(), &request).await).await,
            Self::ActixExtractor => seen(actix::by_extractor(authenticator, rules, &request).await).await,
            Self::OptionalActixExtractor => {
                seen(actix::by_optional_extractor(authenticator, rules, &request).await).await
            }
            Self::Tonic => seen(grpc::by_layer(layer, &request).await).await,
            Self::OptionalTonic => seen(grpc::by_layer(layer.optional(), &request).await).await,
            Self::TonicServer => seen(grpc::by_server_layer(layer, &request).await).await,
            Self::TonicCall => seen(grpc::by_call(authenticator, rules, &request).await).await,
        }
    }
}

impl Way for Other {
    fn framework(&self) -> Framework {
        if matches!(self, Self::Tonic | Self::TonicServer | Self::TonicCall | Self::OptionalTonic) {
            Framework::Tonic
        } else {
            Framework::Actix
        }
    }

    fn is_layer(&self) -> bool {
        !matches!(self, Self::ActixExtractor | Self::OptionalActixExtractor | Self::TonicCall)
    }

    fn is_optional(&self) -> bool {
        matches!(self, Self::OptionalActix | Self::OptionalActixExtractor | Self::OptionalTonic)
    }

    /// A service of tonic does not see the method.
    fn sees_method(&self) -> bool {
        *self != Self::TonicCall
    }

    fn send<'a>(&'a self, case: &'a Case) -> Pin<Box<dyn Future<Output = Seen> + 'a>> {
        Box::pin(self.ask(case))
    }
}
