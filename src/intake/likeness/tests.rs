//! What is suggested and what is not, by made-up pairs; and what holds of any pair.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::score::MAX_SCORE;
use super::*;
use crate::intake::Category;
use crate::intake::tip::Words;

/// A tip by its parts; what is empty was not said.
#[derive(Clone, Debug)]
struct Said {
    place: &'static str,
    category: &'static str,
    day: u32,
    text: String,
    place_text: &'static str,
    accused: &'static str,
    point: Option<(f64, f64)>,
}

const FACTORY: &str = "石桥村砖厂旁有人推平水田建钢构厂房，夜里还在浇筑混凝土";
const FACTORY_TOLD_ANEW: &str = "老砖厂边上的水田有人建钢构厂房，架子都起来了，晚上施工吵得睡不着";
const QUARRY: &str = "山上放炮采石，运石头的大车把乡道压坏了，灰尘很大";

fn said(text: &str) -> Said {
    Said {
        place: "430121",
        category: "land.occupation",
        day: 0,
        text: text.to_owned(),
        place_text: "",
        accused: "",
        point: None,
    }
}

fn compared(said: &Said) -> Trait {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let words = Words {
        title: None,
        text: said.text.clone(),
        place_text: some(said.place_text),
        accused: some(said.accused),
        point: said.point,
    };
    let on = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(said.day.into());
    let category = Category::find(said.category).unwrap();
    Trait::of(&words, said.place.parse().unwrap(), category, on, &["长沙县".to_owned()])
}

fn of(a: &Said, b: &Said) -> Likeness {
    score(&compared(a), &compared(b))
}

fn at(said: Said, lat: f64) -> Said {
    Said { point: Some((112.98, lat)), ..said }
}

fn by(said: Said, accused: &'static str) -> Said {
    Said { accused, ..said }
}

#[test]
fn what_a_person_would_look_into_is_suggested_and_nothing_else() {
    let factory = said(FACTORY);
    let quarry = said(QUARRY);
    let other_field = Said { category: "mineral.mining", ..quarry.clone() };
    let table = [
        ("the same account", factory.clone(), factory.clone(), true),
        ("told anew by another", factory.clone(), said(FACTORY_TOLD_ANEW), true),
        ("no more than county, category and time", factory.clone(), quarry.clone(), false),
        ("112 m apart", at(factory.clone(), 28.2), at(quarry.clone(), 28.201), true),
        ("112 m apart, another field", at(factory.clone(), 28.2), at(other_field, 28.201), false),
        (
            "told alike, but five kilometres apart",
            at(factory.clone(), 28.2),
            at(said(FACTORY_TOLD_ANEW), 28.245),
            false,
        ),
        ("the same firm", by(factory.clone(), "宏达建材有限公司"), by(quarry, "宏达建材"), true),
        (
            "told alike, but of others elsewhere",
            Said { place_text: "石桥村砖厂旁", ..by(factory.clone(), "宏达建材") },
            Said {
                place_text: "杨梅冲水库坝下", ..by(said(FACTORY_TOLD_ANEW), "永兴物流")
            },
            false,
        ),
        (
            "told alike, not yet judged",
            factory.clone(),
            Said { category: "unknown", ..said(FACTORY_TOLD_ANEW) },
            true,
        ),
        ("too little to tell", said("有人占地"), said("有人占地"), false),
    ];
    for (what, a, b, wanted) in table {
        let found = of(&a, &b);
        assert_eq!(found.score >= SUGGESTED, wanted, "{what}: {found:?}");
    }
}

#[test]
fn reasons_say_what_counted_the_weightiest_first() {
    let one = Said { day: 3, ..by(at(said(FACTORY), 28.2), "宏达建材") };
    let found = of(&one, &by(at(said(FACTORY), 28.201), "宏达建材公司"));
    let codes: Vec<&str> = found.reasons.iter().map(|reason| reason.code()).collect();
    assert_eq!(codes, ["near", "accused", "text", "category", "division", "time"]);
    assert_eq!(found.reasons[0], Reason::Near(111));
    assert_eq!(found.reasons[2], Reason::Telling(100));
    // What speaks against it is no reason.
    let codes: Vec<Reason> = of(&at(said(FACTORY), 28.2), &at(said(QUARRY), 28.9)).reasons;
    assert!(!codes.iter().any(|reason| matches!(reason, Reason::Near(_) | Reason::Telling(_))));
}

#[test]
fn a_site_is_shared_by_points_or_else_by_the_same_words_of_one_place() {
    let shares = |a: &Said, b: &Said| compared(a).shares_site(&compared(b));
    let mill = Said { place_text: "石桥村砖厂旁", ..said(FACTORY) };
    assert!(shares(&mill, &Said { place_text: " 石桥村 砖厂旁。", ..said(QUARRY) }));
    assert!(!shares(&mill, &Said { place: "430181", ..mill.clone() }));
    assert!(!shares(&said(FACTORY), &said(FACTORY)), "no place was named");
    // Points say it better than words.
    assert!(!shares(&at(mill.clone(), 28.2), &at(mill.clone(), 28.3)));
    assert!(shares(&at(mill.clone(), 28.2), &at(said(QUARRY), 28.204)));
}

fn any_said() -> impl Strategy<Value = Said> {
    let place = prop::sample::select(&["430121", "430121104", "430181", "430000", "000000"][..]);
    let category = prop::sample::select(&["land.occupation", "mineral.mining", "unknown"][..]);
    let text = prop_oneof!["[石桥村砖厂旁水田建房的了，]{0,60}", any::<String>()];
    let place_text = prop::sample::select(&["", "石桥村砖厂旁", "石桥村砖厂", "一组"][..]);
    let accused =
        prop::sample::select(&["", "宏达建材", "黄兴镇宏达建材有限公司", "李四", "某"][..]);
    let point = prop::option::of((73.0..136.0, 3.0..54.0));
    let parts = (place, category, 0u32..2_000, text, place_text, accused, point);
    parts.prop_map(|(place, category, day, text, place_text, accused, point)| Said {
        place,
        category,
        day,
        text,
        place_text,
        accused,
        point,
    })
}

proptest! {
    #[test]
    fn a_score_is_symmetric_bounded_and_highest_for_the_same(a in any_said(), b in any_said()) {
        let found = of(&a, &b);
        prop_assert_eq!(found.score, of(&b, &a).score);
        prop_assert!(found.score <= MAX_SCORE);
        prop_assert!(found.score <= of(&a, &a).score);
    }

    #[test]
    fn a_whole_tip_is_wholly_like_itself(a in any_said()) {
        let whole = Said { text: FACTORY.to_owned(), category: "land.occupation", ..a };
        prop_assert_eq!(of(&whole, &whole).score, MAX_SCORE);
    }

    #[test]
    fn any_text_has_keys_or_none(text in any::<String>()) {
        for key in [accused_key(&text), place_key(&text)].into_iter().flatten() {
            prop_assert!(key.chars().all(char::is_alphanumeric));
            prop_assert!(key.chars().count() <= 200);
        }
        fold(&text);
    }
}
