//! The same rows without the service: what a loop writes that knows them beforehand and does nothing
//! else. Statements are prepared once, the durability is the service's, and so is what one commit
//! takes: 64 tips on SQLite, one tip on each of sixteen connections on PostgreSQL. It is run twice:
//! with the rows that an answer waits for, and with all that follow from a tip ([`trail`]); the service
//! seals, tallies and marks in the time that is measured.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// Tips of one commit of SQLite: those that the service's writer takes at the most.
const BATCH: usize = 64;
/// Connections of PostgreSQL: the service's.
const WRITERS: usize = 16;
/// Where the numbers of the second run begin.
const WHOLE_FROM: usize = 10_000_000;

diesel::table! {
    cases (no) {
        no -> Text, last_seq -> Integer, stage -> Text, state -> Text, holder -> Text, place -> Text,
        category -> Text, opened_at -> Timestamp, changed_at -> Timestamp, carrier -> Text,
        severity -> Text,
    }
}
diesel::table! {
    entries (id) {
        id -> Text, case_no -> Text, seq -> Integer, act -> Text, recorded_at -> Timestamp,
        body -> Text, salt -> Binary, leaf -> Text,
    }
}
diesel::table! { unsealed (entry_id) { entry_id -> Text, } }
diesel::table! {
    duties (case_no, no) {
        case_no -> Text, no -> Integer, kind -> Text, owner -> Text, tip -> Nullable<Text>,
        opened_at -> Timestamp, due_at -> Nullable<Timestamp>, rule -> Text, blocking -> Bool,
        paused -> Bool, status -> Text, ended_at -> Nullable<Timestamp>,
    }
}
diesel::table! { case_units (case_no, unit) { case_no -> Text, unit -> Text, } }
diesel::table! {
    tips (number) {
        number -> Text, case_no -> Text, entry_id -> Text, channel -> Text, mode -> Text,
        occurred_on -> Nullable<Text>, received_at -> Timestamp, source -> Nullable<Text>,
        external_id -> Nullable<Text>, code_hash -> Text,
    }
}
diesel::table! {
    tip_words (entry_id) {
        entry_id -> Text, tip -> Text, salt -> Binary, title -> Nullable<Text>, text -> Text,
        place_text -> Nullable<Text>, accused -> Nullable<Text>, lon -> Nullable<Double>,
        lat -> Nullable<Double>, accused_key -> Nullable<Text>, place_key -> Nullable<Text>,
    }
}
diesel::table! {
    tip_identities (tip) { tip -> Text, wrapped_key -> Binary, sealed -> Binary, }
}

macro_rules! row {
    ($name:ident, $table:ident { $($field:ident: $type:ty),* $(,)? }) => {
        #[derive(Clone, Queryable, Selectable, Insertable)]
        #[diesel(table_name = $table)]
        struct $name { $($field: $type),* }
    };
}
row!(
    Case,
    cases {
        no: String,
        last_seq: i32,
        stage: String,
        state: String,
        holder: String,
        place: String,
        category: String,
        opened_at: NaiveDateTime,
        changed_at: NaiveDateTime,
        carrier: String,
        severity: String,
    }
);
row!(Entry, entries {
    id: String, case_no: String, seq: i32, act: String, recorded_at: NaiveDateTime, body: String,
    salt: Vec<u8>, leaf: String,
});
row!(Waiting, unsealed { entry_id: String });
row!(Duty, duties {
    case_no: String, no: i32, kind: String, owner: String, tip: Option<String>,
    opened_at: NaiveDateTime, due_at: Option<NaiveDateTime>, rule: String, blocking: bool,
    paused: bool, status: String, ended_at: Option<NaiveDateTime>,
});
row!(Unit, case_units { case_no: String, unit: String });
row!(Tip, tips {
    number: String, case_no: String, entry_id: String, channel: String, mode: String,
    occurred_on: Option<String>, received_at: NaiveDateTime, source: Option<String>,
    external_id: Option<String>, code_hash: String,
});
row!(Words, tip_words {
    entry_id: String, tip: String, salt: Vec<u8>, title: Option<String>, text: String,
    place_text: Option<String>, accused: Option<String>, lon: Option<f64>, lat: Option<f64>,
    accused_key: Option<String>, place_key: Option<String>,
});
row!(Identity, tip_identities { tip: String, wrapped_key: Vec<u8>, sealed: Vec<u8> });

pub mod trail;

/// What is written of a tip.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What its answer waits for.
    Answered,
    /// That, and what follows from it.
    Whole,
}

/// The rows of one tip as the service wrote them.
#[derive(Clone)]
pub struct Rows {
    case: Case,
    entry: Entry,
    duties: Vec<Duty>,
    units: Vec<Unit>,
    tip: Tip,
    words: Words,
    identity: Identity,
}

impl Rows {
    /// The same under keys of its own.
    fn numbered(&self, n: usize) -> Rows {
        let mut rows = self.clone();
        let (no, tip, id) = (format!("99{n:014}"), format!("99{n:014}"), format!("{n:032}"));
        (rows.case.no, rows.case.carrier) = (no.clone(), no.clone());
        (rows.entry.id, rows.entry.case_no) = (id.clone(), no.clone());
        for duty in &mut rows.duties {
            duty.case_no.clone_from(&no);
            duty.tip = duty.tip.as_ref().map(|_| tip.clone());
        }
        rows.units.iter_mut().for_each(|unit| unit.case_no.clone_from(&no));
        (rows.tip.number, rows.tip.case_no, rows.tip.entry_id) = (tip.clone(), no, id.clone());
        (rows.words.entry_id, rows.words.tip) = (id, tip.clone());
        rows.identity.tip = tip;
        rows
    }
}

macro_rules! on {
    ($module:ident, $conn:ty) => {
        mod $module {
            use super::*;

            pub fn sample(conn: &mut $conn) -> Rows {
                let case: Case = cases::table.select(Case::as_select()).first(conn).unwrap();
                let no = case.no.clone();
                let of_case = tips::table.filter(tips::case_no.eq(&no)).select(Tip::as_select());
                let tip: Tip = of_case.first(conn).unwrap();
                let of_entry = entries::table.find(&tip.entry_id).select(Entry::as_select());
                let said = tip_words::table.find(&tip.entry_id).select(Words::as_select());
                let by = tip_identities::table.find(&tip.number).select(Identity::as_select());
                let owed = duties::table.filter(duties::case_no.eq(&no)).select(Duty::as_select());
                let units = case_units::table.filter(case_units::case_no.eq(&no));
                Rows {
                    entry: of_entry.first(conn).unwrap(),
                    duties: owed.load(conn).unwrap(),
                    units: units.select(Unit::as_select()).load(conn).unwrap(),
                    words: said.first(conn).unwrap(),
                    identity: by.first(conn).unwrap(),
                    tip,
                    case,
                }
            }

            pub fn write(conn: &mut $conn, rows: Rows) {
                let Rows { case, entry, duties: owed, units, tip, words, identity } = rows;
                let waiting = Waiting { entry_id: entry.id.clone() };
                diesel::insert_into(cases::table).values(case).execute(conn).unwrap();
                diesel::insert_into(entries::table).values(entry).execute(conn).unwrap();
                diesel::insert_into(unsealed::table).values(waiting).execute(conn).unwrap();
                for duty in owed {
                    diesel::insert_into(duties::table).values(duty).execute(conn).unwrap();
                }
                for unit in units {
                    diesel::insert_into(case_units::table).values(unit).execute(conn).unwrap();
                }
                diesel::insert_into(tips::table).values(tip).execute(conn).unwrap();
                diesel::insert_into(tip_words::table).values(words).execute(conn).unwrap();
                diesel::insert_into(tip_identities::table).values(identity).execute(conn).unwrap();
            }
        }
    };
}
on!(sqlite, SqliteConnection);
on!(postgres, PgConnection);

/// Tips a second, written to a fresh database as they stand in the service's.
pub fn tips_a_second(served: &str, fresh: &str, extent: Extent, lasts: Duration) -> f64 {
    // Neither run begins with the other's keys.
    let first = if extent == Extent::Whole { WHOLE_FROM } else { 0 };
    let written = match (served.strip_prefix("sqlite:"), fresh.strip_prefix("sqlite:")) {
        (Some(served), Some(fresh)) => {
            let served = &mut SqliteConnection::establish(served).unwrap();
            let rows = sqlite::sample(served);
            let trail = trail::sqlite::sample(served, &rows);
            let mut conn = SqliteConnection::establish(fresh).unwrap();
            let set = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
                       PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                       PRAGMA recursive_triggers = ON; PRAGMA cache_size = -32768; \
                       PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY";
            conn.batch_execute(set).unwrap();
            let end = Instant::now() + lasts;
            let mut written = 0;
            while Instant::now() < end {
                conn.batch_execute("BEGIN IMMEDIATE").unwrap();
                for n in first + written..first + written + BATCH {
                    let rows = rows.numbered(n);
                    let (no, trail) = (rows.case.no.clone(), trail.of(&rows, n));
                    sqlite::write(&mut conn, rows);
                    if extent == Extent::Whole {
                        trail::sqlite::write(&mut conn, &no, trail);
                    }
                }
                conn.batch_execute("COMMIT").unwrap();
                written += BATCH;
            }
            written
        }
        _ => {
            let served = &mut PgConnection::establish(served).unwrap();
            let rows = postgres::sample(served);
            let trail = trail::postgres::sample(served, &rows);
            let next = AtomicUsize::new(first);
            let end = Instant::now() + lasts;
            let one = || {
                let mut conn = PgConnection::establish(fresh).unwrap();
                while Instant::now() < end {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let rows = rows.numbered(n);
                    let (no, trail) = (rows.case.no.clone(), trail.of(&rows, n));
                    conn.batch_execute("BEGIN").unwrap();
                    postgres::write(&mut conn, rows);
                    if extent == Extent::Whole {
                        trail::postgres::write(&mut conn, &no, trail);
                    }
                    conn.batch_execute("COMMIT").unwrap();
                }
            };
            std::thread::scope(|scope| (0..WRITERS).for_each(|_| drop(scope.spawn(one))));
            next.into_inner() - first
        }
    };
    written as f64 / lasts.as_secs_f64()
}
