//! The body of a response that may be a rejection.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of a response of an [`AuthService`](crate::AuthService): that of the inner service, or the text of a
    /// rejection.
    ///
    /// The inner service may have any body. This is an [`http_body::Body`] if the inner body is one whose data can be
    /// created from a `String`, such as `Bytes`.
    #[derive(Clone, Debug)]
    pub struct AuthBody<R> {
        #[pin]
        kind: Kind<R>,
    }
}

pin_project! {
    #[project = Projection]
    #[derive(Clone, Debug)]
    enum Kind<R> {
        Inner { #[pin] body: R },
        Rejection { text: String },
    }
}

impl<R> AuthBody<R> {
    pub(super) fn inner(body: R) -> Self {
        Self { kind: Kind::Inner { body } }
    }

    pub(super) fn rejection(text: String) -> Self {
        Self { kind: Kind::Rejection { text } }
    }

    /// Returns the body of the inner service.
    ///
    /// # Errors
    /// The text of the rejection, if the layer has rejected the request.
    pub fn into_inner(self) -> Result<R, String> {
        match self.kind {
            Kind::Inner { body } => Ok(body),
            Kind::Rejection { text } => Err(text),
        }
    }
}

impl<R: Body> Body for AuthBody<R>
where
    R::Data: From<String>,
{
    type Data = R::Data;
    type Error = R::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<R::Data>, R::Error>>> {
        match self.project().kind.project() {
            Projection::Inner { body } => body.poll_frame(context),
            Projection::Rejection { text } if text.is_empty() => Poll::Ready(None),
            Projection::Rejection { text } => Poll::Ready(Some(Ok(Frame::data(mem::take(text).into())))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::Rejection { text } => text.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::Rejection { text } => SizeHint::with_exact(u64::try_from(text.len()).unwrap_or(u64::MAX)),
        }
    }
}
