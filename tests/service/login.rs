//! S1–S11 and S24: logging in, what a session is, and how it ends.

#![allow(clippy::disallowed_methods, reason = "how long an answer takes is what is measured")]

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::case::call;
use crate::on_both;
use crate::wire::{add_user, bearer, run_with, timeless};
use crate::world::{Backend, Reply, World, password, text};

on_both!(
    s1_only_an_argon2id_hash_is_kept,
    s2_a_weak_password_is_refused_with_its_reason,
    s5_unknown_login_and_wrong_password_look_the_same,
    s9_a_session_is_new_at_each_login_and_its_cookie_is_bound,
    s10_a_session_ends_when_idle_and_after_a_shift,
    s11_logout_disable_and_a_new_role_end_sessions_at_once,
    s24_a_page_of_another_site_writes_nothing,
);

const COOKIE: &str = "__Host-hotline";

fn log_in(world: &World, login: &str, password: &str, headers: &[(&str, &str)]) -> Reply {
    let body = json!({ "login": login, "password": password }).to_string();
    world.ask("POST", "", "/api/v1/session", headers, body.as_bytes())
}

/// The pair that a browser would send back.
fn cookie(reply: &Reply) -> String {
    let set = reply.header("set-cookie").unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// Logs somebody of the harness in.
#[track_caller]
fn session(world: &World, login: &str) -> String {
    let reply = log_in(world, login, &password(login), &[]);
    assert_eq!(reply.status, 200, "{}", reply.text);
    cookie(&reply)
}

fn who(world: &World, cookie: &str) -> Reply {
    world.ask("GET", "", "/api/v1/session", &[("Cookie", cookie)], b"")
}

fn s1_only_an_argon2id_hash_is_kept(world: &mut World) {
    let hashes = world.names("SELECT password_hash AS name FROM users");
    assert_eq!(hashes.len(), 54);
    for hash in &hashes {
        let parts: Vec<&str> = hash.split('$').collect();
        assert_eq!(parts[1..3], ["argon2id", "v=19"], "{hash}");
        let cost = |name: &str| -> u32 {
            let found = parts[3].split(',').find_map(|pair| pair.strip_prefix(name));
            found.unwrap().parse().unwrap()
        };
        // 19 MiB, two passes, one lane: not less.
        assert!(cost("m=") >= 19_456 && cost("t=") >= 2 && cost("p=") >= 1, "{hash}");
    }
    // Each with a salt of its own: the same password twice is two hashes.
    add_user(world, "twin-a", "judge", "430121", "seven white egrets over the pond");
    add_user(world, "twin-b", "judge", "430121", "seven white egrets over the pond");
    let twins = world.names("SELECT password_hash AS name FROM users WHERE login LIKE 'twin-%'");
    assert_ne!(twins[0], twins[1]);
    // Tokens and sessions are kept as hashes too.
    let cookie = session(world, "judge-430121");
    let secret = cookie.split_once('=').unwrap().1;
    let kept = world.names("SELECT secret_hash AS name FROM credentials");
    assert!(!kept.iter().any(|hash| hash == secret || hash == world.token("judge-430121")));
}

fn s2_a_weak_password_is_refused_with_its_reason(world: &mut World) {
    let add = |login: &str, password: &str| {
        let arguments =
            ["user", "add", login, "--role", "judge", "--unit", "430121", "--password-stdin"];
        run_with(world, &arguments, &format!("{password}\n"))
    };
    let long = "x9界".repeat(90);
    let table = [
        ("", "fewer than 12"),
        ("short", "fewer than 12"),
        ("12345678901", "fewer than 12"),
        ("password1234", "words that anybody would try"),
        ("12336-12336-12336", "words that anybody would try"),
        ("举报举报举报举报举报举报", "words that anybody would try"),
        ("zhang.san430121", "words that anybody would try"),
        ("qwertyuiop123", "guessed quickly"),
        ("aaaaaaaaaaaaaaaa", "guessed quickly"),
        (&long, "more than 256"),
    ];
    for (weak, why) in table {
        let (done, said) = add("zhang.san", weak);
        assert!(!done && said.contains(why), "«{weak}»: {said}");
        assert!(weak.is_empty() || !said.contains(weak), "the password was repeated: {said}");
    }
    assert!(world.names("SELECT login AS name FROM users WHERE login = 'zhang.san'").is_empty());
    // Long ones without any rule of composition are taken, whatever they begin and end with: what
    // was typed once must be what is typed again.
    let good = [
        ("all.lower", "correct horse battery staple".to_owned()),
        ("chinese", "稻田里的第七只白鹭飞走了吗".to_owned()),
        ("long.one", "seven white egrets flew over the old mill pond ".repeat(4)),
        ("outer.space", "  two spaces then nine grey herons ".to_owned()),
    ];
    for (login, good) in good {
        let (done, said) = add(login, &good);
        assert!(done, "{login}: {said}");
        log_in(world, login, &good, &[]).ok(200);
    }
    let (done, said) = add("all.lower", "another long pass phrase here");
    assert!(!done && said.contains("exists already"), "{said}");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn s5_unknown_login_and_wrong_password_look_the_same(world: &mut World) {
    // Six units of nine people give more logins than tries, so no pair is held up.
    let logins: Vec<String> = crate::units::ROLES
        .iter()
        .flat_map(|role| ["430121", "430100", "430181"].map(|unit| format!("{role}-{unit}")))
        .take(20)
        .collect();
    let timed = |login: &str| {
        let began = Instant::now();
        let reply = log_in(world, login, "not the password at all", &[]);
        (began.elapsed(), reply)
    };
    timed("warm-up-430121");
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for login in &logins {
        // In turn, so that a slow minute of the machine falls on both.
        let (took, wrong) = timed(login);
        known.push(took);
        let (took, nobody) = timed(&login.replace("-43", "-99"));
        unknown.push(took);
        assert_eq!(timeless(&wrong), timeless(&nobody), "{login}");
        wrong.refused(401, "wrong_login");
    }
    let (known, unknown) = (median(known).as_secs_f64(), median(unknown).as_secs_f64());
    // Without the same work for both, one is more than ten times the other.
    let ratio = (known / unknown).max(unknown / known);
    assert!(ratio < 2.0, "known {known} s, unknown {unknown} s");
    // A shut account answers the same, even to its right password.
    world.run_ok(&["user", "disable", "judge-430000"]);
    let shut = log_in(world, "judge-430000", &password("judge-430000"), &[]);
    let nobody = log_in(world, "judge-990000", &password("judge-430000"), &[]);
    assert_eq!(timeless(&shut), timeless(&nobody));
}

/// The same from two addresses needs a client that can choose its own, and std cannot.
#[test]
fn s6_guessing_is_slowed_down_and_locks_nobody_out() {
    let world = World::start(Backend::Sqlite);
    let login = "judge-430121";
    let replies: Vec<Reply> =
        (0..8).map(|i| log_in(&world, login, &format!("wrong guess {i}"), &[])).collect();
    let evaluated = replies.iter().filter(|reply| reply.status == 401).count();
    assert!((1..=4).contains(&evaluated), "{evaluated}");
    let held = replies.last().unwrap();
    assert_eq!((held.status, held.json["code"].as_str()), (429, Some("too_many_tries")));
    let wait: u64 = held.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    // Not even the right password gets through from there: else guessing would go on.
    assert_eq!(log_in(&world, login, &password(login), &[]).status, 429);
    // Another login from the same address does.
    log_in(&world, "judge-430100", &password("judge-430100"), &[]).ok(200);
    let body = json!({ "login": login, "password": password(login) }).to_string();
    let curl = Command::new("curl")
        .args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "--interface", "127.0.0.2"])
        .args(["-H", "Content-Type: application/json", "-d", &body])
        .arg(format!("http://{}/api/v1/session", world.address()))
        .output();
    match curl {
        Ok(output) => assert_eq!(text(&output.stdout), "200", "the victim is locked out"),
        Err(_) => assert!(std::env::var("CI").is_err(), "curl is missing"),
    }
}

fn s9_a_session_is_new_at_each_login_and_its_cookie_is_bound(world: &mut World) {
    let planted = format!("{COOKIE}={}", "A".repeat(43));
    let login = "judge-430121";
    let first = log_in(world, login, &password(login), &[("Cookie", &planted)]);
    let set = first.header("set-cookie").unwrap().to_owned();
    let parts: Vec<&str> = set.split("; ").collect();
    for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(parts.contains(&part), "{part} is missing in {set}");
    }
    assert!(!set.to_lowercase().contains("domain="), "{set}");
    let first = cookie(&first);
    // What somebody planted before the login is not adopted.
    assert_ne!(first, planted);
    assert_eq!(who(world, &planted).status, 401);
    // Nor is a session taken over: each login makes another, also when one is shown.
    let again = log_in(world, login, &password(login), &[("Cookie", &first)]);
    let again = cookie(&again);
    assert_ne!(again, first);
    for known in [&first, &again] {
        assert_eq!(who(world, known).ok(200)["login"], login);
        let secret = known.split_once('=').unwrap().1;
        // 256 bits take 43 signs of base 64, or 64 of base 16.
        assert!(secret.len() >= 43, "{secret}");
    }
    // A session is no token and a token no session.
    let secret = again.split_once('=').unwrap().1;
    let shown = [("Authorization", &*format!("Bearer {secret}"))];
    assert_eq!(world.ask("GET", "", "/api/v1/session", &shown, b"").status, 401);
    let token = format!("{COOKIE}={}", world.token(login));
    assert_eq!(who(world, &token).status, 401);
}

fn s10_a_session_ends_when_idle_and_after_a_shift(world: &mut World) {
    world.set_clock("2026-11-23T00:00:00Z");
    let idle = session(world, "judge-430121");
    let busy = session(world, "judge-430121");
    let at = |time: &str| world.set_clock(&format!("2026-11-23T{time}Z"));
    at("00:29:00");
    who(world, &busy).ok(200);
    who(world, &idle).ok(200);
    at("00:58:30");
    who(world, &busy).ok(200);
    // 31 minutes after its last use.
    at("01:00:01");
    assert_eq!(who(world, &idle).status, 401);
    // In use all the time, it still ends with the shift.
    for minutes in (65..720).step_by(25) {
        at(&format!("{:02}:{:02}:00", minutes / 60, minutes % 60));
        who(world, &busy).ok(200);
    }
    at("11:59:30");
    who(world, &busy).ok(200);
    at("12:00:01");
    assert_eq!(who(world, &busy).status, 401);
    // A browser that still sends the dead cookie can use what needs no login.
    let mut web = call("430121");
    web["channel"] = json!("web");
    let body = web.to_string();
    world.ask("POST", "", "/api/v1/tips", &[("Cookie", &busy)], body.as_bytes()).ok(201);
}

fn s11_logout_disable_and_a_new_role_end_sessions_at_once(world: &mut World) {
    let login = "judge-430121";
    let (one, other) = (session(world, login), session(world, login));
    let gone = world.ask("DELETE", "", "/api/v1/session", &[("Cookie", &one)], b"");
    assert_eq!(gone.status, 204);
    assert!(gone.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert!(gone.header("clear-site-data").unwrap().contains("storage"));
    assert_eq!(who(world, &one).status, 401);
    who(world, &other).ok(200);

    world.run_ok(&["user", "set-role", login, "--role", "analyst"]);
    assert_eq!(who(world, &other).status, 401);
    // A token lives on, with what the role allows now.
    assert_eq!(world.get(login, "/api/v1/session").ok(200)["roles"], json!(["analyst"]));
    world.get(login, "/api/v1/cases").refused(403, "role_not_allowed");

    let shut = session(world, login);
    let extra = bearer(world, login);
    world.run_ok(&["user", "disable", login]);
    assert_eq!(who(world, &shut).status, 401);
    assert_eq!(world.get(login, "/api/v1/session").status, 401);
    let shown = [("Authorization", extra.as_str())];
    assert_eq!(world.ask("GET", "", "/api/v1/session", &shown, b"").status, 401);
    log_in(world, login, &password(login), &[]).refused(401, "wrong_login");
    // Opened again, the old sessions stay ended.
    world.run_ok(&["user", "enable", login]);
    assert_eq!(who(world, &shut).status, 401);
}

fn s24_a_page_of_another_site_writes_nothing(world: &mut World) {
    let own = session(world, "operator-430121");
    let before = world.names("SELECT number AS name FROM tips");
    let body = call("430121").to_string();
    let host = world.address();
    let home = format!("http://{host}");
    let tip = |cookie: Option<&str>, headers: &[(&str, &str)]| {
        let shown = cookie.map(|cookie| ("Cookie", cookie));
        let headers: Vec<_> = headers.iter().copied().chain(shown).collect();
        world.ask("POST", "", "/api/v1/tips", &headers, body.as_bytes())
    };
    let foreign: [&[(&str, &str)]; 5] = [
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", &home), ("Sec-Fetch-Site", "cross-site")],
    ];
    for headers in foreign {
        tip(Some(&own), headers).refused(403, "foreign_page");
        tip(None, headers).refused(403, "foreign_page");
        // A login that another site makes would put the reader into somebody else's account.
        let login = "judge-430121";
        log_in(world, login, &password(login), headers).refused(403, "foreign_page");
        let ended = headers.iter().copied().chain([("Cookie", own.as_str())]).collect::<Vec<_>>();
        world.ask("DELETE", "", "/api/v1/session", &ended, b"").refused(403, "foreign_page");
    }
    assert_eq!(world.names("SELECT number AS name FROM tips"), before);
    tip(Some(&own), &[("Origin", &home), ("Sec-Fetch-Site", "same-origin")]).ok(201);
    // A program that shows a token is no page.
    let token = format!("Bearer {}", world.token("operator-430121"));
    tip(None, &[("Authorization", &token), ("Origin", "https://evil.example")]).ok(201);
}
