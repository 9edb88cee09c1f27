//! A tile map of the nation: one square for each province, near where it lies. It is a chart, not a
//! map: it shows no borders.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::figures::NOT_SERVED;
use super::super::words::grouped;
use super::{At, CLASSES, Caption, INK, INKS, WIDTH};
use crate::lang::Lang;

/// Units from one tile to the next, and of a tile.
const PITCH: f64 = WIDTH / 7.0;
const SIDE: f64 = PITCH - 4.0;

/// Code, Chinese, English, the letters of ISO 3166-2, column, row.
type Tile = (&'static str, &'static str, &'static str, &'static str, u8, u8);

/// Our own layout: neighbours touch where seven columns allow it.
#[rustfmt::skip]
const TILES: [Tile; 34] = [
    ("230000", "黑龙江", "Heilongjiang", "HL", 6, 0),
    ("150000", "内蒙古", "Inner Mongolia", "NM", 3, 1),
    ("110000", "北京", "Beijing", "BJ", 4, 1),
    ("210000", "辽宁", "Liaoning", "LN", 5, 1),
    ("220000", "吉林", "Jilin", "JL", 6, 1),
    ("650000", "新疆", "Xinjiang", "XJ", 0, 2),
    ("620000", "甘肃", "Gansu", "GS", 1, 2),
    ("640000", "宁夏", "Ningxia", "NX", 2, 2),
    ("140000", "山西", "Shanxi", "SX", 3, 2),
    ("130000", "河北", "Hebei", "HE", 4, 2),
    ("120000", "天津", "Tianjin", "TJ", 5, 2),
    ("540000", "西藏", "Xizang", "XZ", 0, 3),
    ("630000", "青海", "Qinghai", "QH", 1, 3),
    ("610000", "陕西", "Shaanxi", "SN", 2, 3),
    ("410000", "河南", "Henan", "HA", 3, 3),
    ("370000", "山东", "Shandong", "SD", 4, 3),
    ("320000", "江苏", "Jiangsu", "JS", 5, 3),
    ("510000", "四川", "Sichuan", "SC", 1, 4),
    ("500000", "重庆", "Chongqing", "CQ", 2, 4),
    ("420000", "湖北", "Hubei", "HB", 3, 4),
    ("340000", "安徽", "Anhui", "AH", 4, 4),
    ("310000", "上海", "Shanghai", "SH", 5, 4),
    ("530000", "云南", "Yunnan", "YN", 1, 5),
    ("520000", "贵州", "Guizhou", "GZ", 2, 5),
    ("430000", "湖南", "Hunan", "HN", 3, 5),
    ("360000", "江西", "Jiangxi", "JX", 4, 5),
    ("330000", "浙江", "Zhejiang", "ZJ", 5, 5),
    ("450000", "广西", "Guangxi", "GX", 2, 6),
    ("440000", "广东", "Guangdong", "GD", 3, 6),
    ("350000", "福建", "Fujian", "FJ", 4, 6),
    ("710000", "台湾", "Taiwan", "TW", 5, 6),
    ("460000", "海南", "Hainan", "HI", 2, 7),
    ("820000", "澳门", "Macao", "MO", 3, 7),
    ("810000", "香港", "Hong Kong", "HK", 4, 7),
];

/// The English name of a province.
pub fn english(code: &str) -> Option<&'static str> {
    TILES.iter().find(|tile| tile.0 == code).map(|tile| tile.2)
}

/// A drawing of the nation.
#[derive(Template)]
#[template(path = "tiles.svg", config = "src/askama.toml")]
pub struct Tiles {
    caption: Caption,
    lang: Lang,
    height: At,
    side: At,
    tiles: Vec<Drawn>,
    keys: Vec<Key>,
    keys_top: At,
    keys_text: At,
    note: At,
}

struct Drawn {
    code: &'static str,
    name: &'static str,
    x: At,
    y: At,
    middle: At,
    name_line: At,
    value_line: At,
    /// `None` where the line does not serve.
    value: Option<Shown>,
}

struct Shown {
    text: String,
    /// From 1.
    class: usize,
    fill: &'static str,
    ink: &'static str,
}

struct Key {
    x: At,
    class: usize,
    fill: &'static str,
    text: String,
}

/// Its own template escapes what it is handed.
impl HtmlSafe for Tiles {}

impl Tiles {
    /// Draws counts by province code; a province that is not there has 0.
    pub fn draw(caption: Caption, counts: &[(String, i64)], lang: Lang) -> Tiles {
        let count = |code: &str| counts.iter().find(|(c, _)| c == code).map_or(0, |(_, n)| *n);
        let served = TILES.iter().filter(|tile| !NOT_SERVED.contains(&tile.0));
        let bounds = classes(served.map(|tile| count(tile.0)).collect());
        let shown = |count: i64| {
            let class = bounds.iter().position(|(_, high)| count <= *high).unwrap_or(0);
            Shown { text: grouped(count), class: class + 1, fill: CLASSES[class], ink: INKS[class] }
        };
        let drawn = |tile: &Tile| {
            let (code, zh, _, letters, column, row) = *tile;
            let (x, y) = (f64::from(column) * PITCH + 2.0, f64::from(row) * PITCH + 2.0);
            Drawn {
                code,
                name: lang.pick(zh, letters),
                x: At(x),
                y: At(y),
                middle: At(x + SIDE / 2.0),
                name_line: At(y + 22.0),
                value_line: At(y + 42.0),
                value: (!NOT_SERVED.contains(&code)).then(|| shown(count(code))),
            }
        };
        let below = PITCH * 8.0 + 8.0;
        let keys = bounds.iter().enumerate().map(|(class, (low, high))| Key {
            x: At(class as f64 * WIDTH / CLASSES.len() as f64 + 2.0),
            class: class + 1,
            fill: CLASSES[class],
            text: if low == high {
                grouped(*low)
            } else {
                format!("{}–{}", grouped(*low), grouped(*high))
            },
        });
        Tiles {
            keys: keys.collect(),
            tiles: TILES.iter().map(drawn).collect(),
            height: At(below + 56.0),
            side: At(SIDE),
            keys_top: At(below),
            keys_text: At(below + 30.0),
            note: At(below + 50.0),
            caption,
            lang,
        }
    }
}

/// Lowest and highest count of up to five classes of about as many provinces each; equal counts are
/// in one class. Classes of equal width would put all but a few provinces into the first.
fn classes(mut counts: Vec<i64>) -> Vec<(i64, i64)> {
    counts.sort_unstable();
    let mut bounds: Vec<(i64, i64)> = Vec::new();
    for class in 1..=CLASSES.len() {
        let taken = (class * counts.len()).div_ceil(CLASSES.len());
        let Some(high) = taken.checked_sub(1).and_then(|last| counts.get(last)) else { continue };
        let above = bounds.last().map(|(_, high)| *high);
        let low = counts.iter().find(|count| above.is_none_or(|above| **count > above));
        if let Some(low) = low.filter(|low| *low <= high) {
            bounds.push((*low, *high));
        }
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::super::tests::texts;
    use super::*;
    use crate::place::{Code, Divisions};

    fn draw(counts: &[(&str, i64)], lang: Lang) -> String {
        let caption = Caption { id: "map", title: "各省".into(), desc: "收到线索".into() };
        let counts: Vec<_> = counts.iter().map(|(c, n)| ((*c).to_owned(), *n)).collect();
        Tiles::draw(caption, &counts, lang).to_string()
    }

    #[test]
    fn every_province_has_one_tile_of_its_own() {
        let divisions = Divisions::parse(include_str!("../../../config/divisions.csv")).unwrap();
        let mut tiles: Vec<&str> = TILES.iter().map(|tile| tile.0).collect();
        tiles.sort_unstable();
        let provinces: Vec<String> = divisions.provinces().iter().map(Code::to_string).collect();
        assert_eq!(tiles, provinces);
        for (code, zh, ..) in TILES {
            let name = divisions.name(code.parse().unwrap());
            assert!(name.starts_with(zh), "{name} {zh}");
        }
        let mut places: Vec<(u8, u8)> = TILES.iter().map(|tile| (tile.4, tile.5)).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), TILES.len());
        assert!(places.iter().all(|(column, row)| *column < 7 && *row < 8));
    }

    #[test]
    fn values_are_printed_and_three_are_not_served() {
        let svg = draw(&[("430000", 1_234), ("130000", 7), ("710000", 3)], Lang::Zh);
        let said = texts(&svg);
        let after = |name: &str| said[said.iter().position(|t| t == name).unwrap() + 1].clone();
        assert_eq!(
            (after("湖南"), after("河北"), after("北京")),
            ("1,234".into(), "7".into(), "0".into())
        );
        assert_eq!(svg.matches("stroke-dasharray").count(), 3 + 1, "three and their key");
        assert_eq!(svg.matches(">—<").count(), 3);
        assert!(said.iter().any(|text| text.contains("不属本线受理范围")));
        assert!(texts(&draw(&[], Lang::En)).contains(&"HN".to_owned()));
    }

    #[test]
    fn classes_hold_about_as_many_and_equal_counts_stay_together() {
        assert_eq!(classes((1..=10).collect()), [(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]);
        assert_eq!(classes(vec![0; 31]), [(0, 0)]);
        assert_eq!(classes(vec![0, 0, 0, 0, 0, 0, 0, 0, 9, 3]), [(0, 0), (3, 9)]);
        assert_eq!(classes(vec![]), []);
        let svg = draw(&[], Lang::Zh);
        assert_eq!(svg.matches("class=\"tile class-1\"").count(), 31);
        texts(&svg);
    }
}
