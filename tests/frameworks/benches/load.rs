//! The cost of a route guard in actix-web and in tonic: a protected route compared with an open one with the same
//! response, over 16 connections that always wait for a response.
//!
//! ```sh
//! cargo bench --manifest-path tests/frameworks/Cargo.toml -- 30
//! ```
//!
//! The argument is the duration of each measurement in seconds. Defaults to 10. Server and clients share the machine.
//! Any response other than success ends the program with an error.

#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{App, HttpServer, web};
use http::uri::PathAndQuery;
use http::{Request, Response};
use jotwell::{Algorithm, NoClaims, SigningKey};
use jotwell_http::store::MemoryStore;
use jotwell_http::{AccessClaims, AudienceId, Auth, Authenticator, IssuerId, IssuerKeys, Sessions};
use tonic::body::Body;
use tonic::server::{NamedService, UnaryService};
use tonic::transport::{Channel, Server};
use tonic::{Status, client, server};
use tonic_prost::ProstCodec;
use tower::{Layer, Service};

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

const CONNECTIONS: usize = 16;

fn main() -> Fallible<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let seconds = Duration::from_secs(arguments.next().map_or(Ok(10), |text| text.parse())?);
    println!("{:<24} {:>10} {:>10} {:>12}", "", "p50", "p99", "requests/s");
    for algorithm in [Algorithm::HS256, Algorithm::ES256] {
        let (authenticator, token) = login(algorithm)?;
        let address = serve_actix(authenticator.clone())?;
        // Alternating, since the machine is never quite the same.
        for _ in 0..2 {
            for path in ["open", "me"] {
                let request =
                    format!("GET /{path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n");
                let ask = || {
                    let (stream, request) = (TcpStream::connect(address)?, request.clone());
                    stream.set_nodelay(true)?;
                    Ok(move |times: &mut Vec<Duration>, end| {
                        ask_http(&stream, request.as_bytes(), times, end)
                    })
                };
                report(&format!("actix-web {algorithm} {path}"), seconds, ask)?;
            }
        }
        let address = serve_tonic(authenticator)?;
        for _ in 0..2 {
            for path in ["open", "me"] {
                let ask = || {
                    let (method, token) = (format!("/{path}.Whose/Whose"), token.clone());
                    Ok(move |times: &mut Vec<Duration>, end| {
                        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                        runtime.block_on(call(address, &method, &token, times, end))
                    })
                };
                report(&format!("tonic {algorithm} {path}"), seconds, ask)?;
            }
        }
    }
    Ok(())
}

/// Returns an authenticator that checks revocations in a store, and a token of a session there.
fn login(algorithm: Algorithm) -> Fallible<(Authenticator, String)> {
    let keys = IssuerKeys::single(SigningKey::generate(algorithm)?.with_key_id("one"))?;
    let (issuer, audience) = (IssuerId::new("https://auth.example"), AudienceId::new("orders-api"));
    let sessions: Sessions = Sessions::new(Arc::new(MemoryStore::new()), keys, issuer, audience);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let tokens = runtime.block_on(async {
        sessions.begin().await?.complete("user-42", AccessClaims::new(NoClaims).role("customer")).await
    })?;
    Ok((sessions.authenticator(), tokens.access_token.to_string()))
}

/// Runs `CONNECTIONS` of them concurrently for that duration, and prints the latencies of their requests.
fn report<C, A>(name: &str, seconds: Duration, connect: C) -> Fallible<()>
where
    C: Fn() -> Fallible<A>,
    A: FnOnce(&mut Vec<Duration>, Instant) -> Fallible<()> + Send + 'static,
{
    let connections = (0..CONNECTIONS).map(|_| connect()).collect::<Fallible<Vec<_>>>()?;
    let (begin, end) = (Instant::now(), Instant::now() + seconds);
    let running: Vec<_> = connections
        .into_iter()
        .map(|ask| {
            thread::spawn(move || {
                let mut times = Vec::new();
                ask(&mut times, end).map(|()| times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for thread in running {
        times.extend(thread.join().map_err(|_| "a client has panicked")??);
    }
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    let rate = times.len() as f64 / begin.elapsed().as_secs_f64();
    println!("{name:<24} {:>10.2?} {:>10.2?} {rate:>12.0}", at(50), at(99));
    Ok(())
}

fn serve_actix(authenticator: Authenticator) -> Fallible<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let app = move || {
        let protected = web::resource("/me").wrap(authenticator.guard());
        App::new()
            .service(protected.route(web::get().to(async || "user-42")))
            .route("/open", web::get().to(async || "user-42"))
    };
    thread::spawn(move || {
        let serve = async { HttpServer::new(app).workers(2).disable_signals().listen(listener)?.run().await };
        actix_web::rt::System::new().block_on(serve)
    });
    Ok(address)
}

/// Sends requests repeatedly over one connection.
fn ask_http(mut stream: &TcpStream, request: &[u8], times: &mut Vec<Duration>, end: Instant) -> Fallible<()> {
    let mut answer = [0; 4096];
    loop {
        let begin = Instant::now();
        if begin >= end {
            return Ok(());
        }
        stream.write_all(request)?;
        let mut length = 0;
        // Every response has this body.
        while !answer[..length].ends_with(b"\r\n\r\nuser-42") {
            match stream.read(&mut answer[length..])? {
                0 => return Err("unexpected response".into()),
                read => length += read,
            }
        }
        if !answer.starts_with(b"HTTP/1.1 200 ") {
            return Err("a request was rejected".into());
        }
        times.push(begin.elapsed());
    }
}

/// The same method, in one service per name.
#[derive(Clone)]
struct Whose<const OPEN: bool>;

impl NamedService for Whose<true> {
    const NAME: &'static str = "open.Whose";
}

impl NamedService for Whose<false> {
    const NAME: &'static str = "me.Whose";
}

type Call<R> = Pin<Box<dyn Future<Output = R> + Send>>;

impl<const OPEN: bool> Service<Request<Body>> for Whose<OPEN> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Call<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let codec = ProstCodec::<String, ()>::default();
        Box::pin(async move { Ok(server::Grpc::new(codec).unary(Self, request).await) })
    }
}

impl<const OPEN: bool> UnaryService<()> for Whose<OPEN> {
    type Response = String;
    type Future = Call<Result<tonic::Response<String>, Status>>;

    fn call(&mut self, request: tonic::Request<()>) -> Self::Future {
        let subject =
            Auth::<NoClaims>::of_request(&request).map(|auth| auth.subject().unwrap_or_default().to_owned());
        Box::pin(async move { Ok(tonic::Response::new(if OPEN { "user-42".to_owned() } else { subject? })) })
    }
}

fn serve_tonic(authenticator: Authenticator) -> Fallible<SocketAddr> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let protected = authenticator.layer().grpc().layer(Whose::<false>);
    let server = Server::builder().add_service(protected).add_service(Whose::<true>);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    thread::spawn(move || runtime.block_on(server.serve(address)));
    while TcpStream::connect(address).is_err() {
        thread::sleep(Duration::from_millis(10));
    }
    Ok(address)
}

/// Calls repeatedly over one connection.
async fn call(
    address: SocketAddr,
    method: &str,
    token: &str,
    times: &mut Vec<Duration>,
    end: Instant,
) -> Fallible<()> {
    let channel = Channel::from_shared(format!("http://{address}"))?.connect().await?;
    let (mut client, method) = (client::Grpc::new(channel), PathAndQuery::try_from(method)?);
    let bearer: tonic::metadata::AsciiMetadataValue = format!("Bearer {token}").parse()?;
    loop {
        let begin = Instant::now();
        if begin >= end {
            return Ok(());
        }
        client.ready().await?;
        let mut request = tonic::Request::new(());
        request.metadata_mut().insert("authorization", bearer.clone());
        let codec = ProstCodec::<(), String>::default();
        let answer: String = client.unary(request, method.clone(), codec).await?.into_inner();
        if answer != "user-42" {
            return Err("unexpected response".into());
        }
        times.push(begin.elapsed());
    }
}
