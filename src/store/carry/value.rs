//! Values of rows and their line of JSON.
//!
//! Text is a string, numbers and truth values are themselves, an instant is microseconds since 1970,
//! bytes are hexadecimal. A number with a fraction is a string, the shortest that reads back as the
//! same number: readers of JSON differ in the last bit.

use std::io::Write;

use chrono::{DateTime, NaiveDateTime};

use super::table::{Column, Kind, Table};
use crate::store::StoreError;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Text.
    Text(String),
    /// A whole number of either length.
    Whole(i64),
    /// A number with a fraction.
    Real(f64),
    /// True or false.
    Truth(bool),
    /// An instant in UTC.
    Time(NaiveDateTime),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The values of a row, in the order of its table's columns.
pub type Row = Vec<Value>;

impl Value {
    /// As its column has it: SQLite knows neither truth values nor instants.
    pub(super) fn of(self, kind: Kind) -> Option<Value> {
        Some(match (kind, self) {
            (Kind::Bool, Value::Whole(n)) => Value::Truth(n != 0),
            (Kind::Double, Value::Whole(n)) => Value::Real(n as f64),
            (Kind::Timestamp, Value::Text(text)) => Value::Time(instant(&text)?),
            (_, value) if value == Value::Null || value.fits(kind) => value,
            _ => return None,
        })
    }

    fn fits(&self, kind: Kind) -> bool {
        matches!(
            (kind, self),
            (Kind::Text, Value::Text(_))
                | (Kind::Integer | Kind::BigInt, Value::Whole(_))
                | (Kind::Bool, Value::Truth(_))
                | (Kind::Timestamp, Value::Time(_))
                | (Kind::Binary, Value::Bytes(_))
                | (Kind::Double, Value::Real(_))
        )
    }

    fn write(&self, out: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Value::Null => out.write_all(b"null"),
            Value::Text(text) => Ok(serde_json::to_writer(out, text)?),
            Value::Whole(n) => write!(out, "{n}"),
            Value::Real(n) => write!(out, "\"{n:?}\""),
            Value::Truth(truth) => write!(out, "{truth}"),
            Value::Time(at) => write!(out, "{}", at.and_utc().timestamp_micros()),
            Value::Bytes(bytes) => write!(out, "\"{}\"", hex::encode(bytes)),
        }
    }

    fn read(column: &Column, json: serde_json::Value) -> Option<Value> {
        use serde_json::Value as Json;
        Some(match (column.kind, json) {
            (_, Json::Null) if column.nullable => Value::Null,
            (Kind::Text, Json::String(text)) => Value::Text(text),
            (Kind::Integer, Json::Number(n)) => {
                Value::Whole(i32::try_from(n.as_i64()?).ok()?.into())
            }
            (Kind::BigInt, Json::Number(n)) => Value::Whole(n.as_i64()?),
            (Kind::Bool, Json::Bool(truth)) => Value::Truth(truth),
            (Kind::Timestamp, Json::Number(n)) => {
                Value::Time(DateTime::from_timestamp_micros(n.as_i64()?)?.naive_utc())
            }
            (Kind::Binary, Json::String(text)) => Value::Bytes(hex::decode(text).ok()?),
            (Kind::Double, Json::String(text)) => Value::Real(text.parse().ok()?),
            _ => return None,
        })
    }
}

/// An instant as SQLite keeps it: diesel's form, or that of a default of SQL.
fn instant(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%F %T%.f").ok()
}

/// Appends a row as one line.
pub fn write_line(row: &[Value], out: &mut Vec<u8>) -> Result<(), StoreError> {
    let mut sign = b'[';
    for value in row {
        out.push(sign);
        value.write(out).map_err(StoreError::unreadable)?;
        sign = b',';
    }
    out.extend_from_slice(b"]\n");
    Ok(())
}

/// Reads a line back; `None` where it is no row of this table.
pub fn read_line(table: &Table, line: &[u8]) -> Option<Row> {
    let values: Vec<serde_json::Value> = serde_json::from_slice(line).ok()?;
    if values.len() != table.columns.len() {
        return None;
    }
    let pairs = table.columns.iter().zip(values);
    pairs.map(|(column, value)| Value::read(column, value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let column = |name: &str, kind, nullable| Column { name: name.into(), kind, nullable };
        let columns = vec![
            column("a", Kind::Text, false),
            column("b", Kind::Integer, false),
            column("c", Kind::BigInt, false),
            column("d", Kind::Bool, false),
            column("e", Kind::Timestamp, true),
            column("f", Kind::Binary, false),
            column("g", Kind::Double, true),
        ];
        Table { name: "t".into(), columns, key: vec!["a".into()] }
    }

    fn row() -> Row {
        let at = DateTime::from_timestamp_micros(1_795_430_400_123_456).unwrap().naive_utc();
        vec![
            Value::Text("村东头 \"占用\"\n\u{1f33e}".into()),
            Value::Whole(-7),
            Value::Whole(i64::MAX),
            Value::Truth(true),
            Value::Time(at),
            Value::Bytes(vec![0, 255, 16]),
            Value::Real(0.1 + 0.2),
        ]
    }

    #[test]
    fn a_row_reads_back_as_it_was_to_the_last_bit() {
        let mut rows = vec![row(), row(), row()];
        (rows[1][4], rows[1][6]) = (Value::Null, Value::Null);
        rows[2][6] = Value::Real(-0.0);
        for row in rows {
            let mut line = Vec::new();
            write_line(&row, &mut line).unwrap();
            assert_eq!(line.iter().filter(|b| **b == b'\n').count(), 1);
            let again = read_line(&table(), &line).unwrap();
            assert_eq!(format!("{again:?}"), format!("{row:?}"));
        }
    }

    #[test]
    fn what_sqlite_keeps_otherwise_becomes_what_the_column_says() {
        assert_eq!(Value::Whole(1).of(Kind::Bool), Some(Value::Truth(true)));
        assert_eq!(Value::Whole(112).of(Kind::Double), Some(Value::Real(112.0)));
        let text = |text: &str| Value::Text(text.into()).of(Kind::Timestamp);
        assert!(matches!(text("2026-11-23 10:40:00"), Some(Value::Time(_))));
        assert!(matches!(text("2026-11-23 10:40:00.123456"), Some(Value::Time(_))));
        assert_eq!(text("yesterday"), None);
        assert_eq!(Value::Text("x".into()).of(Kind::Integer), None);
    }

    #[test]
    fn a_line_of_another_table_is_none_of_this() {
        let mut line = Vec::new();
        write_line(&row(), &mut line).unwrap();
        let good = String::from_utf8(line).unwrap();
        for (from, to) in [("-7", "2147483648"), ("true", "1"), ("true", "null"), ("00ff10", "0g")]
        {
            let bad = good.replacen(from, to, 1);
            assert!(bad != good && read_line(&table(), bad.as_bytes()).is_none(), "{bad}");
        }
        assert!(read_line(&table(), b"[1,2]").is_none());
        assert!(read_line(&table(), &good.as_bytes()[..good.len() - 5]).is_none());
    }
}
