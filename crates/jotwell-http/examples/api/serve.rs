//! The server: HTTP/1.1 with limits on time and connections. A reverse proxy in front can take over all of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use jotwell_http::client_network;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::connections::Connections;

/// Time limits of clients. Each of these is a way to hold a connection without sending anything.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    /// For the TLS handshake, for the header of a request, and between two requests.
    pub(crate) header: Duration,
    /// For all requests of a connection together, with their responses.
    pub(crate) connection: Duration,
}

/// How long requests may continue after a shutdown request.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    connections: Connections,
    times: Times,
    stop: impl Future<Output = ()>,
) {
    let (tls, graceful) = (tls.map(TlsAcceptor::from), GracefulShutdown::new());
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            let room = connections.room().await;
            (room, listener.accept().await)
        };
        let (room, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // No file descriptor is free, or the client has disconnected. Neither is a reason to exit or to loop
                // without a pause.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Dropped: closed without a response, which would take as long as the client wants.
        let Some(connection) = connections.open(room, client_network(peer.ip())) else { continue };
        let (tls, router, watcher) = (tls.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _open = connection;
            let _ = timeout(times.connection, connect(stream, peer, tls, router, times, watcher)).await;
        });
    }
    if timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were cut off");
    }
}

async fn connect(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    times: Times,
    watcher: Watcher,
) {
    match tls {
        None => requests(stream, peer, router, times, watcher).await,
        Some(tls) => {
            let Ok(Ok(stream)) = timeout(times.header, tls.accept(stream)).await else { return };
            requests(stream, peer, router, times, watcher).await;
        }
    }
}

async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
    peer: SocketAddr,
    router: Router,
    times: Times,
    watcher: Watcher,
) {
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    // HTTP/1.1 only: ALPN offers nothing else, and HTTP/2 by prior knowledge would need other limits.
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(times.header)
        .max_headers(64)
        .max_buf_size(32 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    // Broken connections are not logged.
    let _ = watcher.watch(connection).await;
}
