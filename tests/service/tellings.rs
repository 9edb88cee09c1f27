//! How often the best suggestion is right, measured on real messages where they are at hand; none of
//! them is shown. What came of it stands in docs/decisions/likeness.md.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use hotline::calendar::zone;
use hotline::intake::Category;
use hotline::intake::likeness::{SUGGESTED, Trait, score};
use hotline::intake::tip::Words;

/// Two titles that share a run of so many signs speak of one thing, if few titles have it.
const RUN: usize = 8;
const FEW: usize = 12;
/// Every so manyth message is asked about.
const STRIDE: usize = 2;

struct Message {
    user: String,
    title: String,
    compared: Trait,
}

/// Only the account is compared: its title says what is right.
fn messages(file: &Path) -> Vec<Message> {
    let mut table = csv::Reader::from_path(file).unwrap();
    let rows = table.records().map(Result::unwrap);
    let message = |row: csv::StringRecord| {
        let words = Words { text: row[4].to_owned(), ..Words::default() };
        let day = zone::parse_date(row[3].split(['T', ' ']).next().unwrap()).unwrap();
        let category = Category::find("land.other").unwrap();
        let compared = Trait::of(&words, "430100".parse().unwrap(), category, day, &[]);
        Message { user: row[1].to_owned(), title: row[2].to_owned(), compared }
    };
    rows.map(message).collect()
}

/// The messages of others that share a rare run of their title, for each message.
fn related(all: &[Message]) -> Vec<HashSet<usize>> {
    let mut by_run: HashMap<String, HashSet<usize>> = HashMap::new();
    for (at, message) in all.iter().enumerate() {
        let signs: Vec<char> = message.title.chars().filter(|c| c.is_alphanumeric()).collect();
        for run in signs.windows(RUN) {
            by_run.entry(run.iter().collect()).or_default().insert(at);
        }
    }
    let mut related = vec![HashSet::new(); all.len()];
    for group in by_run.values().filter(|group| group.len() <= FEW) {
        for one in group {
            let others = group.iter().filter(|other| all[**other].user != all[*one].user);
            related[*one].extend(others.copied());
        }
    }
    related
}

#[test]
fn the_best_suggestion_is_mostly_right_on_real_messages() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var("HOTLINE_SHARED").map_or(root.join("../shared"), PathBuf::from);
    let file = shared.join("data/complaints/c3_hot_topics.csv");
    if !file.exists() {
        println!("skipped: the complaint data is not here");
        return;
    }
    let all = messages(&file);
    let related = related(&all);
    let asked: Vec<usize> =
        (0..all.len()).filter(|at| !related[*at].is_empty()).step_by(STRIDE).collect();
    let (mut right, mut suggested, mut right_suggested) = (0, 0, 0);
    for at in &asked {
        let others = (0..all.len()).filter(|other| all[*other].user != all[*at].user);
        let scored =
            others.map(|other| (score(&all[*at].compared, &all[other].compared).score, other));
        let (best, other) = scored.max().unwrap();
        let hit = usize::from(related[*at].contains(&other));
        right += hit;
        suggested += usize::from(best >= SUGGESTED);
        right_suggested += if best >= SUGGESTED { hit } else { 0 };
    }
    println!("{} asked; the best of {} is right {right} times", asked.len(), all.len() - 1);
    println!("{suggested} suggested, {right_suggested} of them right");
    assert!(asked.len() > 100, "too few to say anything: {}", asked.len());
    // A title may also share its words with messages that tell of something else, and be told of by
    // some that share none: what was found by reading is higher.
    assert!(right * 3 > asked.len(), "{right} of {}", asked.len());
    assert!(right_suggested * 2 > suggested, "{right_suggested} of {suggested}");
}
