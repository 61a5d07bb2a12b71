use jotwell_http::{Auth, Authenticator, RequireScope};
use tonic::{Request, Response, Status, service::Routes, transport};

async fn cancel(request: Request<u64>) -> Result<Response<()>, Status> {
    let auth: &Auth = Auth::of_request(&request)?;
    auth.require(&RequireScope::new("orders:write").expect("a scope"))?;
    Ok(Response::new(()))
}

async fn serve(authenticator: Authenticator, services: Routes) -> Result<(), transport::Error> {
    let mut server = transport::Server::builder().layer(authenticator.layer().grpc());
    server.add_routes(services).serve(([127, 0, 0, 1], 50051).into()).await
}
