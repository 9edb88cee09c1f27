//! Planted rises: what an alarm over a made-up year must find.
//!
//! The table is also docs/SYNTH.md, for whoever tests an alarm; a test compares the two.

/// Where a rise takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In one division: a county, or anywhere below a city or province.
    In(&'static str),
    /// In ever more provinces, from one at the beginning to all of [`SPREAD`] at the end.
    Widening,
}

/// One planted rise.
#[derive(Clone, Copy, Debug)]
pub struct Rise {
    /// Its name.
    pub name: &'static str,
    /// Where.
    pub at: Where,
    /// What.
    pub category: &'static str,
    /// The theme of `words` by which its tips are told.
    pub theme: &'static str,
    /// Its first day, so many days before the last one.
    pub from: u32,
    /// Its last day, so many days before the last one.
    pub to: u32,
    /// Tips beyond the ordinary, for each 10,000 tips of the year.
    pub extra: u32,
}

/// The rises of a made-up year.
pub const RISES: [Rise; 4] = [
    Rise {
        name: "江砂盗采",
        at: Where::In("430624"),
        category: "mineral.mining",
        theme: "river_sand",
        from: 75,
        to: 10,
        extra: 60,
    },
    Rise {
        name: "大棚房",
        at: Where::In("370000"),
        category: "land.cultivated",
        theme: "greenhouse",
        from: 120,
        to: 20,
        extra: 140,
    },
    Rise {
        name: "稀土盗采",
        at: Where::In("360700"),
        category: "mineral.strategic",
        theme: "rare_earth",
        from: 50,
        to: 3,
        extra: 40,
    },
    Rise {
        name: "光伏占耕地",
        at: Where::Widening,
        category: "land.cultivated",
        theme: "solar",
        from: 180,
        to: 0,
        extra: 180,
    },
];

/// The provinces into which the widening rise spreads, in this order.
pub const SPREAD: [&str; 17] = [
    "410000", "130000", "370000", "340000", "420000", "430000", "320000", "360000", "610000",
    "140000", "510000", "450000", "220000", "210000", "620000", "520000", "230000",
];

/// In how many parts of its time a rise doubles: its tips come thicker towards its end.
pub const STEPS: u64 = 3;

impl Rise {
    /// How many tips it adds to a year of `tips`; one at the least, so that even a small year
    /// tells of each.
    pub fn count(&self, tips: u32) -> u32 {
        let wanted = u64::from(tips) * u64::from(self.extra) / 10_000;
        u32::try_from(wanted).unwrap_or(u32::MAX).max(1)
    }

    /// The row of docs/SYNTH.md.
    pub fn row(&self) -> String {
        let at = match self.at {
            Where::In(code) => code.to_owned(),
            Where::Widening => format!("{} provinces, one after another", SPREAD.len()),
        };
        let Rise { name, category, theme, from, to, extra, .. } = self;
        format!("| {name} | {at} | `{category}` | `{theme}` | {from} | {to} | {extra} |")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_lists_every_rise_and_no_other() {
        let document = include_str!("../../docs/SYNTH.md");
        let rows: Vec<&str> =
            document.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
        let wanted: Vec<String> = RISES.iter().map(Rise::row).collect();
        assert_eq!(rows, wanted);
        for code in SPREAD {
            assert!(document.contains(code), "{code}");
        }
    }
}
