//! The only room that names actix: requests in, answers out. It writes only through the desk.

mod access;
pub mod api;
mod filter;
mod openapi;
mod pace;
mod problem;
mod relief;
mod request;
pub mod routes;
mod server;
mod shield;
mod slots;
mod trace;
pub mod web;
mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::desk::Desk;
use crate::telemetry::Metrics;

pub use server::{Running, serve};

/// What every handler works with.
#[derive(Clone)]
pub struct State {
    /// The verbs.
    pub desk: Desk,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// Longest JSON body in bytes.
    pub max_json_bytes: usize,
    /// How slow a client may be.
    pub bounds: Bounds,
    /// Proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether the cases are made up, which every page then says.
    pub synthetic: bool,
    /// Whether the database was made for tests, so that its clock may be set.
    pub test: bool,
}

/// How much of the service one client may hold, and for how long.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// Connections at a time.
    pub connections: usize,
    /// How long a connection stays open between two requests.
    pub idle: Duration,
    /// How long a JSON body or a form without files may take.
    pub body: Duration,
    /// How long an upload may take.
    pub upload: Duration,
    /// Least rate of uploads and answers, in bytes a second.
    pub rate: u64,
    /// The time over which the rate of an answer is measured.
    pub stall: Duration,
}
