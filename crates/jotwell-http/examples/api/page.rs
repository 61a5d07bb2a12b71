//! The page at `/`, whose session is in cookies that its scripts cannot read.

use axum::Router;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;

/// Nothing from other origins, no inline script, and no frame around the page: injected text is not executed.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let text = |content_type: &'static str, text: &'static str| {
        get(async move || ([(header::CONTENT_TYPE, content_type)], text))
    };
    let page = async || ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(include_str!("page.html")));
    Router::new()
        .route("/", get(page))
        .route("/page.js", text("text/javascript; charset=utf-8", include_str!("page.js")))
        .route("/session.js", text("text/javascript; charset=utf-8", include_str!("../../js/session.js")))
        .route("/page.css", text("text/css; charset=utf-8", include_str!("page.css")))
}
