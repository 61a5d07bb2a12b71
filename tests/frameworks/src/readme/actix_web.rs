use actix_web::{App, HttpServer, web};
use jotwell_http::{Auth, Authenticator, RequireRole};

async fn me(auth: Auth) -> String {
    format!("hello {:?}", auth.subject())
}

async fn serve(authenticator: Authenticator) -> std::io::Result<()> {
    let app = move || {
        let admin = web::scope("/admin").wrap(authenticator.guard().require(RequireRole::new("admin")));
        App::new().app_data(web::Data::new(authenticator.clone())).service(admin).route("/me", web::get().to(me))
    };
    HttpServer::new(app).bind("127.0.0.1:8080")?.run().await
}
