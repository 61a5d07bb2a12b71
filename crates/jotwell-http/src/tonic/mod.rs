//! Support for tonic. Its types are used only here.

use std::sync::Arc;

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;
use tonic::metadata::MetadataMap;
use tonic::server::NamedService;
use tonic::{Code, Request, Status};

use crate::auth::{Auth, Authenticator};
use crate::auth_error::AuthError;
use crate::tower::AuthService;

/// Converts to the same status as [`AuthError::grpc_response`], with the error as its source.
impl From<AuthError> for Status {
    fn from(error: AuthError) -> Self {
        let code = Code::from_i32(error.grpc_status().into());
        let mut headers = http::Response::from(error.plain_response()).into_parts().0.headers;
        let challenge = headers.remove(WWW_AUTHENTICATE).map(|value| (WWW_AUTHENTICATE, value));
        let challenge = HeaderMap::from_iter(challenge);
        let mut status =
            Self::with_metadata(code, error.grpc_message(), MetadataMap::from_headers(challenge));
        status.set_source(Arc::new(error));
        status
    }
}

/// A service behind an `AuthLayer` has the name of that service, so it can be added to a server.
impl<S: NamedService, T> NamedService for AuthService<S, T> {
    const NAME: &'static str = S::NAME;
}

impl<T: Send + Sync + 'static> Auth<T> {
    /// Returns the sender of a request that came through an `AuthLayer`.
    ///
    /// The layer has checked the token when the call began. **A streaming call continues after the token has expired or
    /// was revoked**: end it at [`expires_at`](Self::expires_at), as `recipes/src/grpc.rs` in the repository does.
    ///
    /// ```
    /// use jotwell_http::{Auth, RequireScope};
    /// use tonic::{Request, Response, Status};
    ///
    /// async fn cancel(request: Request<u64>) -> Result<Response<()>, Status> {
    ///     let auth: &Auth = Auth::of_request(&request)?;
    ///     auth.require(&RequireScope::new("orders:write").expect("a scope"))?;
    ///     Ok(Response::new(()))
    /// }
    /// ```
    ///
    /// # Errors
    /// `UNAUTHENTICATED` if no layer has authenticated the request, or an optional one found no token.
    pub fn of_request<M>(request: &Request<M>) -> Result<&Self, Status> {
        request.extensions().get().ok_or_else(|| Status::unauthenticated("no token was presented"))
    }
}

impl<T: Send + Sync + 'static> Authenticator<T> {
    /// Authenticates a request by its metadata, for a method without an `AuthLayer` around its service, or with an
    /// optional one. A token that a layer of this authenticator has verified is not verified again.
    ///
    /// ```
    /// use jotwell_http::Authenticator;
    /// use tonic::{Request, Response, Status};
    ///
    /// async fn cancel(authenticator: &Authenticator, mut request: Request<u64>) -> Result<Response<()>, Status> {
    ///     let auth = authenticator.authenticate_call(&mut request).await?;
    ///     println!("{:?} cancels {}", auth.subject(), request.into_inner());
    ///     Ok(Response::new(()))
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub async fn authenticate_call<M>(&self, request: &mut Request<M>) -> Result<Auth<T>, AuthError> {
        let earlier = request.extensions_mut().remove::<Auth<T>>();
        // Every gRPC call is a POST.
        let headers: &HeaderMap = request.metadata().as_ref();
        let auth = self.authenticate_head((&http::Method::POST, headers).into(), earlier).await?;
        request.extensions_mut().insert(auth.clone());
        Ok(auth)
    }
}
