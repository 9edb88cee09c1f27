//! The only room that names actix: requests in, answers out. It writes only through the desk.

mod access;
pub mod api;
mod filter;
mod openapi;
mod problem;
mod request;
pub mod routes;
mod trace;
pub mod web;

use std::net::{IpAddr, TcpListener};
use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, dev::Server};

use crate::desk::Desk;
use crate::telemetry::Metrics;

/// What every handler works with.
#[derive(Clone)]
pub struct State {
    /// The verbs.
    pub desk: Desk,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// Longest JSON body in bytes.
    pub max_json_bytes: usize,
    /// Proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether the cases are made up, which every page then says.
    pub synthetic: bool,
    /// Whether the database was made for tests, so that its clock may be set.
    pub test: bool,
}

/// How long a connection may take to send its request's head, in milliseconds.
const HEAD_MS: u64 = 8_000;
/// How long requests under way may take to end at shutdown, in seconds.
const SHUTDOWN_S: u64 = 20;

/// Serves on an open port until it is told to stop.
pub fn serve(state: State, port: TcpListener, workers: usize) -> std::io::Result<Server> {
    let state = actix_web::web::Data::new(state);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .wrap(from_fn(access::guard))
            .wrap(from_fn(trace::trace))
            .configure(routes::register)
    })
    .client_request_timeout(std::time::Duration::from_millis(HEAD_MS))
    .shutdown_timeout(SHUTDOWN_S)
    .disable_signals();
    let server = if workers > 0 { server.workers(workers) } else { server };
    Ok(server.listen(port)?.run())
}
