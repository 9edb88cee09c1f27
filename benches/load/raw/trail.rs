//! What follows from a tip after its answer: its place in the log and the tree, the rows of the
//! figures, the marks by which it is found.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use hotline::intake::sought::marks_of;

use super::Rows;

diesel::table! { log (pos) { pos -> BigInt, entry_id -> Text, } }
diesel::table! { log_nodes (pos) { pos -> BigInt, hashes -> Binary, } }
diesel::table! {
    movements (pos, part) {
        pos -> BigInt, part -> Integer, term -> Text, at -> Timestamp, unit -> Text,
        other_unit -> Nullable<Text>, place -> Text, case_no -> Text, category -> Text,
        imported -> Bool,
    }
}
diesel::table! {
    arrivals (pos, part) {
        pos -> BigInt, part -> Integer, n -> Integer, at -> Timestamp, received_at -> Timestamp,
        tip -> Text, case_no -> Text, channel -> Text, place -> Text, category -> Text,
    }
}
diesel::table! {
    holdings (pos) {
        pos -> BigInt, case_no -> Text, stage -> Text, unit -> Text, since -> Timestamp,
        until -> Nullable<Timestamp>,
    }
}
diesel::table! {
    obligations (case_no, no, turn) {
        case_no -> Text, no -> Integer, turn -> Integer, kind -> Text, about -> Nullable<Integer>,
        owner -> Text, place -> Text, opened_at -> Timestamp, late_from -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>, status -> Text, saved -> Nullable<Integer>,
    }
}

row!(Place, log { pos: i64, entry_id: String });
row!(Nodes, log_nodes { pos: i64, hashes: Vec<u8> });
row!(Movement, movements {
    pos: i64, part: i32, term: String, at: NaiveDateTime, unit: String, other_unit: Option<String>,
    place: String, case_no: String, category: String, imported: bool,
});
row!(
    Arrived,
    arrivals {
        pos: i64,
        part: i32,
        n: i32,
        at: NaiveDateTime,
        received_at: NaiveDateTime,
        tip: String,
        case_no: String,
        channel: String,
        place: String,
        category: String,
    }
);
row!(Held, holdings {
    pos: i64, case_no: String, stage: String, unit: String, since: NaiveDateTime,
    until: Option<NaiveDateTime>,
});
row!(Obliged, obligations {
    case_no: String, no: i32, turn: i32, kind: String, about: Option<i32>, owner: String,
    place: String, opened_at: NaiveDateTime, late_from: Option<NaiveDateTime>,
    ended_at: Option<NaiveDateTime>, status: String, saved: Option<i32>,
});

/// The rows that follow from one tip.
#[derive(Clone)]
pub struct Trail {
    place: Place,
    nodes: Nodes,
    movements: Vec<Movement>,
    arrivals: Vec<Arrived>,
    holdings: Vec<Held>,
    obligations: Vec<Obliged>,
    marks: String,
}

impl Trail {
    /// The same for the rows of another tip.
    pub fn of(&self, rows: &Rows, n: usize) -> Trail {
        let mut trail = self.clone();
        let (no, pos) = (&rows.case.no, i64::try_from(n).unwrap() + 1);
        (trail.place.pos, trail.nodes.pos) = (pos, pos);
        trail.place.entry_id.clone_from(&rows.entry.id);
        for row in &mut trail.movements {
            row.pos = pos;
            row.case_no.clone_from(no);
        }
        for row in &mut trail.arrivals {
            row.pos = pos;
            row.case_no.clone_from(no);
            row.tip.clone_from(&rows.tip.number);
        }
        for row in &mut trail.holdings {
            row.pos = pos;
            row.case_no.clone_from(no);
        }
        trail.obligations.iter_mut().for_each(|row| row.case_no.clone_from(no));
        trail
    }
}

macro_rules! on {
    ($module:ident, $conn:ty, $marks:literal) => {
        pub mod $module {
            use super::*;

            pub fn sample(conn: &mut $conn, rows: &Rows) -> Trail {
                let no = &rows.case.no;
                let place: Place = log::table
                    .filter(log::entry_id.eq(&rows.entry.id))
                    .select(Place::as_select())
                    .first(conn)
                    .unwrap();
                let nodes = log_nodes::table.find(place.pos).select(Nodes::as_select());
                macro_rules! of_case {
                    ($table:ident, $row:ty) => {
                        $table::table
                            .filter($table::case_no.eq(no))
                            .select(<$row>::as_select())
                            .load(conn)
                            .unwrap()
                    };
                }
                let marks = marks_of([no.as_str(), &rows.words.text]);
                Trail {
                    nodes: nodes.first(conn).unwrap(),
                    movements: of_case!(movements, Movement),
                    arrivals: of_case!(arrivals, Arrived),
                    holdings: of_case!(holdings, Held),
                    obligations: of_case!(obligations, Obliged),
                    marks: marks.into_iter().collect::<Vec<_>>().join(" "),
                    place,
                }
            }

            pub fn write(conn: &mut $conn, no: &str, trail: Trail) {
                macro_rules! put {
                    ($table:ident, $rows:expr) => {
                        for row in $rows {
                            diesel::insert_into($table::table).values(row).execute(conn).unwrap();
                        }
                    };
                }
                put!(log, [trail.place]);
                put!(log_nodes, [trail.nodes]);
                put!(movements, trail.movements);
                put!(arrivals, trail.arrivals);
                put!(holdings, trail.holdings);
                put!(obligations, trail.obligations);
                let number: i64 = no.parse().unwrap();
                let marked = diesel::sql_query($marks).bind::<BigInt, _>(number);
                marked.bind::<Text, _>(trail.marks).execute(conn).unwrap();
            }
        }
    };
}
on!(sqlite, SqliteConnection, "INSERT INTO case_marks (rowid, marks) VALUES ($1, $2)");
on!(
    postgres,
    PgConnection,
    "INSERT INTO case_marks (no, marks) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))"
);

macro_rules! caught_up {
    ($conn:expr) => {{
        #[derive(QueryableByName)]
        struct Behind {
            #[diesel(sql_type = BigInt)]
            behind: i64,
        }
        let behind = "SELECT CAST((SELECT count(*) FROM unsealed) + (SELECT 2 * size FROM log_head) - \
                      (SELECT sum(pos) FROM cursors WHERE reader IN ('tally', 'marks')) AS BIGINT) \
                      AS behind";
        let rows: Vec<Behind> = diesel::sql_query(behind).load($conn).unwrap();
        rows[0].behind == 0
    }};
}

/// Whether everything that follows from the tips of a service is written.
pub fn is_caught_up(served: &str) -> bool {
    match served.strip_prefix("sqlite:") {
        Some(file) => caught_up!(&mut SqliteConnection::establish(file).unwrap()),
        None => caught_up!(&mut PgConnection::establish(served).unwrap()),
    }
}
