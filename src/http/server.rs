//! The server: connections with bounds, and an end that breaks no request off.

use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive};
use actix_service::{ServiceFactoryExt, boxed, fn_service, map_config};
use actix_web::dev::{AppConfig, Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, web};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::relief::relieve;
use super::slots::{Slots, raise_open_files};
use super::wire::{Patience, Wire};
use super::{Bounds, State, access, routes, trace};

/// How long the head of a connection's first request may take; who is late is told so.
const HEAD: Duration = Duration::from_secs(8);
/// How long every later head may take, from its first byte on; the connection is then closed. Longer
/// than the other, so that a first head that is late gets its answer.
const LATER_HEAD: Duration = Duration::from_secs(9);
/// How long a client is listened to that was answered while it still sent: an answer that comes with
/// a reset is lost, and a longer wait is one more way to hold a connection.
const LINGER: Duration = Duration::from_secs(2);
/// How long every answer says that its connection ends, before idle ones are closed: a client that
/// heard it sends nothing more, so nothing is lost with the connection.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long requests under way may take to end at shutdown, in seconds.
const SHUTDOWN_S: u64 = 20;
/// Connections that the system holds until the service takes them: a burst of the public.
const BACKLOG: i32 = 1_024;

/// A server at work.
pub struct Running {
    handle: ServerHandle,
    work: JoinHandle<std::io::Result<()>>,
    relief: JoinHandle<()>,
    stopping: Arc<AtomicBool>,
}

impl Running {
    /// Ends it: every request that has come is answered, in 21 seconds at the most.
    pub async fn stop(self) -> std::io::Result<()> {
        self.stopping.store(true, Ordering::Relaxed);
        tokio::time::sleep(FAREWELL).await;
        // It holds the port open as well.
        self.relief.abort();
        self.handle.stop(true).await;
        self.work.await.map_err(std::io::Error::other)?
    }
}

/// Whether connections are to end with their next answer.
#[derive(Clone)]
pub struct Farewell(Arc<AtomicBool>);

impl Farewell {
    /// Whether it is time.
    pub fn is_said(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Serves on an open port until it is told to stop.
pub fn serve(state: State, port: TcpListener, workers: usize) -> std::io::Result<Running> {
    let bounds = state.bounds;
    let slots = Slots::new(bounds.connections, raise_open_files());
    let stopping = Arc::new(AtomicBool::new(false));
    let (state, farewell) = (web::Data::new(state), Farewell(Arc::clone(&stopping)));
    rustix::net::listen(&port, BACKLOG)?;
    // The framework does not wait for connections either; both handles are of one port.
    port.set_nonblocking(true)?;
    let relief = tokio::spawn(relieve(port.try_clone()?));
    let builder = Server::build()
        // Per worker, and only so that the framework never bounds before the slots do.
        .max_concurrent_connections(slots.most())
        .shutdown_timeout(SHUTDOWN_S)
        .disable_signals();
    let builder = if workers > 0 { builder.workers(workers) } else { builder };
    let draining = builder.graceful_shutdown_signal();
    let patience = patience(&bounds);
    let server = builder.listen("hotline", port, move || {
        let app = App::new()
            .app_data(state.clone())
            .app_data(farewell.clone())
            .wrap(from_fn(access::guard))
            .wrap(from_fn(trace::trace))
            .configure(routes::register);
        let app = map_config(app, |()| AppConfig::default());
        let app = app.map_err(|error: actix_web::Error| error.error_response());
        let draining = draining.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let draining = draining.clone();
                async move { draining.notified().await }
            })
            .keep_alive(KeepAlive::Timeout(bounds.idle))
            .client_request_timeout(HEAD)
            .client_disconnect_timeout(LINGER)
            .tcp_nodelay(true)
            .on_connect_ext(|wire: &Wire, data| {
                data.insert::<Rc<_>>(wire.meter());
            })
            .h1(app);
        let slots = slots.clone();
        let take = move |socket: TcpStream| {
            let slots = slots.clone();
            async move {
                let Some(slot) = slots.take() else {
                    // Boxed: every connection would keep room for it as long as it is open.
                    Box::pin(slots.turn_away(socket)).await;
                    return Err(DispatchError::DisconnectTimeout);
                };
                let peer = socket.peer_addr().ok();
                Ok((Wire::new(socket, patience, slot), peer))
            }
        };
        // Boxed: the framework would keep room twice for what it awaits, ten thousand times over.
        boxed::factory(fn_service(take).and_then(http))
    })?;
    let server = server.run();
    Ok(Running { handle: server.handle(), work: tokio::spawn(server), relief, stopping })
}

fn patience(bounds: &Bounds) -> Patience {
    let least = bounds.rate.saturating_mul(bounds.stall.as_secs());
    let least = usize::try_from(least).unwrap_or(usize::MAX);
    Patience { head: LATER_HEAD, stall: bounds.stall, least }
}
