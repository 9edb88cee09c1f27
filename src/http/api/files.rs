//! Evidence comes in.

use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;

use super::super::State;
use super::super::pace;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{Done, done, guest, once, send};
use crate::desk::DeskError;
use crate::desk::attach::FileView;

/// Takes a file in: the body is its bytes, sealed as they arrive.
#[utoipa::path(post, path = "/api/v1/files", tag = "files",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = FileView), (status = 413, body = ProblemDocument),
              (status = 415, body = ProblemDocument)))]
pub async fn upload(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let desk = &state.desk;
        let mut arriving = desk.begin_file().await?;
        pace::upload(payload, &state.bounds, async |mut body| {
            while let Some(chunk) = body.next().await {
                let chunk = chunk.map_err(|_| Problem::broken_body())?;
                arriving.take(&chunk).await.map_err(DeskError::from)?;
            }
            Ok(())
        })
        .await?;
        let kept = desk.end_file(arriving).await.map_err(DeskError::from)?;
        // The content's own hash stands for the body: it need not be held in memory for the key.
        let once = once(&req, &state, guest(&req).as_ref(), kept.sha256.as_bytes())?;
        Ok(send(desk.attach(kept, once).await?))
    }
    .await;
    done(&req, result)
}
