//! A gRPC server whose streaming call ends when the token of the call expires.
//!
//! The layer checks a token when a call begins. A unary call is short, but a stream may last for hours. The service
//! decides what happens then: here it ends the stream with `UNAUTHENTICATED` at `exp`, and the client calls again with
//! a new token. A token that is revoked in the meantime is detected by the next call, so keep lifetimes short if that
//! matters.

use std::time::Duration;

use jotwell::NumericDate;
use jotwell_http::Auth;
use tokio::sync::mpsc;
use tokio::time;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

/// The code that is generated from `proto/ticker.proto`.
#[allow(missing_docs)]
pub mod proto {
    tonic::include_proto!("ticker");
}

use proto::ticker_server::Ticker;
use proto::{Caller, Interval, Nothing, Tick};

/// The service.
pub struct TickerService;

#[tonic::async_trait]
impl Ticker for TickerService {
    async fn whose(&self, request: Request<Nothing>) -> Result<Response<Caller>, Status> {
        let auth: &Auth = Auth::of_request(&request)?;
        Ok(Response::new(Caller { subject: auth.subject().unwrap_or_default().to_owned() }))
    }

    type WatchStream = ReceiverStream<Result<Tick, Status>>;

    async fn watch(&self, request: Request<Interval>) -> Result<Response<Self::WatchStream>, Status> {
        let left = time_left(Auth::of_request(&request)?);
        let interval = Duration::from_millis(request.get_ref().millis.max(1).into());
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            let ticks = async {
                for count in 0.. {
                    // The client has disconnected.
                    if sender.send(Ok(Tick { count })).await.is_err() {
                        break;
                    }
                    time::sleep(interval).await;
                }
            };
            if time::timeout(left, ticks).await.is_err() {
                // The client may have disconnected at the same moment.
                let _ = sender.send(Err(Status::unauthenticated("the token has expired"))).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}

/// Returns how long the token is still valid. A token without `exp`, which a default `Validator` rejects, counts as
/// expired.
fn time_left(auth: &Auth) -> Duration {
    auth.expires_at().map_or(Duration::ZERO, |end| end.saturating_since(NumericDate::now()))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use jotwell_http::{AuthLayer, RequireRole};
    use tokio::net::TcpListener;
    use tokio_stream::wrappers::TcpListenerStream;
    use tonic::Code;
    use tonic::transport::{Channel, Server};

    use super::proto::ticker_client::TickerClient;
    use super::proto::ticker_server::TickerServer;
    use super::*;
    use crate::issuer::{authenticator, bearer, issuer};

    async fn serve(layer: AuthLayer) -> TickerClient<Channel> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = Server::builder().layer(layer.grpc()).add_service(TickerServer::new(TickerService));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        TickerClient::connect(format!("http://{address}")).await.expect("a connection")
    }

    fn call<M>(message: M, token: &str) -> Request<M> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", token.parse().expect("a value"));
        request
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_token_expires() {
        let issuer = issuer();
        let mut client = serve(authenticator(&issuer).layer()).await;
        let (token, began) = (bearer(&issuer, Duration::from_secs(2)), Instant::now());
        let mut ticks =
            client.watch(call(Interval { millis: 100 }, &token)).await.expect("a stream").into_inner();
        let mut count = 0;
        let status = loop {
            match ticks.message().await {
                Ok(Some(tick)) => count = tick.count,
                Ok(None) => panic!("ended without a status"),
                Err(status) => break status,
            }
        };
        assert_eq!((status.code(), status.message()), (Code::Unauthenticated, "the token has expired"));
        assert!(count > 3, "{count}");
        assert!(began.elapsed() < Duration::from_secs(10));
        // The same connection is used for the next call, with another token.
        let error = client.whose(call(Nothing {}, &token)).await.expect_err("an expired token");
        assert_eq!((error.code(), error.message()), (Code::Unauthenticated, "the token has expired"));
        let caller = client.whose(call(Nothing {}, &bearer(&issuer, Duration::from_secs(60)))).await;
        assert_eq!(caller.expect("a valid token").into_inner().subject, "user-42");
    }

    #[tokio::test]
    async fn a_client_reads_the_status_of_a_rejection() {
        let issuer = issuer();
        let mut client = serve(authenticator(&issuer).layer().require(RequireRole::new("admin"))).await;
        let error = client.whose(Nothing {}).await.expect_err("no token");
        assert_eq!((error.code(), error.message()), (Code::Unauthenticated, "no token was presented"));
        assert_eq!(error.metadata().get("www-authenticate").expect("a challenge"), r#"Bearer realm="api""#);
        let token = bearer(&issuer, Duration::from_secs(60));
        let error = client.watch(call(Interval { millis: 1 }, &token)).await.expect_err("no role");
        assert_eq!(
            (error.code(), error.message()),
            (Code::PermissionDenied, "the token does not allow this")
        );
    }
}
