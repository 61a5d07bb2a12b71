//! A metadata document leads only to the keys of its own issuer, over https.
#![no_main]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use jotwell::{Algorithm, NumericDate};
use jotwell_http::remote::{DEFAULT_MAX_BYTES, Fetch, FetchFuture, RemoteError, RemoteJwkSet};
use jotwell_http::{ReloadKeys, ReloadOutcome};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use tokio::runtime::{Builder, Runtime};

const ISSUER: &str = "https://auth.example/tenant";
const DOCUMENT: &str = "https://auth.example/tenant/.well-known/openid-configuration";

thread_local! {
    static RUNTIME: RefCell<Runtime> =
        RefCell::new(Builder::new_current_thread().enable_time().build().expect("a runtime"));
}

/// Serves the document, and a set without keys at every other URL.
#[derive(Clone, Debug)]
struct Documents {
    document: Arc<[u8]>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fetch for Documents {
    fn fetch(&self, request: Request<()>) -> FetchFuture<'_> {
        let uri = request.uri().to_string();
        let body = if uri == DOCUMENT { self.document.to_vec() } else { br#"{"keys":[]}"#.to_vec() };
        self.asked.lock().expect("not poisoned").push(uri);
        Box::pin(ready(Ok(Response::new(body))))
    }
}

fuzz_target!(|data: &[u8]| {
    let documents = Documents { document: data.into(), asked: Arc::default() };
    // Plain HTTP is allowed for issuers on this machine, and this one is not.
    let builder = RemoteJwkSet::discover(ISSUER, &[Algorithm::ES256]).allow_http_on_loopback();
    let keys = builder.clock(NumericDate::from_secs(1)).build(documents.clone()).expect("a set");
    let outcome = RUNTIME.with_borrow(|runtime| runtime.block_on(keys.reload()));

    let asked = documents.asked.lock().expect("not poisoned").clone();
    assert_eq!(asked[0], DOCUMENT);
    // Ignored values may have any well-formed value, as in `serde_json`.
    let metadata: Option<BTreeMap<String, Box<RawValue>>> =
        serde_json::from_slice(data).ok().filter(|_| data.len() <= DEFAULT_MAX_BYTES);
    let member =
        |name: &str| -> Option<String> { serde_json::from_str(metadata.as_ref()?.get(name)?.get()).ok() };
    let (issuer, jwks_uri) = (member("issuer"), member("jwks_uri"));
    let error = keys.status().error;
    match asked.get(1) {
        Some(address) => {
            assert_eq!((outcome, asked.len()), (ReloadOutcome::Changed, 2));
            assert_eq!(issuer.as_deref(), Some(ISSUER));
            let named = jwks_uri.expect("an address");
            assert!(
                address.starts_with("https://") && named[..8].eq_ignore_ascii_case("https://"),
                "{named}"
            );
            let authority = named[8..].split(['/', '?']).next().expect("a part");
            assert!(!authority.is_empty() && !authority.contains('@') && !named.contains('#'), "{named}");
        }
        None => match error.as_deref() {
            Some(RemoteError::IssuerMismatch { expected, .. }) => {
                assert_eq!(expected, ISSUER);
                assert!(issuer.is_none_or(|issuer| issuer != ISSUER))
            }
            Some(RemoteError::SetAddress(_)) => assert_eq!(issuer.as_deref(), Some(ISSUER)),
            Some(RemoteError::NotMetadata | RemoteError::Fetch(_)) => {}
            other => panic!("{other:?}"),
        },
    }
});
