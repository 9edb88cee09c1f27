//! S18 everywhere: to the accused unit a case that it is kept away from is what a case of another
//! province is. Two services live the same November; in one the tips accuse the county, in its twin
//! they are about another province and have the same words and numbers. Whatever anybody of the
//! county, or of a township in it, can ask of either must be answered alike.

mod plain;

use serde_json::{Value, json};

use self::plain::plain;
use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{CITY, COUNTY, OTHER_PROVINCE, PROVINCE, ROLES};
use crate::visitor::Visitor;
use crate::wire::{add_user, bearer, in_url, timeless};
use crate::world::{Reply, World, wait_for};
use hotline::http::routes::ROUTES;
use hotline::intake::receipt::number;

on_both!(
    s18_the_accused_are_answered_as_about_another_province,
    s18_those_above_count_everything_and_read_the_reason,
);

/// When the first tip comes; each further one a minute later, so that lists have one order.
const DAY: &str = "2026-11-10T10:00:00+08:00";
const MONTH_OVER: &str = "2026-12-01T00:31:00+08:00";
const TOWNSHIP: &str = "430121104";
const WORDS: &str = "金丝雀采石场夜间开采";
const BUREAU: &str = "长沙县自然资源局局长某某";

/// Where the tips of a world lie, and who has them.
struct Side {
    place: &'static str,
    /// The unit at which tips from the public arrive, and the one that finds out who is accused.
    desks: [&'static str; 2],
    accused: bool,
}

const ACCUSING: Side = Side { place: COUNTY, desks: [PROVINCE, CITY], accused: true };
const ELSEWHERE: Side =
    Side { place: OTHER_PROVINCE, desks: [OTHER_PROVINCE, OTHER_PROVINCE], accused: false };

/// What one service lived through.
struct Lived<'w> {
    /// The county's own: one closed, one open at the same site as the others.
    own: Vec<Case<'w>>,
    /// Those that the county must not know of.
    hidden: Vec<Case<'w>>,
    campaign: String,
}

impl Side {
    fn tip(&self, nth: usize, named: bool) -> Value {
        let mut body = call(self.place);
        body["channel"] = json!("web");
        body["title"] = json!(format!("{WORDS}{nth}"));
        body["place_text"] = json!("金丝雀岭");
        body["accused"] = json!(if named && self.accused { BUREAU } else { "某采石场" });
        body
    }

    fn by(&self, role: &str) -> String {
        format!("{role}-{}", self.desks[0])
    }

    /// Closed by the desk itself, so that it can be drawn for a re-check.
    fn close(&self, case: &Case<'_>, hash: &str) {
        let desk = self.desks[0];
        case.done(&self.by("judge"), &json!({ "act": "accept" }));
        case.done(&self.by("judge"), &json!({ "act": "dispatch", "unit": desk }));
        let handler = self.by("handler");
        case.done(&handler, &json!({ "act": "sign" }));
        let verify = json!({ "act": "verify", "finding": "founded", "officers": ["李勘", "王察"],
                             "at": DAY, "place": "岭上", "text": "属实", "evidence": [hash] });
        case.done(&handler, &verify);
        case.done(&handler, &case.dispose());
        case.done(&handler, &case.reply());
        case.done(&handler, &json!({ "act": "request_close", "text": "已办结" }));
        case.done(&self.by("reviewer"), &json!({ "act": "approve_close" }));
    }

    fn live<'w>(&self, world: &'w World) -> Lived<'w> {
        world.set_clock(DAY);
        let hash = evidence(world);
        let closed = Case::in_county(world);
        closed.to_review(&hash);
        closed.done("reviewer-430121", &json!({ "act": "approve_close" }));
        minute(world, 1);
        let mut near = call(COUNTY);
        near["place_text"] = json!("金丝雀岭");
        let open = Case::log(world, "operator-430121", &near);
        open.done("judge-430121", &json!({ "act": "accept" }));

        // Named, listed and urged, with an opinion that cannot be asked of the accused.
        minute(world, 2);
        let named = Case::log(world, "", &self.tip(1, true));
        named.done(&self.by("judge"), &json!({ "act": "accept" }));
        let supervisor = self.by("supervisor");
        named.done(&supervisor, &json!({ "act": "urge", "text": "请抓紧办理" }));
        let list = json!({ "act": "list", "situation": "serious_mining", "text": "挂牌督办" });
        named.done(&supervisor, &list);
        if self.accused {
            let ask = json!({ "act": "ask_opinion", "units": [COUNTY], "text": "请提意见" });
            named.act(&self.by("handler"), &ask).refused(422, "unit_recused");
        }
        // Named in running text only, and closed.
        let mut said = self.tip(2, false);
        if self.accused {
            said["text"] = json!("长沙县国土资源局有人收钱不管，金丝雀采石场还在挖");
        }
        minute(world, 3);
        let in_text = Case::log(world, "", &said);
        self.close(&in_text, &hash);
        // One that goes into the first, and one more that accuses and takes another in.
        let merge = json!({ "act": "merge", "case": named.no, "text": "同一地块" });
        let merged = [3, 4].map(|nth| {
            minute(world, nth + 1);
            let case = Case::log(world, "", &self.tip(nth, nth == 3));
            case.done(&self.by("judge"), &merge);
            case
        });
        // Taken in by the county itself, and accused after the fact.
        let mut phoned = self.tip(5, false);
        phoned["channel"] = json!("phone");
        let desk = if self.accused { COUNTY } else { OTHER_PROVINCE };
        minute(world, 6);
        let later = Case::log(world, &format!("operator-{desk}"), &phoned);
        later.done(&format!("judge-{desk}"), &json!({ "act": "accept" }));
        let found = json!({ "act": "correct", "seq": 1, "text": "举报的就是该局",
                            "fields": { "accused_unit": COUNTY } });
        let note = json!({ "act": "note", "text": "记一笔" });
        let what = if self.accused { found } else { note };
        later.done(&format!("judge-{}", self.desks[1]), &what);

        let body = json!({ "name": "专项", "divisions": [PROVINCE, OTHER_PROVINCE], "text": "说明",
                           "from": "2026-11-10", "to": "2026-11-30" });
        let made = world.post("supervisor-000000", "/api/v1/campaigns", &body).ok(201);
        world.set_clock(MONTH_OVER);
        let [into, taking] = merged;
        Lived {
            own: vec![closed, open],
            hidden: vec![named, in_text, into, taking, later],
            campaign: made["campaign"].as_str().unwrap().to_owned(),
        }
    }
}

/// A minute of the hour in which the tips come.
fn minute(world: &World, nth: usize) {
    world.set_clock(&format!("2026-11-10T10:{nth:02}:00+08:00"));
}

/// Both services, at the same instant of the same day.
fn twins(world: &mut World) -> World {
    let scopes = [("HOTLINE_REPORTS__SCOPES", "430000,430121")];
    *world = World::start_with(world.backend, &scopes);
    World::start_with(world.backend, &scopes)
}

/// Addresses of every route that reads, with what may be asked of it.
fn reads(world: &World, lived: &Lived<'_>) -> Vec<String> {
    let reports = wait_for("the reports", || {
        let list = world.get("analyst-430121", "/api/v1/reports").ok(200);
        let items = list["items"].as_array().unwrap().clone();
        let mut ids: Vec<_> = items.iter().filter(|one| one["kind"] == "monthly").collect();
        ids.sort_by_key(|one| one["scope"].to_string());
        let ids: Vec<_> = ids.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        (!ids.is_empty()).then_some(ids)
    });
    let mut paths = Vec::new();
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        // Of the whole service, for programs beside it and for everybody: no unit's own. A draw's
        // numbers are published so that anybody can draw again.
        if route.path == "/metrics"
            || route.path.contains("/draws")
            // Published to everybody, what accuses a unit left out: `supervision` tests it.
            || route.path.ends_with("/listed")
            || route.path.contains("/assets")
        {
            continue;
        }
        let mut of_route = vec![route.path.replace("{duty}", "1")];
        let mut fill = |name: &str, values: &[String]| {
            if of_route[0].contains(name) {
                of_route = values.iter().map(|value| of_route[0].replace(name, value)).collect();
            }
        };
        let cases = || lived.hidden.iter().chain(&lived.own);
        fill("{no}", &cases().map(|case| case.no.clone()).collect::<Vec<_>>());
        fill("{number}", &cases().map(|case| case.tip.clone()).collect::<Vec<_>>());
        fill("{campaign}", std::slice::from_ref(&lived.campaign));
        let forms = |id: &String| ["", ".json", ".csv", ".html"].map(|form| format!("{id}{form}"));
        fill("{id}", &reports.iter().flat_map(forms).collect::<Vec<_>>());
        let terms = ["opening", "closing", "pending_closing", "accepted", "received", "moved_out"];
        let list = format!("?kind=monthly&period=2026-11&scope={COUNTY}");
        fill("{term}", &terms.map(|term| format!("{term}{list}")));
        // The county's own entry stands in the log at the same place, under a path as long.
        if route.path.ends_with("/seal/proof") {
            let leaf = lived.own[0].entries("judge-430121")[0]["leaf"].as_str().unwrap().to_owned();
            of_route.push(format!("{}?leaf={leaf}", route.path));
        }
        if route.path.ends_with("/seal/consistency") {
            of_route.extend([1, 7].map(|from| format!("{}?from={from}", route.path)));
        }
        if route.path.ends_with("/cases") {
            let mut asked = vec![String::new(), "?limit=1".into(), "?overdue=true".into()];
            asked.extend(lived.hidden.iter().flat_map(|case| {
                [
                    format!("?q={}", case.no),
                    format!("?q={}", case.tip),
                    format!("?after={}", case.no),
                ]
            }));
            asked.push(format!("?q={}", in_url(WORDS)));
            asked.push(format!("?division={COUNTY}"));
            asked.push(format!("?unit={PROVINCE}"));
            asked.push(format!("?campaign={}", lived.campaign));
            of_route = asked.iter().map(|query| format!("{}{query}", route.path)).collect();
        }
        paths.extend(of_route.into_iter().filter(|path| !path.contains('{')));
    }
    paths
}

/// Every act on a case, by the API and by its page, and what else takes a case's number.
fn touches(world: &World, who: &str, own: &str, no: &str, tip: &str) -> Vec<Reply> {
    let at = |rest: &str| format!("/api/v1/cases/{no}{rest}");
    let acts = hotline::ledger::Act::ALL.iter().map(|act| json!({ "act": act.name() }));
    let mut said: Vec<Reply> = acts.map(|act| world.post(who, &at("/entries"), &act)).collect();
    said.push(world.post(who, &at("/contact"), &json!({ "tip": tip })));
    for act in ["link", "merge", "split"] {
        let body = json!({ "act": act, "case": no, "text": "同一事实" });
        said.push(world.post(who, &format!("/api/v1/cases/{own}/entries"), &body));
    }
    let typed = json!({ "division": COUNTY, "title": format!("{WORDS}1"), "text": WORDS,
                        "place_text": "金丝雀岭", "accused": BUREAU });
    said.push(world.post(who, "/api/v1/tips/alike", &typed));
    said
}

/// The logs of both have come to rest, and at one size.
fn wait_for_one_size(worlds: [&World; 2]) {
    let at = |world: &World| {
        let waiting = world.names("SELECT entry_id AS name FROM unsealed").len();
        let days = world.get("", "/api/v1/seal/heads").ok(200)["items"].as_array().unwrap().len();
        let size = world.get("", "/api/v1/seal").ok(200)["size"].as_i64().unwrap();
        (waiting == 0 && days > 0).then_some((size, days))
    };
    wait_for("logs of one size", || {
        let [here, there] = worlds.map(at);
        (here.is_some() && here == there).then_some(())
    });
}

fn s18_the_accused_are_answered_as_about_another_province(world: &mut World) {
    let twin = twins(world);
    let (here, there) = (ACCUSING.live(world), ELSEWHERE.live(&twin));
    wait_for_one_size([world, &twin]);
    let paths: Vec<_> = reads(world, &here).into_iter().zip(reads(&twin, &there)).collect();
    assert!(paths.len() > 100, "{}", paths.len());
    for world in [&*world, &twin] {
        for role in ["operator", "judge"] {
            add_user(world, &format!("{role}-below"), role, TOWNSHIP, "seven egrets over the pond");
        }
    }
    let mut people: Vec<(String, [String; 2])> = Vec::new();
    let token = |world: &World, who: &str| format!("Bearer {}", world.token(who));
    for role in ROLES {
        let who = format!("{role}-{COUNTY}");
        people.push((who.clone(), [token(world, &who), token(&twin, &who)]));
    }
    for role in ["operator", "judge"] {
        let who = format!("{role}-below");
        people.push((who.clone(), [bearer(world, &who), bearer(&twin, &who)]));
    }
    for (who, tokens) in &people {
        for (mine, theirs) in &paths {
            let ask = |world: &World, token: &str, path: &str| {
                world.ask("GET", "", path, &[("Authorization", token)], b"")
            };
            let answer = ask(world, &tokens[0], mine);
            let other = ask(&twin, &tokens[1], theirs);
            assert_eq!(plain(&answer, &here), plain(&other, &there), "{who} {mine}");
            assert_eq!(answer.status, other.status, "{who} {mine}");
            assert!(answer.status < 500, "{who} {mine}: {}", answer.text);
            let echo = mine.contains("/cases/") || mine.contains("/tips/") || mine.contains('?');
            for case in here.hidden.iter().filter(|_| !echo) {
                assert!(!answer.text.contains(&case.no), "{who} {mine}: {}", answer.text);
                assert!(!answer.text.contains(&case.tip), "{who} {mine}: {}", answer.text);
            }
            assert!(echo || !answer.text.contains("金丝雀采石场"), "{who} {mine}");
        }
    }
    let nobodys = number(chrono::NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(), 7);
    for role in ["operator", "judge", "handler", "reviewer", "supervisor"] {
        let (who, own) = (format!("{role}-{COUNTY}"), &here.own[1].no);
        let nowhere = touches(world, &who, own, "2026-999999", &nobodys);
        for case in &here.hidden {
            let mine = touches(world, &who, own, &case.no, &case.tip);
            for (mine, none) in mine.iter().zip(&nowhere) {
                assert_eq!(timeless(mine), timeless(none), "{who} {}", case.no);
            }
        }
    }
    // What the county draws from is its own.
    let draw = json!({ "kind": "closed", "period": "2026-11", "share_percent": 100 });
    let drawn = world.post("supervisor-430121", "/api/v1/draws", &draw).ok(201);
    assert_eq!(drawn["population"], json!([here.own[0].no]));
}

fn report(world: &World, scope: &str) -> Value {
    let build = ["report", "build", "--kind", "monthly", "--period", "2026-11", "--scope", scope];
    world.run_ok(&[&build[..], &["--out", "."]].concat());
    let file = world.folder.path().join(format!("monthly-2026-11-{scope}.json"));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn s18_those_above_count_everything_and_read_the_reason(world: &mut World) {
    *world = World::start(world.backend);
    let lived = ACCUSING.live(world);
    for (scope, tips, accepted) in
        [(COUNTY, 2, 2), (CITY, 7, 5), (PROVINCE, 7, 5), ("000000", 7, 5)]
    {
        let made = report(world, scope);
        assert_eq!(made["tips"]["received"], tips, "{scope}");
        assert_eq!(made["tips"]["accepted"], accepted, "{scope}");
        let balance = |key: &str| made["balance"][key].as_i64().unwrap();
        let ins = ["opening", "accepted", "reopened", "split", "moved_in"].map(balance);
        let outs = ["moved_out", "merged", "closed", "closing"].map(balance);
        assert_eq!(ins.iter().sum::<i64>(), outs.iter().sum::<i64>(), "{scope}");
    }
    let own = report(world, COUNTY);
    assert_eq!((&own["balance"]["accepted"], &own["balance"]["moved_out"]), (&json!(2), &json!(0)));
    let path = format!("/api/v1/campaigns/{}", lived.campaign);
    let received = |who: &str| world.get(who, &path).ok(200)["figures"][0]["received"].clone();
    assert_eq!((received("analyst-430121"), received("analyst-430000")), (json!(2), json!(7)));
    // The reason is on record, without the informant's words.
    let [named, in_text, into, taking, later] = &lived.hidden[..] else { panic!("five") };
    for (case, clue) in [
        (named, "accused"),
        (in_text, "text"),
        (into, "accused"),
        (taking, "merged"),
        (later, "correction"),
    ] {
        let entries = case.entries("judge-430000");
        let effects = entries.iter().flat_map(|entry| entry["effects"].as_array().unwrap());
        let recused: Vec<_> = effects.filter(|effect| effect["do"] == "recuse").collect();
        assert_eq!(recused.len(), 1, "{clue}");
        assert_eq!((&recused[0]["unit"], &recused[0]["by"]), (&json!(COUNTY), &json!(clue)));
        assert!(!recused[0].to_string().contains("某某"));
    }
    let page = Visitor::log_in(world, "judge-430000").get(&format!("/cases/{}", in_text.no)).text;
    assert!(page.contains("因线索涉及该单位，按回避规定由上级办理"), "{page}");
}
