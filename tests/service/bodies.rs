//! Units beside the tree: a supervising body over divisions of several provinces, a county that goes
//! over into another, what the dispatch catalogue suggests, and which townships nobody covers.

use serde_json::{Value, json};

use crate::case::{Case, call};
use crate::on_both;
use crate::units::COUNTY;
use crate::wire::{add_user, bearer, run_with};
use crate::world::{Reply, World};

on_both!(
    a_body_sees_and_counts_its_divisions_and_nothing_else,
    a_successor_stands_in_the_place_of_the_county_that_ended,
    the_catalogue_suggests_and_the_page_fills_it_in,
    townships_without_anybody_are_named,
);

const PASSWORD: &str = "seven white egrets over the pond";
const BODY: &str = "001001";

/// Starts again with a register of units.
fn with_units(world: &mut World, register: &str) {
    world.stop();
    let file = world.folder.path().join("units.toml");
    std::fs::write(&file, format!("version = 'test'\n{register}")).unwrap();
    world.set("HOTLINE_UNITS__FILE", file.to_str().unwrap());
    world.serve();
}

fn get(world: &World, token: &str, path: &str) -> Reply {
    world.ask("GET", "", path, &[("Authorization", token)], b"")
}

fn numbers(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["case"].as_str().unwrap().to_owned()).collect()
}

fn a_body_sees_and_counts_its_divisions_and_nothing_else(world: &mut World) {
    let body = format!(
        "[[body]]\ncode = '{BODY}'\nname = '示例督察局'\nname_en = 'Inspectorate'\n\
         divisions = ['440000', '430100']\nfrom = '2026-01-01'\nsource = 'test'"
    );
    with_units(world, &body);
    world.set_clock("2026-11-02T10:00:00+08:00");
    let world = &*world;
    let within = Case::in_county(world);
    let guangdong = Case::log(world, "operator-000000", &call("440103"));
    let zhuzhou = Case::log(world, "operator-000000", &call("430211"));
    let mut accused = call(COUNTY);
    accused["accused"] = json!("长沙县自然资源局");
    let accused = Case::log(world, "operator-000000", &accused);
    // One of them moves within the province, from outside the body's divisions to inside.
    guangdong.done("judge-000000", &json!({ "act": "accept" }));
    guangdong.done("judge-000000", &json!({ "act": "dispatch", "unit": "440103" }));

    add_user(world, "watch", "supervisor", BODY, PASSWORD);
    let watch = bearer(world, "watch");
    let list = get(world, &watch, "/api/v1/cases?limit=500").ok(200);
    assert_eq!(numbers(&list), [accused.no.clone(), guangdong.no.clone(), within.no.clone()]);
    get(world, &watch, &within.path("")).ok(200);
    get(world, &watch, &zhuzhou.path("")).refused(404, "not_found");
    let page = get(world, &watch, "/cases").text;
    assert!(page.contains("示例督察局"), "the head of the page names the body");

    // Its report adds up the two divisions.
    let month = ["--kind", "monthly", "--period", "2026-11", "--scope", BODY, "--out", "out"];
    world.run_ok(&[&["report", "build"], &month[..]].concat());
    let file = world.folder.path().join(format!("out/monthly-2026-11-{BODY}.json"));
    let report: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(report["scope_name"], "示例督察局");
    assert_eq!((&report["tips"]["received"], &report["tips"]["accepted"]), (&json!(3), &json!(1)));
    let rows = |name: &str| -> Vec<(String, i64)> {
        let rows = report[name].as_array().unwrap().iter();
        let row = |row: &Value| {
            (row["code"].as_str().unwrap().to_owned(), row["received"].as_i64().unwrap())
        };
        rows.map(row).collect()
    };
    let two = |a: &str, b: &str| vec![(a.to_owned(), 2), (b.to_owned(), 1)];
    assert_eq!(rows("by_division"), two("430100", "440000"));
    assert_eq!(rows("by_province"), two("430000", "440000"));
    let balance = &report["balance"];
    assert_eq!(
        (&balance["moved_in"], &balance["moved_out"], &balance["closing"]),
        (&json!(1), &json!(0), &json!(1))
    );
    assert_eq!(report["series"].as_array().unwrap().last().unwrap()["received"], 3);

    // The lists behind it are the body's, and nobody's below it.
    let behind =
        |scope: &str| format!("/api/v1/balance/moved_in?kind=monthly&period=2026-11&scope={scope}");
    assert_eq!(get(world, &watch, &behind(BODY)).ok(200)["items"], json!([guangdong.no]));
    get(world, &watch, &behind("440000")).ok(200);
    get(world, &watch, &behind("430000")).refused(404, "not_found");
    world.get("supervisor-430000", &behind(BODY)).refused(404, "not_found");
    world.get("supervisor-000000", &behind(BODY)).ok(200);
    // A body is no place.
    let mut lost = call(BODY);
    lost["channel"] = json!("web");
    world.post("", "/api/v1/tips", &lost).refused(422, "invalid");
    let (done, said) = run_with(
        world,
        &["user", "add", "none", "--role", "judge", "--unit", "001002", "--password-stdin"],
        PASSWORD,
    );
    assert!(!done && said.contains("001002"), "{said}");
}

fn a_successor_stands_in_the_place_of_the_county_that_ended(world: &mut World) {
    with_units(
        world,
        "[[succession]]\nfrom = '430121'\nto = '430181'\non = '2027-01-01'\nsource = 'test'",
    );
    world.set_clock("2026-12-01T10:00:00+08:00");
    let world = &*world;
    let case = Case::in_county(world);
    case.to_verifying();
    let mut accused = call(COUNTY);
    accused["accused"] = json!("长沙县自然资源局");
    let accused = Case::log(world, "operator-000000", &accused);
    world.get("handler-430181", &case.path("")).refused(404, "not_found");
    assert_eq!(world.get("handler-430121", "/api/v1/session").ok(200)["unit"], COUNTY);
    assert_eq!(left_behind(world), Vec::<(String, String)>::new());

    world.set_clock("2027-01-01T00:00:01+08:00");
    // Who belonged to the county acts for the one that goes on, and that one sees what was.
    assert_eq!(world.get("handler-430121", "/api/v1/session").ok(200)["unit"], "430181");
    for who in ["handler-430181", "handler-430121", "judge-430100"] {
        world.get(who, &case.path("")).ok(200);
    }
    // Its people are those of the accused.
    for who in ["handler-430181", "handler-430121"] {
        world.get(who, &accused.path("")).refused(404, "not_found");
    }
    world.get("judge-430100", &accused.path("")).ok(200);
    // What was recorded stays as it was; what is open waits to be moved, if the schedule has not
    // moved it by now.
    let left = left_behind(world);
    let entries = case.entries("judge-430100");
    assert!(entries.iter().any(|entry| entry["by"]["unit"] == COUNTY), "{entries:?}");
    if !entries.iter().any(|entry| entry["act"] == "succeed") {
        assert_eq!(left, [(case.no.clone(), "430181".to_owned())]);
    }
    let route = world.get("judge-430100", &case.path("/route")).ok(200);
    assert_eq!(route["unit"], "430181");
}

/// What the schedule would move, by the program's own reckoning.
fn left_behind(world: &World) -> Vec<(String, String)> {
    let program = world.program();
    let text = |text: &std::ffi::OsStr| text.to_str().unwrap().to_owned();
    let set = program.get_envs().filter_map(|(name, value)| Some((text(name), text(value?))));
    let config = hotline::config::Config::read(None, set).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let desk = hotline::app::open(&config).await.unwrap().desk;
        let left = desk.left_behind().await.unwrap();
        left.into_iter().map(|left| (left.case_no, left.successor.to_string())).collect()
    })
}

fn the_catalogue_suggests_and_the_page_fills_it_in(world: &mut World) {
    let mut housing = call("430121104");
    housing["category"] = json!("land.housing");
    let case = Case::log(world, "operator-430121", &housing);
    let route = world.get("judge-430121", &case.path("/route")).ok(200);
    assert_eq!((&route["unit"], &route["stands_in"]), (&json!(COUNTY), &json!(false)));
    assert_eq!(route["department"], "农业农村主管部门");
    assert!(route["source"].as_str().unwrap().contains("土地管理法"));
    let english = [("accept-language", "en")];
    let english = world.ask("GET", "judge-430121", &case.path("/route"), &english, b"").ok(200);
    assert!(english["department"].as_str().unwrap().contains("agriculture"));

    case.done("judge-430121", &json!({ "act": "accept" }));
    let page = world.get("judge-430121", &format!("/cases/{}", case.no)).text;
    assert!(
        page.contains("name=\"unit\" value=\"430121 湖南省长沙市长沙县\""),
        "the unit is filled in"
    );
    assert!(page.contains("农业农村主管部门处理") && page.contains("第七十八条"), "and why");

    // Whoever is accused is passed over; what is outside goes to no unit.
    let mut accused = call(COUNTY);
    (accused["accused"], accused["category"]) =
        (json!("长沙县自然资源局"), json!("land.occupation"));
    let accused = Case::log(world, "operator-000000", &accused);
    let route = world.get("judge-430100", &accused.path("/route")).ok(200);
    assert_eq!((&route["unit"], &route["stands_in"]), (&json!("430100"), &json!(true)));
    let mut outside = call(COUNTY);
    outside["category"] = json!("outside.ownership");
    let outside = Case::log(world, "operator-430121", &outside);
    assert_eq!(world.get("judge-430121", &outside.path("/route")).ok(200)["unit"], Value::Null);
}

fn townships_without_anybody_are_named(world: &mut World) {
    let path = "/api/v1/coverage?scope=430121&limit=500";
    let ask = || world.get("supervisor-430100", path).ok(200);
    let count = |answer: &Value| {
        let townships = &answer["townships"];
        (townships["num"].as_i64().unwrap(), townships["den"].as_i64().unwrap())
    };
    let lacks = |answer: &Value| answer["lacking"]["items"].to_string().contains("430121104");
    let before = ask();
    let (none, all) = count(&before);
    assert!(none == 0 && all > 10 && lacks(&before), "{before}");
    // A person who reads figures covers nothing; one who handles does, while the account is open.
    add_user(world, "reader", "analyst", "430121104", PASSWORD);
    assert_eq!(count(&ask()), (0, all));
    add_user(world, "worker", "reviewer,handler", "430121104", PASSWORD);
    let after = ask();
    assert!(count(&after) == (1, all) && !lacks(&after), "{after}");
    let by: Vec<_> =
        after["by_division"].as_array().unwrap().iter().map(|row| row["num"].clone()).collect();
    assert_eq!(by.iter().filter(|num| **num == json!(1)).count(), 1);
    world.run_ok(&["user", "disable", "worker"]);
    assert_eq!(count(&ask()), (0, all));

    // The whole country, page by page; provinces add up to the whole.
    let nation = world.get("analyst-000000", "/api/v1/coverage?limit=3").ok(200);
    let sum: i64 = nation["by_division"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["den"].as_i64().unwrap())
        .sum();
    assert_eq!(count(&nation), (0, sum));
    let next = nation["lacking"]["next"].as_str().unwrap();
    let second =
        world.get("analyst-000000", &format!("/api/v1/coverage?limit=3&after={next}")).ok(200);
    let first = |answer: &Value| answer["lacking"]["items"][0]["code"].as_str().unwrap().to_owned();
    assert!(first(&second).as_str() > next && first(&nation) < first(&second));
    // One's own divisions and no others.
    world.get("supervisor-430100", "/api/v1/coverage?scope=43").refused(404, "not_found");
    world.get("supervisor-430100", "/api/v1/coverage?scope=x").refused(422, "invalid");
    let page = world.get("analyst-430000", "/coverage").text;
    assert!(page.contains("长沙市") && page.contains("/coverage?scope=430100"), "{page}");
}

/// Hong Kong, Macao and Taiwan are places like any other, by name and by code.
#[test]
fn a_tip_may_be_about_hong_kong_macao_or_taiwan() {
    let world = World::start(crate::world::Backend::Sqlite);
    for (typed, code) in
        [("香港特别行政区", "810000"), ("澳门特别行政区", "820000"), ("台湾省", "710000")]
    {
        let case = Case::log(&world, "operator-000000", &call(typed));
        assert_eq!(world.get("judge-000000", &case.path("")).ok(200)["division"], code);
        let found = world
            .get("", &format!("/api/v1/divisions?q={}", crate::wire::in_url(&typed[..6])))
            .ok(200);
        assert_eq!(found["items"][0]["code"], code);
    }
    for (typed, name) in [("xianggang", "香港特别行政区"), ("csx", "浙江省衢州市常山县")]
    {
        let found = world.get("", &format!("/api/v1/divisions?q={typed}")).ok(200);
        assert_eq!(found["items"][0]["name"], name);
        assert!(found["items"].as_array().unwrap().len() <= 12);
    }
}
