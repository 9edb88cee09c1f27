use super::*;

const TABLE: &str = "420000,湖北省\n420100,武汉市\n430000,湖南省\n430100,长沙市\n430121,长沙县\n\
                     430121104,黄兴镇\n430181,浏阳市\n430200,株洲市\n430211,天元区\n440000,广东省";
const BODY: &str = "[[body]]\ncode = '001001'\nname = '督察局'\nname_en = 'Inspectorate'\n\
                    divisions = ['420000', '430100']\nfrom = '2026-01-01'\nsource = 's'\n";

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moved(from: &str, to: &str, on: &str) -> String {
    format!("[[succession]]\nfrom = '{from}'\nto = '{to}'\non = '{on}'\nsource = 's'\n")
}

fn read(entries: &str) -> Result<(Register, Divisions), String> {
    let mut divisions = Divisions::parse(TABLE).unwrap();
    let register = Register::parse(&format!("version = 't'\n{entries}"), &mut divisions)?;
    Ok((register, divisions))
}

#[test]
fn what_is_shipped_is_read() {
    let mut divisions = Divisions::parse(include_str!("../../../config/divisions.csv")).unwrap();
    let text = include_str!("../../../config/units.toml");
    assert_eq!(Register::parse(text, &mut divisions).unwrap().version(), "2026.1");
    // The entries shown as comments are right too.
    let value = |line: &str| line.split_once(" = ").is_some_and(|(key, _)| !key[2..].contains(' '));
    let shown = |line: &&str| line.starts_with("# ") && (line.starts_with("# [[") || value(line));
    let shown = text.lines().filter(shown).map(|line| line.trim_start_matches("# "));
    let shown = ["version = 't'"].into_iter().chain(shown);
    let shown: String = shown.flat_map(|line| [line, "\n"]).collect();
    let register = Register::parse(&shown, &mut divisions).unwrap();
    assert!(register.on(day("2026-06-01")).holds(code("001001"), code("430121")));
    assert_eq!(register.successor(code("430121"), day("2027-01-01")), Some(code("430183")));
    assert_eq!(divisions.full_name(code("430183")), "湖南省长沙市星沙市");
}

#[test]
fn a_body_oversees_its_divisions_while_it_is_in_force() {
    let end = "until = '2027-01-01'\n";
    let (register, divisions) =
        read(&format!("{BODY}{end}{}", moved("001001", "000000", "2027-01-01"))).unwrap();
    let body = code("001001");
    let over = |on: &str| -> String {
        let units = register.on(day(on));
        let places = ["42", "4201", "430121104", "43", "4302", "44", "00", "001001"];
        places.map(|place| if units.holds(body, code(place)) { '+' } else { '-' }).iter().collect()
    };
    assert_eq!(over("2026-01-01"), "+++----+");
    assert_eq!(over("2026-12-31"), "+++----+");
    assert_eq!(over("2025-12-31"), "-------+");
    assert_eq!(over("2027-01-01"), "-------+");
    let units = register.on(day("2026-06-01"));
    assert_eq!(units.areas(body), [code("42"), code("4301")]);
    assert_eq!(units.bodies_over(code("430121104")), [body]);
    assert_eq!(units.bodies_over(code("4302")), []);
    assert!(register.on(day("2025-06-01")).areas(body).is_empty());
    assert!(units.holds(Code::NATION, body) && !units.holds(code("42"), body));
    assert_eq!(divisions.full_name(body), "督察局");
    assert!(divisions.has_unit(body) && !divisions.has(body));
}

#[test]
fn a_successor_takes_the_place_from_its_day_on_and_chains_are_followed() {
    let first = moved("430121", "430181", "2027-01-01");
    let then = moved("430181", "430211", "2028-01-01");
    let (register, _) = read(&format!("{first}{then}")).unwrap();
    let heir = |on: &str| register.successor(code("430121"), day(on));
    assert_eq!(heir("2026-12-31"), None);
    assert_eq!(heir("2027-01-01"), Some(code("430181")));
    assert_eq!(heir("2028-01-01"), Some(code("430211")));
    let units = register.on(day("2028-01-01"));
    // Whoever stands above the successor stands above the places too; so does the old line.
    for above in ["430211", "4302", "4301", "430121", "43"] {
        assert!(units.holds(code(above), code("430121104")), "{above}");
    }
    assert!(!register.on(day("2027-12-31")).holds(code("4302"), code("430121104")));
    assert_eq!(units.areas(code("4302")), [code("430121"), code("430181"), code("4302")]);
    assert_eq!(units.areas(code("43")), [code("43")]);
    assert_eq!(units.areas(code("430211")), ["430121", "430181", "430211"].map(code));
    assert_eq!(
        units.ended(),
        [("430121", "430211"), ("430181", "430211")].map(|(a, b)| (code(a), code(b)))
    );
}

#[test]
fn the_successor_of_an_accused_unit_is_kept_away_like_it() {
    let (register, _) = read(&moved("430121", "430211", "2027-01-01")).unwrap();
    let (accused, heir) = (code("430121"), code("430211"));
    assert!(!register.on(day("2026-12-31")).bars(accused, heir));
    let units = register.on(day("2027-01-01"));
    assert!(units.bars(accused, heir) && !units.bars(accused, code("4302")));
    assert_eq!(units.barring(heir), ["43", "430121", "4302", "430211"].map(code));
}

#[test]
fn what_cannot_be_is_refused_with_its_reason() {
    let new = "[[succession]]\nfrom = '430121'\non = '2027-01-01'\nsource = 's'\n";
    for (entries, reason) in [
        (moved("430121", "430183", "2027-01-01"), "a new division needs its name"),
        (moved("430199", "430181", "2027-01-01"), "no such unit"),
        (moved("430121", "430121", "2027-01-01"), "circle"),
        (
            moved("430121", "430181", "2027-01-01") + &moved("430181", "430121", "2028-01-01"),
            "circle",
        ),
        // The city goes into a county of its own: what lies in the city would turn for ever.
        (moved("430100", "430121", "2027-01-01"), "circle"),
        (
            moved("430121", "430181", "2027-01-01") + &moved("430121", "430211", "2028-01-01"),
            "two successors",
        ),
        (format!("{new}to = '999901'\nname = '新县'"), "there is no 999900 above it"),
        (format!("{new}to = '430181'\nname = '新县'"), "430181 is called 浏阳市"),
        (BODY.replace("001001", "430121"), "000001 to 009999"),
        (BODY.replace("'420000', '430100'", ""), "no divisions"),
        (BODY.replace("430100", "420100"), "420100 lies within 420000"),
        (BODY.replace("430100", "420000"), "twice"),
        (BODY.replace("430100", "439900"), "no division 439900"),
        (BODY.replace("430100", "000000"), "no division 000000"),
        (BODY.replace("'s'", "' '"), "no source"),
        (format!("{BODY}{BODY}"), "stands twice"),
        (format!("{BODY}until = '2026-01-01'"), "ends before it begins"),
        (format!("{BODY}until = '2027-01-01'"), "without a succession"),
        (format!("{BODY}colour = 'red'"), "unknown field"),
    ] {
        let refused = read(&entries).map(|_| ()).unwrap_err();
        assert!(refused.contains(reason), "«{reason}» is not in «{refused}»");
    }
}
