//! [`Auth`] as an argument of a handler.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use jotwell::NoClaims;

use crate::auth::{Auth, Authenticator};

type Extraction<A> = Pin<Box<dyn Future<Output = Result<A, Error>>>>;

/// The sender of the request. Without a valid token the handler does not run.
///
/// The [`Authenticator`] is application data: `App::app_data(web::Data::new(authenticator))`, with the same `T`;
/// without it the response is a 500. A token that it has verified for middleware or another extractor of the same
/// request is not verified again.
///
/// **Use [`OptionalAuth`] instead of `Option<Auth>`**: actix-web turns every error of an optional extractor into
/// `None`, so a request with an invalid token would be treated as one without a token.
///
/// ```
/// use jotwell_http::{Auth, AuthError, RequireScope};
///
/// async fn orders(auth: Auth) -> Result<String, AuthError> {
///     auth.require(&RequireScope::new("orders:read").expect("a scope"))?;
///     Ok(format!("the orders of {:?}", auth.subject()))
/// }
/// ```
impl<T: Send + Sync + 'static> FromRequest for Auth<T> {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let authenticator = authenticator::<T>(&request)?;
            // Removed first, so that nothing can mistake another authenticator's result for this one's if
            // authentication fails.
            let earlier = request.extensions_mut().remove::<Self>();
            let auth = authenticator.authenticate_head((&request).into(), earlier).await?;
            request.extensions_mut().insert(auth.clone());
            Ok(auth)
        })
    }
}

/// The sender of the request, or `None` if it has no token. With an invalid token the handler does not run.
///
/// ```
/// use jotwell_http::{Auth, OptionalAuth};
///
/// async fn greeting(auth: OptionalAuth) -> String {
///     format!("hello {:?}", auth.as_ref().and_then(Auth::subject))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct OptionalAuth<T = NoClaims>(pub Option<Auth<T>>);

impl<T> Deref for OptionalAuth<T> {
    type Target = Option<Auth<T>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T: Send + Sync + 'static> FromRequest for OptionalAuth<T> {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let authenticator = authenticator::<T>(&request)?;
            let earlier = request.extensions_mut().remove::<Auth<T>>();
            let auth = authenticator.authenticate_head_optional((&request).into(), earlier).await?;
            if let Some(auth) = &auth {
                request.extensions_mut().insert(auth.clone());
            }
            Ok(Self(auth))
        })
    }
}

/// The authenticator of the application. Without one the application is misconfigured, and every request is rejected.
fn authenticator<T: 'static>(request: &HttpRequest) -> Result<&Authenticator<T>, Error> {
    request.app_data::<web::Data<Authenticator<T>>>().map(|data| &***data).ok_or_else(|| {
        let problem = "the application has no authenticator; add it by \
                       `App::app_data(web::Data::new(authenticator))`, with the custom claims that handlers ask for";
        tracing::error!(path = request.path(), "{problem}");
        InternalError::from_response(problem, HttpResponse::InternalServerError().finish()).into()
    })
}
