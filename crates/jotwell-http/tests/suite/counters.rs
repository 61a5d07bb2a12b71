//! Counters of rejected requests and session events, by code.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use http::{HeaderMap, Method};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::sessions_common::{Service, bearer};

/// Counts by name and code.
#[derive(Clone, Default)]
struct Counted(Arc<Mutex<BTreeMap<String, Arc<AtomicU64>>>>);

impl Counted {
    fn all(&self) -> Vec<(String, u64)> {
        let counted = self.0.lock().expect("a lock");
        counted.iter().map(|(name, count)| (name.clone(), count.load(Ordering::SeqCst))).collect()
    }
}

impl Recorder for Counted {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let name = format!("{}{{{}}}", key.name(), labels.join(","));
        Counter::from_arc(self.0.lock().expect("a lock").entry(name).or_default().clone())
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn rejected_requests_and_session_events_are_counted_by_code() {
    let counted = Counted::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    metrics::with_local_recorder(&counted, || {
        runtime.block_on(async {
            let service = Service::new();
            let tokens = service.login().await;
            service.sessions.refresh(&tokens.refresh_token).await.expect("tokens");
            service.sessions.refresh(&tokens.refresh_token).await.expect("tokens");
            service.authenticate(&tokens).await.expect("accepted");
            service.sessions.logout(&tokens.session_id).await.expect("the store");
            service.sessions.refresh(&tokens.refresh_token).await.expect_err("ended");
            service.authenticate(&tokens).await.expect_err("ended");
            for headers in [HeaderMap::new(), HeaderMap::new(), bearer("a.b.c")] {
                let rejected = service.authenticator.authenticate(&Method::GET, &headers).await;
                rejected.expect_err("no token");
            }
        });
    });
    let wanted = [
        ("jotwell_http_auth_errors_total{code=invalid_token}", 1),
        ("jotwell_http_auth_errors_total{code=missing_token}", 2),
        ("jotwell_http_auth_errors_total{code=token_revoked}", 1),
        ("jotwell_http_session_events_total{code=login_succeeded}", 1),
        ("jotwell_http_session_events_total{code=refresh_failed}", 1),
        ("jotwell_http_session_events_total{code=refresh_token_retried}", 1),
        ("jotwell_http_session_events_total{code=session_ended}", 1),
        ("jotwell_http_session_events_total{code=token_refreshed}", 1),
    ];
    assert_eq!(counted.all(), wanted.map(|(name, count)| (name.to_owned(), count)));
}
