//! The result of an authentication, in the extensions of the request.

use http::request::Parts;

use crate::auth::{Auth, Authenticator};
use crate::auth_error::{AuthError, AuthErrorKind};

impl<T: Send + Sync + 'static> Authenticator<T> {
    /// Authenticates a request and puts the result into its extensions: for adapters to other frameworks.
    ///
    /// If the extensions already have the result of this authenticator or of a clone of it, returns that one. So a
    /// token is verified once for all layers and extractors of a request, and a [single-use](Self::single_use)
    /// token is consumed once. The result of another authenticator is not trusted; it is replaced.
    ///
    /// The result remembers for which method the anti-forgery token of a cookie was checked. If middleware has changed
    /// the method since, it is checked again.
    ///
    /// ```
    /// use http::Request;
    /// use jotwell_http::{Auth, AuthError, Authenticator};
    ///
    /// async fn adapter<B>(authenticator: &Authenticator, request: Request<B>) -> Result<Request<B>, AuthError> {
    ///     let (mut parts, body) = request.into_parts();
    ///     let _auth: Auth = authenticator.authenticate_parts(&mut parts).await?;
    ///     Ok(Request::from_parts(parts, body))
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate). The extensions have no [`Auth<T>`](Auth) then.
    pub async fn authenticate_parts(&self, parts: &mut Parts) -> Result<Auth<T>, AuthError> {
        self.authenticate_parts_optional(parts).await?.ok_or_else(|| self.refuse(AuthErrorKind::Missing))
    }

    /// As [`authenticate_parts`](Self::authenticate_parts), but returns `None` for a request without a token.
    ///
    /// # Errors
    /// As [`authenticate_optional`](Self::authenticate_optional).
    pub async fn authenticate_parts_optional(&self, parts: &mut Parts) -> Result<Option<Auth<T>>, AuthError> {
        // Removed before anything else. If authentication fails or its future is dropped, no service behind
        // this one can mistake another authenticator's result for this one's.
        let existing = parts.extensions.remove::<Auth<T>>().filter(|auth| self.made(auth));
        let auth = match existing {
            Some(mut auth) => {
                let checked = auth.carrier.recheck(&parts.method, &parts.headers);
                checked.map_err(|_| self.refuse(AuthErrorKind::CsrfFailed))?;
                Some(auth)
            }
            None => self.authenticate_optional(&parts.method, &parts.headers).await?,
        };
        if let Some(auth) = &auth {
            parts.extensions.insert(auth.clone());
        }
        Ok(auth)
    }
}
