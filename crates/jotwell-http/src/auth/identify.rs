//! Who sent a request, noted beside it.

use http::request::Parts;

use crate::auth::{Auth, Authenticator};
use crate::refusal::{Reason, Refusal};

impl<T: Send + Sync + 'static> Authenticator<T> {
    /// As [`authenticate`](Self::authenticate), with the result in the request's extensions. What this same
    /// authenticator has put there before is taken for its answer: a token is verified once, however many
    /// layers and extractors ask, and one that may be used once is not refused to the second of them.
    pub(crate) async fn identify(&self, parts: &mut Parts) -> Result<Auth<T>, Refusal> {
        self.identify_optional(parts).await?.ok_or_else(|| self.refuse(Reason::Missing))
    }

    /// As [`identify`](Self::identify), with nobody for a request that presents no token.
    pub(crate) async fn identify_optional(&self, parts: &mut Parts) -> Result<Option<Auth<T>>, Refusal> {
        // Out of there before anything else: whatever comes of this, and also if it is never finished, nobody
        // behind takes another authenticator's word for this one's.
        let noted = parts.extensions.remove::<Auth<T>>().filter(|auth| self.made(auth));
        let auth = match noted {
            Some(auth) => Some(auth),
            None => self.authenticate_optional(&parts.method, &parts.headers).await?,
        };
        if let Some(auth) = &auth {
            parts.extensions.insert(auth.clone());
        }
        Ok(auth)
    }
}
