//! Where made-up tips come from: provinces and counties by weight, and the townships within.

use std::collections::HashMap;

use super::dice::Dice;
use crate::place::code::Level;
use crate::place::{Code, Divisions};

/// The province whose desk a newcomer is shown: it has the most tips, and handles many itself.
pub const HOME: &str = "430000";

/// The 31 provinces of the mainland by weight. The line's first year had most tips from Hebei,
/// Shandong, Henan, Jiangsu and Zhejiang; Hunan is made heavy on purpose.
const PROVINCES: [(&str, u64); 31] = [
    ("110000", 18),
    ("120000", 12),
    ("130000", 62),
    ("140000", 30),
    ("150000", 22),
    ("210000", 26),
    ("220000", 18),
    ("230000", 20),
    ("310000", 10),
    ("320000", 52),
    ("330000", 48),
    ("340000", 34),
    ("350000", 26),
    ("360000", 26),
    ("370000", 62),
    ("410000", 64),
    ("420000", 32),
    ("430000", 180),
    ("440000", 44),
    ("450000", 26),
    ("460000", 10),
    ("500000", 18),
    ("510000", 38),
    ("520000", 24),
    ("530000", 28),
    ("540000", 2),
    ("610000", 26),
    ("620000", 16),
    ("630000", 5),
    ("640000", 6),
    ("650000", 11),
];

/// A county, or a city without counties, and how much comes from it.
type Weighted = (Code, u64);

/// The provinces and what lies in them.
pub struct Map {
    provinces: Vec<(Code, u64, Vec<Weighted>)>,
    townships: HashMap<Code, Vec<Code>>,
}

impl Map {
    /// Reads the tree of divisions.
    pub fn of(divisions: &Divisions) -> Map {
        let mut counties: HashMap<Code, Vec<Weighted>> = HashMap::new();
        let mut townships: HashMap<Code, Vec<Code>> = HashMap::new();
        for code in divisions.within(Code::NATION) {
            if let (Level::Township, Some(above)) = (code.level(), code.parent())
                && is_ordinary(code)
            {
                townships.entry(above).or_default().push(code);
                if townships[&above].len() == 1 {
                    counties.entry(above.province()).or_default().push((above, weight(above)));
                }
            }
        }
        let known = PROVINCES.iter().filter_map(|(text, weight)| {
            let code: Code = text.parse().ok()?;
            Some((code, *weight, counties.remove(&code)?))
        });
        let mut map = Map { provinces: known.collect(), townships };
        for (_, _, counties) in &mut map.provinces {
            counties.sort_unstable_by_key(|county| county.0);
        }
        map
    }

    /// A county anywhere.
    pub fn county(&self, dice: &mut Dice) -> Code {
        let (_, _, counties) = dice.weighted(&self.provinces, |province| province.1);
        dice.weighted(counties, |county| county.1).0
    }

    /// A county at or below a division.
    pub fn county_in(&self, above: Code, dice: &mut Dice) -> Code {
        let province = self.provinces.iter().find(|province| province.0 == above.province());
        let inside: Vec<Weighted> = province
            .iter()
            .flat_map(|province| &province.2)
            .filter(|county| above.holds(county.0))
            .copied()
            .collect();
        if inside.is_empty() { above } else { dice.weighted(&inside, |county| county.1).0 }
    }

    /// A township of a county; the county itself where none is known.
    pub fn township(&self, county: Code, dice: &mut Dice) -> Code {
        self.townships.get(&county).map_or(county, |list| *dice.pick(list))
    }
}

/// Streets, towns and townships; numbers from 400 on are farms, zones and camps.
fn is_ordinary(township: Code) -> bool {
    township.to_string().get(6..).is_some_and(|number| number < "400")
}

/// Some counties report much more than their neighbours, the same ones under every seed.
fn weight(county: Code) -> u64 {
    let mut dice = Dice::new(u64::from(u32::try_from(county.to_string().len()).unwrap_or(0)), {
        county.to_string().bytes().fold(0, |sum, b| sum * 31 + u64::from(b))
    });
    let rank = dice.below(7);
    1 + rank * rank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mainland_province_is_there_and_hunan_leads() {
        let divisions = Divisions::parse(include_str!("../../config/divisions.csv")).unwrap();
        let map = Map::of(&divisions);
        assert_eq!(map.provinces.len(), 31);
        let mut dice = Dice::new(1, 1);
        let places: Vec<Code> = (0..5_000).map(|_| map.county(&mut dice)).collect();
        assert!(places.iter().all(|place| divisions.has(*place) && place.level() >= Level::City));
        let home: Code = HOME.parse().unwrap();
        let at_home = places.iter().filter(|place| home.holds(**place)).count();
        assert!((700..1_100).contains(&at_home), "{at_home}");
        let ganzhou: Code = "360700".parse().unwrap();
        assert!(ganzhou.holds(map.county_in(ganzhou, &mut dice)));
    }
}
