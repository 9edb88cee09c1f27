//! The first account: no default one, a token that the terminal shows, and nothing once there is one.

use serde_json::{Value, json};

use crate::on_both;
use crate::world::{Reply, World, wait_for};

on_both!(s4_a_fresh_service_has_no_account_and_one_token_that_works_once);

const PASSWORD: &str = "seven herons along the mill stream";

/// What the terminal showed, token last.
pub fn shown(world: &World) -> Option<String> {
    let out = std::fs::read_to_string(world.log_file(0).with_extension("out")).unwrap();
    let token = out.lines().last()?.to_owned();
    assert!(out.contains(&format!("http://{}/setup", world.address())), "{out}");
    assert!(out.contains("一次性令牌") && out.contains("works once"), "{out}");
    assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{out}");
    Some(token)
}

fn body(token: &str, login: &str) -> Value {
    json!({ "token": token, "login": login, "password": PASSWORD, "unit": "430000" })
}

fn set_up(world: &World, body: &Value) -> Reply {
    world.post("", "/api/v1/setup", body)
}

/// Waits while guessing has slowed this source down.
fn patiently(world: &World, body: &Value) -> Reply {
    wait_for("the throttle", || Some(set_up(world, body)).filter(|reply| reply.status != 429))
}

fn log_in(world: &World, login: &str, password: &str) -> Reply {
    world.post("", "/api/v1/session", &json!({ "login": login, "password": password }))
}

fn s4_a_fresh_service_has_no_account_and_one_token_that_works_once(world: &mut World) {
    // With users there is nothing to set up.
    assert_eq!(shown(world), None);
    set_up(world, &body(&"0".repeat(64), "first")).refused(409, "set_up_already");
    world.stop();
    world.sql("DELETE FROM credentials").unwrap();
    world.sql("DELETE FROM users").unwrap();
    world.serve();
    let first = shown(world).unwrap();
    for login in ["admin", "root", "hotline", "test", "user", "12336", "demo"] {
        for password in [login, "admin", "password", "12336", "123456", "demo", &first] {
            let refused = log_in(world, login, password);
            assert!([401, 429].contains(&refused.status), "{login}: {}", refused.text);
        }
    }

    // A restart offers a new one; the old one is worth nothing.
    world.kill_and_restart();
    let token = shown(world).unwrap();
    assert_ne!(token, first);
    assert!(!world.names("SELECT value AS name FROM meta").contains(&token), "kept in clear");
    set_up(world, &body(&first, "first")).refused(403, "wrong_setup_token");
    for (field, value) in
        [("password", json!("admin")), ("unit", json!("999999")), ("login", json!("a b"))]
    {
        let mut faulty = body(&token, "first");
        faulty[field] = value;
        let refused = set_up(world, &faulty);
        let said = refused.refused(422, "invalid");
        assert_eq!(said["errors"][0]["field"], field, "{said}");
    }

    // Guessing is slowed down.
    let guess = |n| set_up(world, &body(&format!("{n}{}", &token[1..]), "guess")).status;
    let wrong: Vec<u16> = "ghijklmnop".chars().map(guess).collect();
    let slowed = wrong.iter().filter(|status| **status == 429).count();
    assert!(wrong[0] == 403 && slowed >= 5, "{wrong:?}");

    // Of several at once one is first.
    patiently(world, &json!({ "token": token, "login": "x", "password": "x", "unit": "43" }))
        .refused(422, "invalid");
    let mut done: Vec<(u16, String)> = std::thread::scope(|scope| {
        let ask = |n: usize| {
            let (login, world) = (format!("first{n}"), &*world);
            let body = body(&format!(" {token}\n"), &login);
            scope.spawn(move || (set_up(world, &body).status, login))
        };
        let asked: Vec<_> = (0..3).map(ask).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    done.sort();
    assert_eq!(done.iter().map(|one| one.0).collect::<Vec<_>>(), [201, 409, 409], "{done:?}");
    let who = log_in(world, &done[0].1, PASSWORD).ok(200);
    assert_eq!(who["roles"], json!(["admin"]));
    assert_eq!(who["unit"], "430000");
    set_up(world, &body(&token, "second")).refused(409, "set_up_already");
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(!log.contains(&token) && !log.contains(&first), "{log}");

    world.kill_and_restart();
    assert_eq!(shown(world), None);
    set_up(world, &body(&token, "second")).refused(409, "set_up_already");
}
