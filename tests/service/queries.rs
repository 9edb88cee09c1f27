//! Lists: what they are narrowed by, how they are paged, what they refuse.

use serde_json::{Value, json};

use crate::case::{Case, call};
use crate::on_both;
use crate::units::COUNTY;
use crate::world::World;

on_both!(
    filters_and_pages,
    odd_queries_are_refused_or_find_nothing,
    guesses_at_a_code_are_slowed_down
);

fn numbers(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["case"].as_str().unwrap().to_owned()).collect()
}

fn filters_and_pages(world: &mut World) {
    world.set_clock("2026-11-02T10:00:00+08:00");
    let texts = ["采石场越界开采", "占用耕地建厂房", "采石场夜间爆破100%_\\", "违建别墅"];
    let mut made = Vec::new();
    for (text, category) in
        texts.iter().zip(["mineral.mining", "land.occupation", "mineral.mining", "planning.permit"])
    {
        let mut body = call(COUNTY);
        (body["text"], body["category"]) = (json!(text), json!(category));
        made.push(Case::log(world, "operator-430121", &body).no);
    }
    let who = "judge-430121";
    let list = |query: &str| numbers(&world.get(who, &format!("/api/v1/cases?{query}")).ok(200));
    // Newest first, and numbers rise with time.
    let newest: Vec<String> = made.iter().rev().cloned().collect();
    assert_eq!(list(""), newest);
    assert_eq!(list("category=mineral.mining"), [made[2].clone(), made[0].clone()]);
    assert_eq!(list("division=43"), newest);
    assert_eq!(list("division=4302"), Vec::<String>::new());
    assert_eq!(list("unit=430121&state=pending"), newest);
    assert_eq!(list("state=closed"), Vec::<String>::new());
    assert_eq!(list("q=%E9%87%87%E7%9F%B3"), [made[2].clone(), made[0].clone()]);
    // The signs of LIKE stand for themselves.
    assert_eq!(list("q=100%25_%5C"), [made[2].clone()]);
    assert_eq!(list("q=%25"), [made[2].clone()]);
    assert_eq!(list("from=2026-11-02&to=2026-11-02"), newest);
    assert_eq!(list("to=2026-11-01"), Vec::<String>::new());

    // Page by page gives each case once.
    let mut seen = Vec::new();
    let mut path = "/api/v1/cases?limit=3".to_owned();
    loop {
        let page = world.get(who, &path).ok(200);
        seen.extend(numbers(&page));
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/cases?limit=3&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, newest);

    assert_eq!(list("overdue=true"), Vec::<String>::new());
    world.set_clock("2026-11-05T00:00:00+08:00");
    assert_eq!(list("overdue=true"), newest);
    let duties = world.get(who, &format!("/api/v1/cases/{}/outstanding", made[0])).ok(200);
    assert_eq!((&duties[0]["duty"], &duties[0]["overdue"]), (&json!("judge"), &json!(true)));
}

fn odd_queries_are_refused_or_find_nothing(world: &mut World) {
    let table = [
        ("state=open", "state"),
        ("division=x", "division"),
        ("overdue=maybe", "overdue"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("from=yesterday", "from"),
        ("colour=red", "colour"),
        ("q=%00", "q"),
        ("q=a%E2%80%AEb", "q"),
        ("after=%00", "after"),
    ];
    for (query, field) in table {
        let refused =
            world.get("judge-430121", &format!("/api/v1/cases?{query}")).refused(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field, "{query}");
    }
    for path in [
        "/api/v1/cases/%00",
        "/api/v1/cases/%E4%B8%80",
        "/api/v1/cases/..%2F..",
        "/api/v1/reports/%00",
    ] {
        world.get("judge-430121", path).refused(404, "not_found");
    }
}

fn guesses_at_a_code_are_slowed_down(world: &mut World) {
    let case = Case::in_county(world);
    let path = format!("/api/v1/tips/{}", case.tip);
    let guess = |code: &str| world.ask("GET", "", &path, &[("X-Query-Code", code)], b"");
    let statuses: Vec<u16> = (0..200).map(|_| guess("22222-22222-22222").status).collect();
    let looked_at = statuses.iter().filter(|status| **status == 404).count();
    assert!((1..=10).contains(&looked_at), "{looked_at}");
    assert!(statuses.ends_with(&[429, 429]));
    let held_up = guess(&case.code);
    assert!(held_up.header("retry-after").is_some());
    held_up.refused(429, "too_many_tries");
    // A wrong number and somebody else's look the same as a wrong code, from a fresh service.
    world.get("", "/api/v1/tips/2611230000000000").refused(400, "header");
}

/// The framework waits without end for a body that was announced; the service does not.
#[test]
fn a_body_that_never_comes_is_given_up() {
    use std::io::{Read, Write};
    let world = World::start(crate::world::Backend::Sqlite);
    let mut stream = std::net::TcpStream::connect(world.address()).unwrap();
    let head = "POST /api/v1/tips HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{\"channel\"";
    stream.write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let mut answer = [0; 4_096];
    let length = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("slow_body"), "{answer}");
}
