//! Layers around all requests and responses.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

/// The maximum length of a request body in bytes: several times what the routes need.
const MAX_BODY: usize = 16 * 1024;

/// The settings of the outermost layers.
pub(crate) struct Guard {
    /// Names and addresses of this host, in lower case.
    pub(crate) hosts: Vec<String>,
    /// The time limit for receiving the body and creating the response.
    pub(crate) request: Duration,
    pub(crate) tls: bool,
}

pub(crate) fn guarded(router: Router, guard: Guard) -> Router {
    router.layer(DefaultBodyLimit::max(MAX_BODY)).layer(middleware::from_fn_with_state(Arc::new(guard), pass))
}

async fn pass(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let mut response = if !is_for(&guard.hosts, &request) {
        // A foreign name that resolves to this host: a page of another site can reach loopback by it (DNS rebinding).
        error(StatusCode::MISDIRECTED_REQUEST, "invalid_request", "this host has another name")
    } else {
        match tokio::time::timeout(guard.request, next.run(request)).await {
            Ok(response) => response,
            Err(_) => error(StatusCode::REQUEST_TIMEOUT, "invalid_request", "the request took too long"),
        }
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    // Tokens, names and errors are for one client each. Cacheable responses say so themselves.
    set(header::CACHE_CONTROL, "no-store");
    if guard.tls {
        // RFC 6797. Not for subdomains, which this service does not know.
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000");
    }
    response
}

/// Returns a response in the format of RFC 6749 §5.2.
fn error(status: StatusCode, error: &str, error_description: &str) -> Response {
    let body = format!(r#"{{"error":"{error}","error_description":"{error_description}"}}"#);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Returns whether a request names one of these hosts. The port does not matter here.
fn is_for(hosts: &[String], request: &Request) -> bool {
    let mut named = request.headers().get_all(header::HOST).into_iter();
    let (Some(host), None) = (named.next(), named.next()) else { return false };
    // RFC 9112 §3.2.2: the host of the target takes precedence.
    let authority = match request.uri().authority() {
        Some(authority) => Some(authority.clone()),
        None => Authority::try_from(host.as_bytes()).ok(),
    };
    authority.is_some_and(|authority| hosts.iter().any(|host| authority.host().eq_ignore_ascii_case(host)))
}
