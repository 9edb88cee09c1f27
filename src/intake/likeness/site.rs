//! Sites: how far apart two are, and when words name the same one.

use unicode_normalization::UnicodeNormalization;

/// Within so many metres two points are one site. [ours] A telephone is off by some fifty metres,
/// a point set on a map by a few hundred, and a works of thirty mu is 140 m across.
pub const NEAR_METRES: u32 = 500;
/// Metres of one degree of latitude, and of longitude at the equator.
const METRES_A_DEGREE: f64 = 111_320.0;
/// Fewest signs of a place in words that name it; «村里» is everywhere.
const MIN_SIGNS: usize = 4;
/// Most signs of it that are compared, as many as the field takes.
const MAX_SIGNS: usize = super::super::tip::MAX_LINE;

/// Metres between two points of longitude and latitude, as on a plane: within the few kilometres
/// that matter here the error is below one in a thousand. Nothing for what is no point.
pub fn metres((lon_a, lat_a): (f64, f64), (lon_b, lat_b): (f64, f64)) -> Option<u32> {
    let narrowed = ((lat_a + lat_b) / 2.0).to_radians().cos();
    let east = (lon_a - lon_b) * narrowed * METRES_A_DEGREE;
    let north = (lat_a - lat_b) * METRES_A_DEGREE;
    let metres = east.hypot(north).round();
    let fits = metres.is_finite() && metres < f64::from(u32::MAX);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // reason: checked above
    fits.then_some(metres as u32)
}

/// A box around a point, for an index: it holds everything within [`NEAR_METRES`], and little more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Least and greatest latitude.
    pub lat: (f64, f64),
    /// Least and greatest longitude.
    pub lon: (f64, f64),
}

impl Area {
    /// The box around a point.
    pub fn around((lon, lat): (f64, f64)) -> Area {
        let north = f64::from(NEAR_METRES) / METRES_A_DEGREE;
        // At its own northern edge a degree of longitude is shortest.
        let east = north / (lat.abs() + north).to_radians().cos().max(0.01);
        Area { lat: (lat - north, lat + north), lon: (lon - east, lon + east) }
    }
}

/// A place in words as it is looked up: width, case, spaces and punctuation folded away. Nothing for
/// what names no place.
pub fn place_key(written: &str) -> Option<String> {
    let letters = written.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric());
    let key: String = letters.take(MAX_SIGNS).collect();
    (key.chars().count() >= MIN_SIGNS).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kilometre of latitude, and of longitude in Changsha.
    const NORTH: f64 = 0.008_983;
    const EAST: f64 = 0.010_17;

    #[test]
    fn metres_are_metres() {
        let here = (112.98, 28.2);
        for (there, expected) in [
            (here, 0),
            ((here.0, here.1 + NORTH), 1_000),
            ((here.0 + EAST, here.1), 998),
            ((here.0 + EAST, here.1 + NORTH), 1_412),
        ] {
            let found = metres(here, there).unwrap();
            assert!(found.abs_diff(expected) <= 3, "{found} {expected}");
            assert_eq!(metres(there, here), Some(found));
        }
        for nowhere in [f64::NAN, f64::INFINITY] {
            assert_eq!(metres(here, (nowhere, 28.2)), None);
        }
    }

    #[test]
    fn the_box_holds_what_is_near_and_little_else() {
        for lat in [3.0, 28.2, 54.0] {
            let here = (112.98, lat);
            let Area { lat: (south, north), lon: (west, east) } = Area::around(here);
            for edge in [(112.98, south), (112.98, north), (west, lat), (east, lat)] {
                let off = metres(here, edge).unwrap();
                assert!((NEAR_METRES..=NEAR_METRES + 2).contains(&off), "{lat} {off}");
            }
        }
    }

    #[test]
    fn a_place_in_words_is_folded() {
        assert_eq!(place_key(" 石桥村 三组，砖厂旁").as_deref(), Some("石桥村三组砖厂旁"));
        assert_eq!(place_key("石桥村3组"), place_key("石桥村３组。"));
        assert_eq!(place_key("村里"), None);
    }
}
