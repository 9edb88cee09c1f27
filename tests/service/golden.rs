//! The line's real first year (DOMAIN 7): rows with its marginals, imported, must print its counts.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::on_both;
use crate::world::World;

const TIPS: usize = 40_772;

const CHANNELS: [(&str, usize); 4] =
    [("phone", 34_887), ("email", 3_925), ("letter", 1_038), ("fax", 922)];

const CATEGORIES: [(&str, usize); 13] = [
    ("land.occupation", 9_643),
    ("land.transfer", 3_603),
    ("land.cultivated", 1_880),
    ("land.approval", 466),
    ("land.cheap_grant", 80),
    ("land.other", 2_361),
    ("mineral.mining", 349),
    ("mineral.exploration", 9),
    ("mineral.approval", 9),
    ("mineral.transfer", 6),
    ("mineral.fees", 2),
    ("mineral.other", 25),
    ("outside.other", 22_339),
];

/// Which of several kinds the n-th row is, each as often as its count, spread over the year.
fn kind_of(kinds: &[(&'static str, usize)], n: usize) -> &'static str {
    let mut left = n;
    for (kind, count) in kinds {
        if left < *count {
            return kind;
        }
        left -= count;
    }
    unreachable!("the counts add up to the number of rows")
}

fn table() -> String {
    const PROVINCES: [&str; 7] =
        ["130000", "370000", "410000", "320000", "330000", "430000", "110000"];
    let mut csv = "external_id,received_at,channel,division,category,text\n".to_owned();
    let first = chrono::NaiveDate::from_ymd_opt(2009, 6, 25).unwrap();
    for n in 0..TIPS {
        // A step that shares no divisor with the number of rows mixes channels and categories.
        let mixed = n * 17_389 % TIPS;
        let day = first + chrono::Days::new((n % 365) as u64);
        let (channel, category) = (kind_of(&CHANNELS, n), kind_of(&CATEGORIES, mixed));
        let place = PROVINCES[n % PROVINCES.len()];
        writeln!(csv, "{n},{day} 10:00:00,{channel},{place},{category},第{n}条线索的内容").unwrap();
    }
    csv
}

on_both!(the_first_year_prints_its_counts);

fn the_first_year_prints_its_counts(world: &mut World) {
    std::fs::write(world.folder.path().join("year.csv"), table()).unwrap();
    let import = ["import", "tips", "year.csv", "--source", "golden", "--unit", "000000"];
    assert!(
        world.run_ok(&import).contains("40772 rows: 40772 taken in, 0 known already, 0 rejected")
    );

    let period = "2009-06-25..2010-06-24";
    let build = ["report", "build", "--kind", "custom", "--period", period, "--scope", "000000"];
    world.run_ok(&[&build[..], &["--out", "."]].concat());
    let name = format!("custom-{period}-000000.json");
    let json = std::fs::read_to_string(world.folder.path().join(name)).unwrap();
    let report: Value = serde_json::from_str(&json).unwrap();

    let tips = &report["tips"];
    assert_eq!(tips["received"], TIPS);
    for (channel, count) in CHANNELS {
        assert_eq!(tips["by_channel"][channel], count, "{channel}");
    }
    for (category, count) in CATEGORIES {
        assert_eq!(tips["by_category"][category], count, "{category}");
    }
    assert_eq!(tips["by_field"], json!({ "land": 18_033, "mineral": 400, "outside": 22_339 }));
    let share = |category: &str| tips["shares"]["by_category"][category]["percent"].clone();
    assert_eq!((share("land.other"), share("mineral.other")), (json!("13.09"), json!("6.25")));
    let other = &tips["shares"]["by_category"]["land.other"];
    assert_eq!((&other["num"], &other["den"]), (&json!(2_361), &json!(18_033)));
    assert_eq!(report["pending"]["received"], TIPS);
    assert_eq!(report["pending"]["closing"], TIPS);
    // A day more or less does not change what lies within.
    let outside =
        ["report", "build", "--kind", "daily", "--period", "2010-06-25", "--scope", "000000"];
    world.run_ok(&[&outside[..], &["--out", "."]].concat());
    let json = std::fs::read_to_string(world.folder.path().join("daily-2010-06-25-000000.json"));
    let day: Value = serde_json::from_str(&json.unwrap()).unwrap();
    assert_eq!(day["tips"]["received"], 0);
}
