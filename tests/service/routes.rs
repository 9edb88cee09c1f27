//! The table of routes itself: what stands in it and nothing else answers, and the API document says the
//! same.

use hotline::http::routes::{Access, ROUTES};
use serde_json::Value;

use crate::wire::bare;
use crate::world::World;

/// Metrics are for programs on this machine; a proxy on it speaks for somebody elsewhere.
#[test]
fn s56_metrics_are_not_passed_on_by_a_proxy() {
    let world = World::start(crate::world::Backend::Sqlite);
    for header in ["X-Forwarded-For", "Forwarded", "X-Real-Ip"] {
        let reply = world.ask("GET", "", "/metrics", &[(header, "203.0.113.9")], b"");
        reply.refused(404, "not_found");
    }
}

#[test]
fn s14_the_api_document_names_every_route_and_no_other() {
    let world = World::start(crate::world::Backend::Sqlite);
    let document: Value = world.get("", "/api/openapi.json").ok(200);
    let mut told: Vec<(String, String)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];
        let named = methods.iter().filter(|method| item.get(**method).is_some());
        told.extend(named.map(|method| (method.to_uppercase(), path.clone())));
    }
    let programs = ["/api/", "/test/", "/healthz", "/readyz", "/metrics"];
    let here = ROUTES.iter().filter(|r| programs.iter().any(|path| r.path.starts_with(path)));
    let mut here: Vec<_> = here.map(|r| (r.method.to_owned(), r.path.to_owned())).collect();
    told.sort();
    here.sort();
    assert_eq!(told, here);
}

#[test]
fn s14_what_is_not_in_the_table_does_not_exist() {
    let world = World::start(crate::world::Backend::Sqlite);
    let unknown = [
        "/api",
        "/tips",
        "/assets",
        "/assets/../keys",
        "/assets/none.css",
        "/reports/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/cases/",
        "/api/v1/users",
        "/.git/config",
        "/api/v1/cases/1/2",
        "/admin",
        "/healthz/",
        "//healthz",
        "/test",
        "/api/v1/sessions",
        "/api/v1/tips",
        "/api/v1/cases/1/entries/1",
        "/api/v2/cases",
        "/HEALTHZ",
        "/metrics/",
    ];
    for path in unknown {
        // POST is the one method of /api/v1/tips: asked by another it is there, and says so.
        let wanted = if path == "/api/v1/tips" { 405 } else { 404 };
        assert_eq!(bare(&world, "GET", path).0, wanted, "{path}");
        assert_eq!(world.get("supervisor-000000", path).status, wanted, "{path}");
    }
    let methods =
        ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "BREW"];
    for route in ROUTES {
        let path = route.path.replace(['{', '}'], "");
        let known: Vec<_> =
            ROUTES.iter().filter(|other| other.path == route.path).map(|r| r.method).collect();
        for method in methods.iter().filter(|method| !known.contains(method)) {
            let (status, answer) = bare(&world, method, &path);
            // CONNECT asks for another host, never for a path.
            let refused = status == 405 || (*method == "CONNECT" && (400..500).contains(&status));
            assert!(refused, "{method} {path}: {answer}");
            let allow = format!("allow: {}", known.join(", "));
            assert!(*method == "CONNECT" || answer.contains(&allow), "{method} {path}: {answer}");
        }
    }
}

/// The rule is what the route's answer to the public shows.
#[test]
fn s14_without_a_login_only_routes_for_anyone_answer() {
    let world = World::start(crate::world::Backend::Sqlite);
    for route in ROUTES {
        let path = route.path.replace(['{', '}'], "");
        let (status, answer) = bare(&world, route.method, &path);
        let closed = !matches!(route.access, Access::Anyone | Access::Local);
        assert_eq!(status == 401 && answer.contains("login_needed"), closed, "{}", route.path);
        assert!(status < 500, "{}: {answer}", route.path);
    }
}
