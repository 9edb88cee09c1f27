//! Notices stand in the sealed log among the entries, and whatever reads the log goes on over them.

use serde_json::{Value, json};

use crate::case::{Case, call};
use crate::on_both;
use crate::units::COUNTY;
use crate::visitor::Visitor;
use crate::world::{Backend, World, wait_for};

on_both!(
    notices_and_entries_share_one_log,
    notices_are_append_only,
    a_notice_changed_past_the_program_is_found,
    everybody_reads_the_notices,
);

fn open_campaign(world: &World, name: &str) -> Value {
    let body = json!({ "name": name, "divisions": [COUNTY], "from": "2099-11-01",
                       "to": "2099-12-31", "text": "集中查处" });
    world.post("supervisor-430121", "/api/v1/campaigns", &body).ok(201)
}

fn notices(world: &World, rest: &str) -> Vec<Value> {
    let list = world.get("", &format!("/api/v1/notices{rest}")).ok(200);
    list["items"].as_array().unwrap().clone()
}

fn notices_and_entries_share_one_log(world: &mut World) {
    for n in 0..3 {
        Case::log(world, "operator-430121", &call(COUNTY));
        open_campaign(world, &format!("专项{n}"));
    }
    let all = wait_for("the log", || {
        let all = notices(world, "");
        all.iter().all(|notice| notice["place"].is_i64()).then_some(all)
    });
    let places: Vec<i64> = all.iter().map(|notice| notice["place"].as_i64().unwrap()).collect();
    assert_eq!(places.len(), 3);
    assert!(places.windows(2).all(|two| two[0] > two[1]), "newest first: {places:?}");
    // The tally has passed over them: what came after the last notice is counted, and so would be a
    // notice that stands last.
    let audit = world.run_ok(&["audit"]);
    assert!(audit.contains("3 cases, 3 entries, 6 sealed: 0 faults"), "{audit}");
    let cursor = match world.backend {
        Backend::Sqlite => "SELECT CAST(pos AS TEXT) AS name FROM cursors WHERE reader = 'tally'",
        Backend::Postgres => "SELECT pos::text AS name FROM cursors WHERE reader = 'tally'",
    };
    wait_for("the tally", || (world.names(cursor) == ["6"]).then_some(()));
    let held = "SELECT case_no AS name FROM holdings";
    assert_eq!(world.names(held).len(), 3);
}

fn notices_are_append_only(world: &mut World) {
    open_campaign(world, "专项");
    let mut attempts = vec![
        ("UPDATE notices SET body = '{}'", "append-only"),
        ("DELETE FROM notices", "append-only"),
        ("INSERT INTO log VALUES (99, 'nothing')", "neither an entry nor a notice"),
        ("INSERT INTO unsealed VALUES ('nothing')", "neither an entry nor a notice"),
    ];
    attempts.push(match world.backend {
        Backend::Sqlite => {
            ("INSERT OR REPLACE INTO notices SELECT * FROM notices LIMIT 1", "append-only")
        }
        Backend::Postgres => ("TRUNCATE notices CASCADE", "append-only"),
    });
    for (attempt, why) in attempts {
        let error = world.sql(attempt).expect_err(attempt);
        assert!(error.contains(why), "{attempt}: {error}");
    }
    assert_eq!(notices(world, "").len(), 1);
}

fn a_notice_changed_past_the_program_is_found(world: &mut World) {
    open_campaign(world, "专项");
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
    let change = "UPDATE notices SET body = replace(body, '专项', '别的')";
    match world.backend {
        Backend::Sqlite => world.sql(&format!("DROP TRIGGER notices_no_update; {change}")).unwrap(),
        Backend::Postgres => {
            world.sql(&format!("ALTER TABLE notices DISABLE TRIGGER USER; {change}")).unwrap();
        }
    }
    let output = world.run(&["audit"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success());
    assert!(said.contains("its leaf does not fit its bytes"), "{said}");
}

fn everybody_reads_the_notices(world: &mut World) {
    let made = open_campaign(world, "第一次专项");
    open_campaign(world, "第二次专项");
    let id = made["campaign"].as_str().unwrap();
    world.post("supervisor-430121", &format!("/api/v1/campaigns/{id}/end"), &json!({})).ok(200);
    // Again: it has ended, and nothing more is said.
    world.post("supervisor-430100", &format!("/api/v1/campaigns/{id}/end"), &json!({})).ok(200);
    let kinds = |rest: &str| -> Vec<String> {
        let all = notices(world, rest);
        all.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(""), ["campaign_ended", "campaign_opened", "campaign_opened"]);
    assert_eq!(kinds("?kind=campaign_ended"), ["campaign_ended"]);
    assert_eq!(kinds("?kind=draw_result"), Vec::<String>::new());
    let first = world.get("", "/api/v1/notices?limit=2").ok(200);
    let next = first["next"].as_str().unwrap();
    assert_eq!(kinds(&format!("?after={next}")), ["campaign_opened"]);
    world.get("", "/api/v1/notices?kind=gossip").refused(422, "invalid");
    // Whoever has the bytes and the salt can reckon the leaf.
    for one in notices(world, "") {
        let (bytes, salt) = (one["bytes"].as_str().unwrap(), one["salt"].as_str().unwrap());
        let leaf = hotline::seal::leaf(&hex::decode(salt).unwrap(), bytes.as_bytes());
        assert_eq!(one["leaf"], leaf);
    }
    let page = Visitor::public(world).get("/notices").text;
    for words in ["第一次专项", "湖南省长沙市长沙县", "提前结束", "专项督察启动"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let english = world.ask("GET", "", "/notices", &[("Accept-Language", "en")], b"").text;
    assert!(english.contains("was ended early"), "{english}");
}
