//! Around every handler: a fault of the program answers one request with a 500 and harms no other
//! (R28).

use std::panic::AssertUnwindSafe;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;
use futures_util::FutureExt;

use super::State;
use super::problem::Problem;

/// Asks a service on a test database to fail: `handler`, `read` or `write` says where.
const FAIL: &str = "x-test-fail";

/// Wraps every handler. Not the whole application: routing needs the request to itself, and an
/// answer needs a request.
pub async fn shield(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let asked = req.request().clone();
    let work = async {
        if let Some(problem) = fail(&req).await {
            let answer = problem.answer(req.request());
            return Ok(req.into_response(answer));
        }
        Ok(next.call(req).await?.map_into_boxed_body())
    };
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(done) => done,
        Err(_) => {
            let answer = Problem::broken().answer(&asked);
            Ok(ServiceResponse::new(asked, answer))
        }
    }
}

/// Fails as a test asked for it; on any other database nothing asks.
async fn fail(req: &ServiceRequest) -> Option<Problem> {
    let state = req.app_data::<web::Data<State>>().filter(|state| state.test)?;
    let place = req.headers().get(FAIL)?.to_str().ok()?;
    state.desk.fail(place).await.err().map(Problem::from)
}
