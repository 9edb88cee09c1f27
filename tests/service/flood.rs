//! Floods: nothing is refused, what is real stays in the daily lists, and what was held comes back.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::case::{Case, call};
use crate::on_both;
use crate::units::{COUNTY, OTHER_COUNTY, PROVINCE};
use crate::world::{Backend, World, has_postgres, wait_for};

on_both!(
    s45_a_flood_from_one_source_is_taken_in_and_held_as_one_group,
    s45_a_flood_of_one_text_from_many_sources_is_one_group,
    s46_a_forged_source_is_not_believed_and_no_source_is_kept,
    staff_and_calm_days_are_not_held,
    a_tip_that_is_sent_again_under_its_key_is_counted_once
);

const TIPS: usize = 300;
const PER_SOURCE: usize = 20;
const PER_TEXT: usize = 8;
const JUDGE: &str = "judge-430000";

/// A service behind a proxy, with low thresholds.
fn start(world: &mut World, per_source: usize, per_text: usize, trusted: &str) {
    let (per_source, per_text) = (per_source.to_string(), per_text.to_string());
    let settings = [
        ("HOTLINE_FLOOD__PER_SOURCE", per_source.as_str()),
        ("HOTLINE_FLOOD__PER_TEXT", &per_text),
        ("HOTLINE_FLOOD__WINDOW", "3600"),
        ("HOTLINE_SERVER__TRUSTED_PROXIES", trusted),
    ];
    *world = World::start_with(world.backend, &settings);
}

fn tip(text: &str) -> Value {
    let mut body = call(COUNTY);
    body["channel"] = json!("web");
    body["text"] = json!(text);
    body
}

/// Sends a tip of the public as from an address; it must be taken in, and soon.
#[allow(clippy::disallowed_methods, reason = "a test takes the time")]
fn send(world: &World, address: &str, body: &Value) -> Value {
    let begun = std::time::Instant::now();
    let headers = [("X-Forwarded-For", address)];
    let body = body.to_string();
    let said = world.ask("POST", "", "/api/v1/tips", &headers, body.as_bytes()).ok(201);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(said["receipt"]["code"].is_string() && said["leaf"].is_string(), "{said}");
    said
}

fn numbers(world: &World, who: &str, query: &str) -> BTreeSet<String> {
    let list = world.get(who, &format!("/api/v1/cases?limit=500{query}")).ok(200);
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["case"].as_str().unwrap().to_owned()).collect()
}

fn groups(world: &World, who: &str) -> Vec<Value> {
    world.get(who, "/api/v1/holds").ok(200)["items"].as_array().unwrap().clone()
}

fn no(said: &Value) -> String {
    said["case"].as_str().unwrap().to_owned()
}

fn s45_a_flood_from_one_source_is_taken_in_and_held_as_one_group(world: &mut World) {
    start(world, PER_SOURCE, 0, "127.0.0.1");
    let mut all = BTreeSet::new();
    let mut real = Vec::new();
    let mut last = Value::Null;
    for n in 0..TIPS {
        let other = char::from_u32(0x4e00 + n as u32).unwrap().to_string();
        last =
            send(world, "203.0.113.5", &tip(&format!("第一千零一夜的故事之{}", other.repeat(9))));
        all.insert(no(&last));
        if n % 100 == 50 {
            real.push(no(&send(world, &format!("198.51.100.{n}"), &tip("村北河道夜间有人采砂"))));
        }
    }
    assert_eq!(all.len(), TIPS);
    let daily = numbers(world, JUDGE, "");
    assert!(real.iter().all(|no| daily.contains(no)));
    assert_eq!(daily.len(), PER_SOURCE + real.len());
    let found = groups(world, JUDGE);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["reason"], "source");
    assert_eq!(found[0]["tips"], TIPS - PER_SOURCE);
    let group = found[0]["group"].as_str().unwrap();
    let held = numbers(world, JUDGE, &format!("&held={group}"));
    assert_eq!(held.len(), TIPS - PER_SOURCE);
    assert!(held.is_disjoint(&daily) && held.is_subset(&all));
    assert_eq!(held.first().map(String::as_str), found[0]["case"].as_str());
    assert_eq!(numbers(world, JUDGE, "&held=all").len(), TIPS + real.len());
    assert!(numbers(world, JUDGE, "&held=none-such").is_empty());

    // A held case is a case: it has its duties, is worked on, and its informant sees nothing of it.
    let case = Case::of(world, &last);
    assert!(held.contains(&case.no));
    assert_eq!(case.outstanding(JUDGE), ["judge", "reply"]);
    let code = [("X-Query-Code", case.code.as_str())];
    let path = format!("/api/v1/tips/{}", case.tip);
    let progress = world.ask("GET", "", &path, &code, b"").ok(200).to_string();
    assert!(!progress.contains("held") && !progress.contains(group), "{progress}");
    assert_eq!(case.done(JUDGE, &json!({ "act": "accept" })), "accepted");

    // A restart keeps the hold; the audit finds nothing amiss.
    world.kill_and_restart();
    assert_eq!(groups(world, JUDGE), found);
    assert_eq!(numbers(world, JUDGE, ""), daily);
    let said = world.run_ok(&["audit"]);
    assert!(
        said.contains(&format!("{} cases", TIPS + real.len())) && said.contains(" 0 faults"),
        "{said}"
    );
}

fn s45_a_flood_of_one_text_from_many_sources_is_one_group(world: &mut World) {
    start(world, PER_SOURCE, PER_TEXT, "127.0.0.1");
    // The same but for what machines vary; among it somebody else's words, and another county's.
    let flood = |n: usize| format!("村东头 占用耕地，建厂房 {n}！{}", " ".repeat(n % 3));
    let send_one = |world: &World, n: usize| {
        send(world, &format!("203.0.{}.{}", n / 250, n % 250), &tip(&flood(n)))
    };
    let mut real = BTreeSet::new();
    for n in 0..TIPS {
        send_one(world, n);
        if n == 150 {
            real.insert(no(&send(world, "198.51.100.7", &tip("村西头占用耕地，建厂房 150！"))));
        }
    }
    let daily = numbers(world, JUDGE, "");
    assert!(real.is_subset(&daily));
    assert_eq!(daily.len(), PER_TEXT + 1);
    let found = groups(world, JUDGE);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["reason"], &found[0]["tips"]), (&json!("text"), &json!(TIPS - PER_TEXT)));
    let group = found[0]["group"].as_str().unwrap().to_owned();

    // After a restart the same text joins the same group once it is a flood again.
    world.kill_and_restart();
    for n in 0..PER_TEXT + 2 {
        send_one(world, n);
    }
    let found = groups(world, JUDGE);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["tips"], TIPS - PER_TEXT + 2);

    // Part of it is another county's, and one accuses the county's own bureau: everybody sees, and
    // lets go, what is theirs.
    let mut others = tip(&flood(1));
    others["division"] = json!(OTHER_COUNTY);
    send(world, "203.0.113.1", &others);
    let mut accusing = tip(&flood(1));
    accusing["accused"] = json!("长沙县自然资源局");
    let hidden = no(&send(world, "203.0.113.1", &accusing));
    let elsewhere = "judge-440000";
    assert!(groups(world, elsewhere).is_empty());
    assert!(numbers(world, elsewhere, &format!("&held={group}")).is_empty());
    let release = format!("/api/v1/holds/{group}/release");
    world.post(elsewhere, &release, &json!({})).refused(404, "not_found");
    world.post(JUDGE, "/api/v1/holds/none-such/release", &json!({})).refused(404, "not_found");
    world.post("supervisor-430000", &release, &json!({})).refused(403, "role_not_allowed");
    let (county, other) = (format!("judge-{COUNTY}"), format!("judge-{OTHER_COUNTY}"));
    let counted = |who: &str| groups(world, who).first().map(|one| one["tips"].clone());
    assert_eq!(counted(&county), Some(json!(TIPS - PER_TEXT + 2)));
    assert!(!numbers(world, &county, "&held=all").contains(&hidden));
    assert_eq!(counted(JUDGE), Some(json!(TIPS - PER_TEXT + 4)));
    assert_eq!(counted(&other), Some(json!(1)));
    let let_go = |who: &str| world.post(who, &release, &json!({})).ok(200)["released"].clone();
    assert_eq!(let_go(&other), 1);
    assert_eq!(counted(&county), Some(json!(TIPS - PER_TEXT + 2)));

    // Let back, all of them stand in the daily list, and again is nothing more.
    assert_eq!(let_go(JUDGE), TIPS - PER_TEXT + 3);
    assert_eq!(numbers(world, JUDGE, "").len(), TIPS + 1 + PER_TEXT + 4);
    assert!(groups(world, JUDGE).is_empty());
    assert_eq!(let_go(JUDGE), 0);
    let by = world.names(
        "SELECT DISTINCT login AS name FROM holds JOIN users ON users.id = released_by \
         WHERE released_at IS NOT NULL ORDER BY 1",
    );
    assert_eq!(by, [JUDGE, &other]);
}

fn s46_a_forged_source_is_not_believed_and_no_source_is_kept(world: &mut World) {
    // Without a trusted proxy the header is anybody's word: all of these are one source.
    start(world, PER_SOURCE, 0, "");
    for n in 0..PER_SOURCE + 5 {
        let text = format!("各不相同的内容{}", char::from_u32(0x4e00 + n as u32).unwrap());
        send(world, &format!("203.0.113.{n}"), &tip(&text));
    }
    let found = groups(world, JUDGE);
    assert_eq!((found.len(), &found[0]["tips"]), (1, &json!(5)), "{found:?}");
    let kept = world.names("SELECT group_key || ' ' || reason AS name FROM holds");
    assert!(kept.iter().all(|row| !row.contains("203.0.113") && !row.contains("127.0.0.1")));
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(!log.contains("203.0.113."), "{log}");
    // The name of the group is drawn: after a restart the same source is another.
    let group = kept[0].clone();
    world.kill_and_restart();
    for n in 0..PER_SOURCE + 1 {
        let text = format!("又各不相同的内容{}", char::from_u32(0x5e00 + n as u32).unwrap());
        send(world, "203.0.113.1", &tip(&text));
    }
    let kept: BTreeSet<String> =
        world.names("SELECT group_key || ' ' || reason AS name FROM holds").into_iter().collect();
    assert!(kept.len() == 2 && kept.contains(&group), "{kept:?}");
}

fn staff_and_calm_days_are_not_held(world: &mut World) {
    start(world, 3, 3, "");
    for _ in 0..6 {
        world.post("operator-430000", "/api/v1/tips", &call(PROVINCE)).ok(201);
    }
    for _ in 0..3 {
        send(world, "203.0.113.1", &tip("村东头占用耕地约三亩建厂房，正在施工"));
    }
    assert!(groups(world, JUDGE).is_empty());
    assert_eq!(numbers(world, JUDGE, "").len(), 9);
    // 0 means that nothing is a flood.
    start(world, 0, 0, "");
    for _ in 0..30 {
        send(world, "203.0.113.1", &tip("村东头占用耕地约三亩建厂房，正在施工"));
    }
    assert!(groups(world, JUDGE).is_empty());
}

fn a_tip_that_is_sent_again_under_its_key_is_counted_once(world: &mut World) {
    start(world, 3, 3, "");
    let body = tip("村东头占用耕地约三亩建厂房，正在施工").to_string();
    let keyed = |key: &str| {
        let headers = [("Idempotency-Key", key)];
        world.ask("POST", "", "/api/v1/tips", &headers, body.as_bytes()).ok(201)
    };
    let first = keyed("bad-line");
    for _ in 0..9 {
        assert_eq!(keyed("bad-line"), first);
    }
    keyed("second");
    keyed("third");
    assert!(groups(world, JUDGE).is_empty());
    assert_eq!(numbers(world, JUDGE, "").len(), 3);
    // Tips of their own count as ever.
    keyed("fourth");
    assert_eq!(groups(world, JUDGE)[0]["tips"], 1);
}

/// Two let the same group back at once: the first has done it, and the second has done nothing.
#[test]
fn a_second_release_neither_overwrites_nor_counts_again() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, PgConnection};
    if !has_postgres() {
        return;
    }
    let world = &mut World::start(Backend::Postgres);
    start(world, 2, 0, "");
    for n in 0..5 {
        send(world, "203.0.113.1", &tip(&"各不相同".repeat(n + 1)));
    }
    let group = groups(world, JUDGE)[0]["group"].as_str().unwrap().to_owned();
    // Somebody else is about to commit the same.
    let mut other = PgConnection::establish(&world.database).unwrap();
    let first = "BEGIN; UPDATE holds SET released_at = '2026-11-01 00:00:00', released_by = \
                 (SELECT id FROM users WHERE login = 'judge-000000')";
    other.batch_execute(first).unwrap();
    let (world, path) = (&*world, format!("/api/v1/holds/{group}/release"));
    let counted = std::thread::scope(|scope| {
        let second = scope.spawn(|| world.post(JUDGE, &path, &json!({})).ok(200));
        let waiting = "SELECT 'x' AS name FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                       AND datname = current_database()";
        wait_for("the second release to wait", || (!world.names(waiting).is_empty()).then_some(()));
        other.batch_execute("COMMIT").unwrap();
        second.join().unwrap()
    });
    assert_eq!(counted["released"], 0);
    let by = "SELECT DISTINCT login AS name FROM holds JOIN users ON users.id = released_by";
    assert_eq!(world.names(by), ["judge-000000"]);
}
