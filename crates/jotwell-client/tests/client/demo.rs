//! Runs against the example `api` of `jotwell-http`, in a separate process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jotwell_client::{BearerMiddleware, Origin, RefreshToken, SessionClient};

use crate::example::{Api, PASSWORD};
use crate::server::{ClientClock, http, transport};

/// The client's clock is stopped, so only the server notices the expiry.
#[tokio::test]
async fn the_example_keeps_its_session_when_64_requests_meet_the_expiry() {
    let folder = tempfile::tempdir().expect("a folder");
    let variables = [("STORE", "memory"), ("ACCESS_SECONDS", "4"), ("CONNECTIONS_PER_CLIENT", "1000")];
    let api = Api::start(folder.path(), &variables);
    let stored = Arc::new(AtomicUsize::new(0));
    let store = {
        let stored = stored.clone();
        move |_: RefreshToken| {
            stored.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Ok::<(), std::io::Error>(()))
        }
    };
    let sessions = SessionClient::new(&api.address, transport()).expect("an address");
    let sessions = sessions.clock(ClientClock::default()).store(store);
    let source = sessions.login(&BTreeMap::from([("name", "user"), ("password", PASSWORD)])).await;
    let source = source.expect("a session");
    let me = format!("{}/me", api.address);

    let bare = http().build().expect("a client");
    let first = source.token().await.expect("a token");
    let is_accepted =
        async || bare.get(&me).bearer_auth(first.as_str()).send().await.expect("an answer").status() == 200;
    assert!(is_accepted().await);
    while is_accepted().await {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }

    let middleware = BearerMiddleware::new(source, Origin::new(&api.address).expect("an origin"));
    let client = reqwest_middleware::ClientBuilder::new(bare).with(middleware).build();
    let sent: Vec<_> = (0..64).map(|_| tokio::spawn(client.get(&me).send())).collect();
    for one in sent {
        assert_eq!(one.await.expect("no panic").expect("an answer").status(), 200);
    }
    // The one of the login, and one more.
    assert_eq!(stored.load(Ordering::SeqCst), 2);
    let orders = client.get(format!("{}/orders", api.address)).send().await.expect("an answer");
    assert_eq!(orders.status(), 200);
}
