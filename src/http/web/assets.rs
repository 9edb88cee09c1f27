//! The files beside the pages: one style sheet and small modules of our own, compiled in. Each has
//! an address that changes with its content, so that a browser may keep it for ever.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, http::header, web};

use super::super::problem::Problem;
use crate::seal::digest;

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Name, media type, content.
const FILES: [(&str, &str, &[u8]); 6] = [
    ("site.css", CSS, include_bytes!("assets/site.css")),
    ("mark.svg", SVG, include_bytes!("assets/mark.svg")),
    ("site.js", JS, include_bytes!("assets/site.js")),
    ("combobox.js", JS, include_bytes!("assets/combobox.js")),
    ("alike.js", JS, include_bytes!("assets/alike.js")),
    ("keys.js", JS, include_bytes!("assets/keys.js")),
];

/// Digits of the content's hash in an address.
const TAG: usize = 12;

struct Asset {
    address: String,
    kind: &'static str,
    body: &'static [u8],
    name: &'static str,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |(name, kind, body): &(&'static str, &'static str, &'static [u8])| {
        let tag = &digest(&[body])[..TAG];
        Asset { address: format!("/assets/{tag}-{name}"), kind, body, name }
    };
    FILES.iter().map(asset).collect()
});

/// The address of a file.
pub fn address(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.address.as_str())
}

/// `GET /assets/{name}`
pub async fn serve(req: HttpRequest) -> HttpResponse {
    match ASSETS.iter().find(|asset| asset.address == req.path()) {
        Some(asset) => HttpResponse::Ok()
            .content_type(asset.kind)
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(web::Bytes::from_static(asset.body)),
        None => Problem::not_found().answer(&req),
    }
}
