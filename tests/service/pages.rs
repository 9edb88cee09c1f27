//! What protects whoever uses the pages: forms that only our pages can send, headers on everything,
//! nothing secret where a browser keeps it. For every route that there is.

use hotline::http::routes::{Access, ROUTES};
use serde_json::json;

use crate::on_both;
use crate::stage::{SAID, Sent, address, form, furnish};
use crate::units::{COUNTY, ROLES};
use crate::visitor::{OWN_PAGE, Visitor, rows};
use crate::wire::bare;
use crate::world::{Reply, World};

on_both!(
    s24_only_forms_of_our_own_pages_write,
    s24_a_session_does_not_write_for_another_site,
    s24_reading_never_writes,
    s25_s26_every_answer_carries_the_headers,
    s29_nothing_secret_stands_in_an_address_or_a_title,
    s29_no_parameter_leads_to_another_site,
);

fn is_page(path: &str) -> bool {
    !["/api/", "/test/", "/healthz", "/readyz", "/metrics"].iter().any(|p| path.starts_with(p))
}

fn s24_only_forms_of_our_own_pages_write(world: &mut World) {
    let stage = furnish(world);
    let world = stage.asked.world;
    let stranger = Visitor::log_in(world, "supervisor-430121");
    let public = Visitor::public(world);
    let forms = ROUTES.iter().filter(|route| route.method != "GET" && is_page(route.path));
    let mut counted = 0;
    let all = rows(world);
    for route in forms {
        assert_eq!(route.method, "POST", "{}: pages know GET and POST alone", route.path);
        counted += 1;
        // Its file comes in parts, and most pages take none.
        let in_parts = route.path == "/import";
        let takes_files = ["/tip", "/call", "/cases/{no}", "/import", "/progress/act"];
        let takes_files = takes_files.contains(&route.path);
        let Sent { path, by, fields } = form(route.path, &stage);
        let login = || Visitor::log_in(world, by);
        let visitor = if by.is_empty() { Visitor::public(world) } else { login() };
        let fields: Vec<_> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        // Of somebody else: another session's, and for staff also the public's.
        let others = [&*stranger.token, if by.is_empty() { "0.0" } else { &*public.token }];
        let own = visitor.token.as_str();
        let cut = &own[..own.len() - 1];
        let before = rows(world);
        let refused = |reply: Reply, code: &str, how: &str| {
            assert_eq!(reply.status, 403, "{path} {how}: {}", reply.text);
            let words = match code {
                "form_token" => "页面已过期或不是本站的页面",
                _ => "请求来自其他网站",
            };
            assert!(reply.text.contains(words), "{path} {how}: {}", reply.text);
        };
        for token in ["", "0", cut, others[0], others[1]] {
            let how = format!("with the token «{token}»");
            refused(visitor.send_with(&path, &fields, token, &OWN_PAGE), "form_token", &how);
            let uploaded = visitor.upload(&path, &fields, token, &OWN_PAGE);
            match takes_files {
                true => refused(uploaded, "form_token", &how),
                false => assert_eq!(uploaded.status, 415, "{path} {how}: {}", uploaded.text),
            }
        }
        for headers in FOREIGN {
            let how = format!("with {headers:?}");
            refused(visitor.send_with(&path, &fields, own, headers), "foreign_page", &how);
            refused(visitor.upload(&path, &fields, own, headers), "foreign_page", &how);
        }
        assert_eq!(rows(world), before, "{path} wrote something");
        // The same, sent as our own page does, goes through: it was the token that was missing.
        let reply = match in_parts {
            true => visitor.upload(&path, &fields, own, &OWN_PAGE),
            false => visitor.send(&path, &fields),
        };
        let word = match route.path {
            "/login" => 401,
            // No case was closed in that month.
            "/import" | "/draws" => 422,
            "/setup" => 409,
            _ => 303,
        };
        let done = matches!(reply.status, 200 | 201) || reply.status == word;
        assert!(done, "{path}: {} {}", reply.status, reply.text);
    }
    assert!(counted >= 10, "{counted} forms");
    assert_ne!(rows(world), all, "nothing was seen to be written");
}

/// What a browser says where a page of another site sends something.
const FOREIGN: [&[(&str, &str)]; 5] = [
    &[("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")],
    &[("Origin", "https://evil.example")],
    &[("Sec-Fetch-Site", "cross-site")],
    &[("Sec-Fetch-Site", "same-site"), ("Origin", "null")],
    &[("Origin", "http://127.0.0.1")],
];

fn s24_a_session_does_not_write_for_another_site(world: &mut World) {
    let stage = furnish(world);
    let world = stage.asked.world;
    let visitor = Visitor::log_in(world, "judge-430121");
    let before = rows(world);
    let writes = ROUTES.iter().filter(|r| r.method != "GET" && r.path.starts_with("/api/"));
    for route in writes {
        let path = address(route.path, &stage);
        // A frame without an origin, in a browser that says no more: here no token speaks for it.
        let nobody: &[(&str, &str)] = &[("Origin", "null")];
        for headers in FOREIGN.into_iter().chain([nobody]) {
            let mut headers = headers.to_vec();
            headers.push(("Cookie", &visitor.cookie));
            let body = json!({ "act": "note", "text": "记一笔" }).to_string();
            let reply = world.ask(route.method, "", &path, &headers, body.as_bytes());
            reply.refused(403, "foreign_page");
        }
    }
    assert_eq!(rows(world), before);
    // From our own page the session holds.
    let own = [("Origin", "null"), ("Sec-Fetch-Site", "same-origin"), ("Cookie", &visitor.cookie)];
    let body = json!({ "act": "note", "text": "记一笔" }).to_string();
    world.ask("POST", "", &stage.accepted.path("/entries"), &own, body.as_bytes()).ok(201);
}

fn s24_reading_never_writes(world: &mut World) {
    let stage = furnish(world);
    let world = stage.asked.world;
    let everybody = ROLES.map(|role| format!("{role}-{COUNTY}"));
    let mut visitors: Vec<_> = everybody.iter().map(|who| Visitor::log_in(world, who)).collect();
    visitors.push(Visitor::public(world));
    let before = rows(world);
    let mut read = 0;
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        for visitor in &visitors {
            read += u32::from(visitor.get(&address(route.path, &stage)).status < 400);
        }
    }
    assert!(read > 100, "only {read} answers");
    let after = rows(world);
    let new: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
    assert_eq!((after.len(), new), (before.len(), vec![]));
}

/// S25 word by word, and the values of S26.
const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-robots-tag", "noindex, nofollow"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
];

fn s25_s26_every_answer_carries_the_headers(world: &mut World) {
    let stage = furnish(world);
    let world = stage.asked.world;
    let judge = Visitor::log_in(world, "judge-430121");
    let public = Visitor::public(world);
    let mut answers = Vec::new();
    for route in ROUTES {
        let path = address(route.path, &stage);
        for visitor in [&public, &judge] {
            let reply = match route.method {
                "GET" => visitor.get(&path),
                _ => visitor.send(&path, &[("text", "x")]),
            };
            answers.push((format!("{} {path}", route.method), reply));
        }
    }
    let page = public.get("/").text;
    let assets = page.split('"').filter(|part| part.starts_with("/assets/"));
    let assets: Vec<_> = assets.map(str::to_owned).collect();
    assert!(assets.len() >= 3, "{assets:?}");
    for asset in &assets {
        let reply = public.get(asset);
        assert_eq!(reply.status, 200, "{asset}");
        assert!(reply.header("cache-control").unwrap().contains("immutable"), "{asset}");
        answers.push((asset.clone(), reply));
    }
    let long = "长".repeat(600_000);
    answers.push(("too long".into(), public.send("/tip", &[("text", &long)])));
    answers.push(("no such page".into(), public.get("/nowhere")));
    answers.push(("another method".into(), world.ask("DELETE", "", "/tip", &[], b"")));
    answers.push(("no such method".into(), world.ask("POST", "", "/cases/1/2", &[], b"")));
    let statuses: std::collections::BTreeSet<u16> =
        answers.iter().map(|(_, reply)| reply.status).collect();
    for status in [200, 303, 400, 401, 403, 404, 405, 413, 422] {
        assert!(statuses.contains(&status), "no {status} among {statuses:?}");
    }
    for (what, reply) in &answers {
        for (name, value) in HEADERS {
            let told = reply.headers.iter().filter(|(known, _)| known == name);
            let told: Vec<_> = told.map(|(_, value)| value.as_str()).collect();
            assert_eq!(told, [value], "{name} of {what} ({})", reply.status);
        }
        assert_eq!(reply.header("server"), None, "{what}");
        let kept = !what.starts_with("/assets/");
        assert_eq!(kept, reply.header("cache-control") == Some("no-store"), "{what}");
    }
}

/// What a browser's history, a proxy's log or a neighbour's glance would keep of a page.
fn addresses_of(reply: &Reply) -> String {
    let mut found = format!("{:?}\n", reply.header("location"));
    for (from, to) in [("<title>", "</title>"), ("href=\"", "\""), ("action=\"", "\"")] {
        let parts = reply.text.split(from).skip(1).filter_map(|rest| rest.split_once(to));
        found.extend(parts.map(|(part, _)| format!("{part}\n")));
    }
    found.extend(reply.text.split("src=\"").skip(1).map(|rest| &rest[..rest.len().min(200)]));
    found
}

fn s29_nothing_secret_stands_in_an_address_or_a_title(world: &mut World) {
    world.set_clock("2026-11-23T02:00:00Z");
    let (name, phone, mail) = ("金丝雀戊", "139-7777-0009", "wu.canary@secret.example");
    let secrets = |who: &Visitor<'_>, code: &str| {
        let session = who.cookie.split_once('=').map(|(_, value)| value.to_owned());
        let mut list: Vec<String> = [name, phone, mail, SAID, &who.token].map(Into::into).into();
        list.extend(session);
        list.extend((!code.is_empty()).then(|| code.to_owned()));
        list
    };
    let told = [
        ("division", COUNTY),
        ("channel", "phone"),
        ("text", SAID),
        ("informant.mode", "confidential"),
        ("informant.name", name),
        ("informant.phone", phone),
        ("informant.email", mail),
    ];
    let bare = |shown: &str| shown.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    for who in ["", "operator-430121"] {
        let visitor =
            if who.is_empty() { Visitor::public(world) } else { Visitor::log_in(world, who) };
        let path = if who.is_empty() { "/tip" } else { "/call" };
        let mut faulty = told.to_vec();
        faulty[0].1 = "火星";
        let mut seen = vec![visitor.get(path), visitor.send(path, &faulty)];
        let receipt = visitor.send(path, &told);
        assert_eq!(receipt.status, 201, "{}", receipt.text);
        let big = receipt.text.split("class=\"big number\">").skip(1);
        let shown: Vec<String> = big.map(|rest| rest.split('<').next().unwrap().into()).collect();
        let (number, code) = (bare(&shown[0]), bare(&shown[1]));
        seen.push(receipt);
        let asked = [("number", &*number), ("code", &*code), ("act", "reopen"), ("text", "请复核")];
        seen.push(visitor.send("/progress", &asked[..2]));
        assert_eq!(seen[3].status, 200, "{}", seen[3].text);
        seen.push(visitor.send("/progress/act", &asked));
        seen.push(
            visitor.send("/progress", &[("number", &*number), ("code", "AAAAA-AAAAA-AAAAA")]),
        );
        seen.extend(["/", "/cases", "/login"].map(|path| visitor.get(path)));
        for reply in &seen {
            let kept = addresses_of(reply);
            for secret in secrets(&visitor, &code).iter().chain([&number]).chain(&shown) {
                assert!(!kept.contains(secret.as_str()), "«{secret}» in {kept}");
            }
        }
    }
}

fn s29_no_parameter_leads_to_another_site(world: &mut World) {
    let public = Visitor::public(world);
    let judge = Visitor::log_in(world, "judge-430121");
    let hostile = [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%2f%2fevil.example",
        "javascript:alert(1)",
        "/cases\r\nX-Evil: 1",
        "/cases?to=https://evil.example",
        "evil.example",
        "/.//evil.example",
        " //evil.example",
        "",
    ];
    let word = crate::world::password("judge-430121");
    for to in hostile {
        let typed = crate::wire::in_url(to);
        let asked = judge.get(&format!("/login?to={typed}"));
        let entered = [("login", "judge-430121"), ("password", &*word), ("to", to)];
        let answers = [
            asked,
            public.send("/login", &entered),
            public.send("/language", &[("lang", "en"), ("to", to)]),
            public.send("/language", &[("lang", to), ("to", "/tip")]),
        ];
        for reply in answers {
            assert_eq!(reply.header("x-evil"), None);
            let Some(leads) = reply.header("location") else {
                assert!(reply.status >= 400, "{to}: {}", reply.status);
                continue;
            };
            let own = leads.starts_with('/') && !leads[1..].starts_with(['/', '\\']);
            assert!(own && !leads.contains(['?', '\\', '%']), "«{to}» leads to {leads}");
        }
    }
    // What is ours is followed.
    let reply = public.send("/language", &[("lang", "en"), ("to", "/progress")]);
    assert_eq!(reply.header("location"), Some("/progress"));
    assert!(reply.header("set-cookie").unwrap().starts_with("hotline-lang=en;"));
    let reply = public.send("/language", &[("lang", "fr"), ("to", "/progress")]);
    assert!(reply.header("set-cookie").unwrap().starts_with("hotline-lang=zh;"));
}

/// A page behind a login says so to people, by the way to it; nothing else is told.
#[test]
fn s24_a_page_behind_a_login_leads_to_it() {
    let world = World::start(crate::world::Backend::Sqlite);
    let public = Visitor::public(&world);
    for route in ROUTES.iter().filter(|r| r.method == "GET" && is_page(r.path)) {
        let path = route.path.replace(['{', '}'], "");
        let closed = !matches!(route.access, Access::Anyone);
        let reply = public.get(&path);
        let login = format!("/login?to={path}");
        assert_eq!(reply.header("location") == Some(&*login), closed, "{path} {}", reply.status);
        assert_eq!(bare(&world, "GET", &path).0 == 401, closed, "{path}");
    }
}
