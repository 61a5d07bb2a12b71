//! Plain hyper: tower services, wrapped in `TowerToHyperService`.

use std::convert::Infallible;
use std::io;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use jotwell_http::{Auth, AuthLayer};
use tokio::net::TcpListener;
use tower::{Layer, service_fn};

async fn hello(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let subject = request.extensions().get::<Auth>().and_then(Auth::subject);
    Ok(Response::new(format!("hello {}", subject.unwrap_or("nobody"))))
}

/// Serves requests that `layer` accepts.
pub async fn serve(listener: TcpListener, layer: AuthLayer) -> io::Result<()> {
    let service = TowerToHyperService::new(layer.layer(service_fn(hello)));
    loop {
        let (stream, _) = listener.accept().await?;
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(connection);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;
    use crate::issuer::{authenticator, bearer, issuer};

    #[tokio::test]
    async fn only_a_valid_token_is_greeted() {
        let issuer = issuer();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(serve(listener, authenticator(&issuer).layer()));
        let ask = async |header: String| {
            let mut stream = TcpStream::connect(address).await.expect("a connection");
            let request = format!("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{header}\r\n");
            stream.write_all(request.as_bytes()).await.expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("an answer");
            answer
        };
        let hour = Duration::from_secs(3600);
        let accepted = ask(format!("authorization: {}\r\n", bearer(&issuer, hour))).await;
        assert!(accepted.starts_with("HTTP/1.1 200 ") && accepted.ends_with("hello user-42"), "{accepted}");
        let stranger = issuer.with_new_key().expect("a key");
        let refused = ask(format!("authorization: {}\r\n", bearer(&stranger, hour))).await;
        assert!(refused.starts_with("HTTP/1.1 401 ") && refused.contains("invalid_token"), "{refused}");
        assert!(ask(String::new()).await.starts_with("HTTP/1.1 401 "));
    }
}
