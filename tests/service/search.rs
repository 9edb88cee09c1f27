//! Cases found by what is written in them: the same as a simple reader would find, whether the marks
//! are written yet or not, and never a case that the asker may not see.

use std::collections::BTreeMap;

use hotline::clock;
use serde_json::{Value, json};

use crate::case::{Case, call, evidence, keep};
use crate::on_both;
use crate::units::{COUNTY, OTHER_COUNTY};
use crate::wire::in_url;
use crate::world::{Backend, World, wait_for};

on_both!(
    search_finds_what_a_simple_reader_finds,
    every_part_of_a_tip_is_searched_and_its_informant_never,
    a_search_tells_nothing_of_a_hidden_case,
    marks_go_with_the_words,
    a_page_takes_few_statements,
);

/// Few signs, so that they meet again and again in another order.
const SIGNS: [&str; 12] = ["采", "石", "场", "土", "地", "占", "用", "a", "1", "，", "%", " "];
/// Cases of the comparison, and questions asked of them.
const CASES: usize = 60;
const QUESTIONS: usize = 120;

fn drawn(most: u64) -> String {
    let length = 1 + clock::below(most);
    let sign = || SIGNS[usize::try_from(clock::below(SIGNS.len() as u64)).unwrap()];
    (0..length).map(|_| sign()).collect()
}

/// As a person would look: each word of the question stands in one of the texts, and where it begins
/// with a letter or a digit, there a word begins.
fn reads(question: &str, texts: &[String]) -> bool {
    let of_word = |c: char| c.is_ascii_alphanumeric();
    let stands = |word: &str, text: &str| {
        (0..text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| {
            let before = text[..at].chars().last();
            text[at..].starts_with(word)
                && !(word.starts_with(of_word) && before.is_some_and(of_word))
        })
    };
    question
        .split(' ')
        .filter(|word| !word.is_empty())
        .all(|word| texts.iter().any(|text| stands(word, text)))
}

fn numbers(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["case"].as_str().unwrap().to_owned()).collect()
}

fn found(world: &World, who: &str, question: &str) -> Vec<String> {
    let path = format!("/api/v1/cases?limit=500&q={}", in_url(question));
    numbers(&world.get(who, &path).ok(200))
}

fn until_marked(world: &World) {
    let marked = "SELECT 'yes' AS name FROM cursors c, log_head h WHERE c.reader = 'marks' \
                  AND c.pos = h.size AND NOT EXISTS (SELECT 1 FROM unsealed)";
    wait_for("the words to be marked", || world.names(marked).pop());
}

fn search_finds_what_a_simple_reader_finds(world: &mut World) {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut log = |count: usize| {
        for _ in 0..count {
            let mut body = call(COUNTY);
            let texts = [drawn(6), drawn(24), drawn(6)].map(|text| format!("某{text}某"));
            (body["title"], body["text"]) = (json!(texts[0]), json!(texts[1]));
            body["place_text"] = json!(texts[2]);
            let no = Case::log(world, "operator-430121", &body).no;
            told.insert(no.clone(), texts.into_iter().chain([no]).collect());
        }
        told.clone()
    };
    let half = log(CASES / 2);
    until_marked(world);
    // The first half by their marks, the second mostly without: nothing is found late.
    let all = log(CASES / 2);
    let mut hits = 0;
    for round in 0..2 {
        for _ in 0..QUESTIONS {
            let question = drawn(4);
            if question.trim().is_empty() {
                continue;
            }
            let newest = all.iter().rev();
            let wanted: Vec<&String> =
                newest.filter(|(_, texts)| reads(&question, texts)).map(|(no, _)| no).collect();
            let seen = found(world, "judge-430121", &question);
            assert_eq!(seen.iter().collect::<Vec<_>>(), wanted, "round {round}: «{question}»");
            hits += seen.len();
        }
        until_marked(world);
    }
    assert!(hits > QUESTIONS, "questions that find next to nothing compare nothing: {hits}");
    // Page by page the same, each once.
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/cases?limit=7&q={}{after}", in_url("某"));
        let page = world.get("judge-430121", &path).ok(200);
        paged.extend(numbers(&page));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert!(paged.iter().eq(all.keys().rev()) && half.len() == CASES / 2);
}

fn every_part_of_a_tip_is_searched_and_its_informant_never(world: &mut World) {
    let mut body = call(COUNTY);
    body["title"] = json!("ＡＢＣ砂石厂");
    body["text"] = json!("夜间越界开采，车牌湘A12345。");
    body["place_text"] = json!("白沙洲渡口");
    body["accused"] = json!("宏达矿业");
    body["informant"] = json!({ "mode": "named", "name": "欧阳测试", "phone": "13800001234" });
    let case = Case::log(world, "operator-430121", &body);
    Case::log(world, "operator-430121", &call(COUNTY));
    for round in 0..2 {
        let day = &case.no[..6];
        for question in ["abc", "砂石", "越界", "湘a123", "白沙洲", "宏达", "洲", "越界 白沙", day]
        {
            let seen = found(world, "judge-430121", question);
            assert!(seen.contains(&case.no), "round {round}: «{question}»");
        }
        for question in ["欧阳", "13800001234", "1380000", "12345", "老井", "越界 水库"] {
            let seen = found(world, "judge-430121", question);
            assert_eq!(seen, Vec::<String>::new(), "round {round}: «{question}»");
        }
        until_marked(world);
    }
    // What is said later is found as soon, and by its marks afterwards.
    case.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请说明位置" }));
    case.done("operator-430121", &json!({ "act": "supplement", "text": "又挖出一处老井" }));
    assert_eq!(found(world, "judge-430121", "老井"), std::slice::from_ref(&case.no));
    until_marked(world);
    assert_eq!(found(world, "judge-430121", "老井"), std::slice::from_ref(&case.no));
    let other = format!("/api/v1/cases?state=closed&q={}", in_url("老井"));
    assert_eq!(numbers(&world.get("judge-430121", &other).ok(200)), Vec::<String>::new());
}

fn a_search_tells_nothing_of_a_hidden_case(world: &mut World) {
    let tip = |division: &str, accused: &str| {
        let mut body = call(division);
        body["text"] = json!("渡口边的采石场又在放炮");
        body["accused"] = json!(accused);
        Case::log(world, "", &{
            body["channel"] = json!("web");
            body
        })
        .no
    };
    let first = tip(COUNTY, "某采石场");
    let hidden = tip(COUNTY, "长沙县自然资源局");
    let foreign = tip(OTHER_COUNTY, "某采石场");
    let last = tip(COUNTY, "某采石场");
    for _ in 0..2 {
        for question in ["采石场", "渡口 放炮", "炮", &hidden, &hidden[..15], &foreign] {
            let path = format!("/api/v1/cases?limit=2&q={}", in_url(question));
            let page = world.get("judge-430121", &path).ok(200);
            let wanted = match question.starts_with("26") {
                // The numbers differ in their last digits only: the beginning of one may be another's.
                true => continue,
                false => [last.clone(), first.clone()],
            };
            assert_eq!(numbers(&page), wanted, "{question}");
            // Two are a full page: that there is no third must not be told by a mark for more.
            assert_eq!(page["next"], Value::Null, "{question}");
        }
        for number in [&hidden, &foreign] {
            assert_eq!(found(world, "judge-430121", number), Vec::<String>::new());
        }
        assert_eq!(found(world, "judge-430100", &hidden), std::slice::from_ref(&hidden));
        until_marked(world);
    }
    assert_eq!(found(world, "judge-430100", "渡口").len(), 4);
}

fn marks_go_with_the_words(world: &mut World) {
    let mut body = call(COUNTY);
    body["text"] = json!("青龙潭边挖砂");
    let case = Case::log(world, "operator-430121", &body);
    until_marked(world);
    let bearing = match world.backend {
        Backend::Sqlite => {
            "SELECT CAST(rowid AS TEXT) AS name FROM case_marks WHERE case_marks MATCH '\"龙潭\"'"
        }
        Backend::Postgres => {
            "SELECT no::text AS name FROM case_marks WHERE marks @@ '龙潭'::tsquery"
        }
    };
    assert_eq!(world.names(bearing), [case.no.trim_start_matches('0')]);
    world.sql("DELETE FROM tip_words").unwrap();
    let (url, cases) = (world.database.parse().unwrap(), vec![case.no.clone()]);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = hotline::store::Store::open(&url).unwrap();
        store.write(move |tx| tx.mark_anew(&cases)).await.unwrap();
    });
    assert_eq!(world.names(bearing), Vec::<String>::new());
    assert_eq!(found(world, "judge-430121", "龙潭"), Vec::<String>::new());
}

/// Statements that the service has sent so far.
fn sent(world: &World) -> i64 {
    let metrics = world.get("", "/metrics").text;
    let line = metrics.lines().find_map(|line| line.strip_prefix("hotline_sql_statements "));
    line.unwrap().parse().unwrap()
}

/// Most statements of a page, with those that begin and end its snapshots, and on PostgreSQL those
/// that ask whether a connection is alive.
const MOST: i64 = 15;
/// How often each is asked for.
const TRIES: [(); 10] = [(); 10];

/// A case of which much is told: where it is and who is accused, files, tips that joined it; with
/// others like it that are open, closed, merged and linked.
fn told_of_much(world: &World) -> Case<'_> {
    let judge = "judge-430121";
    let log = |n: usize| {
        let mut body = call(COUNTY);
        (body["lon"], body["lat"]) = (json!(112.98), json!(28.2));
        (body["accused"], body["place_text"]) = (json!("宏达矿业"), json!("白沙洲渡口"));
        body["files"] = json!([keep(world, format!("%PDF-1.7 {n}").as_bytes())]);
        Case::log(world, "operator-430121", &body)
    };
    let closed = log(0);
    closed.to_review(&evidence(world));
    closed.done("reviewer-430121", &json!({ "act": "approve_close" }));
    log(1).done(judge, &json!({ "act": "link", "case": closed.no }));
    let (case, like) = (log(2), log(3));
    case.to_verifying();
    like.to_verifying();
    log(4).done(judge, &json!({ "act": "merge", "case": like.no, "text": "同一地块" }));
    for n in 5..8 {
        log(n).done(judge, &json!({ "act": "merge", "case": case.no, "text": "同一地块" }));
    }
    case
}

fn a_page_takes_few_statements(world: &mut World) {
    let case = Case::in_county(world);
    for _ in 0..30 {
        Case::in_county(world);
    }
    case.to_verifying();
    let much = told_of_much(world);
    let page = world.get("handler-430121", &format!("/cases/{}", much.no)).text;
    for told in ["同一地点", "同一被举报对象", "附件4.pdf", "已关联", "已并案"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let q = in_url("耕地");
    let paths = [
        "/cases".to_owned(),
        "/cases?overdue=true".to_owned(),
        "/cases?todo=true&state=pending&category=land.occupation".to_owned(),
        format!("/cases?q={q}"),
        format!("/cases?division=4301&q={q}"),
        format!("/api/v1/cases?q={q}"),
        format!("/cases/{}", case.no),
        format!("/api/v1/cases/{}", case.no),
        format!("/cases/{}", much.no),
        format!("/api/v1/cases/{}", much.no),
        format!("/api/v1/cases/{}/entries", much.no),
        format!("/api/v1/cases/{}/files", much.no),
        format!("/api/v1/cases/{}/alike", much.no),
        format!("/api/v1/cases/{}/history", much.no),
    ];
    // A look at the figure takes statements too.
    let looks = TRIES.map(|_| -sent(world) + sent(world));
    let looking = looks.into_iter().min().unwrap();
    for who in ["handler-430121", "handler-430000"] {
        for path in &paths {
            // The schedule asks for things of its own meanwhile: the fewest of some tries is the page.
            let fewest = TRIES.map(|_| {
                let before = sent(world);
                assert_eq!(world.get(who, path).status, 200, "{who} {path}");
                sent(world) - before
            });
            let fewest = fewest.into_iter().min().unwrap() - looking;
            assert!((1..=MOST).contains(&fewest), "{who} {path}: {fewest}");
        }
    }
}
