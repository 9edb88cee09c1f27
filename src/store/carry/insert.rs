//! Rows into a table that is known only as data.
//!
//! SQLite runs one prepared statement for each row. PostgreSQL gets a column of many rows at a time:
//! each statement is a way to the server and back.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Double, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;

use super::table::{Kind, Table};
use super::value::{Row, Value};
use crate::store::StoreError;
use crate::store::connection::AnyConnection;

/// Puts rows into a table.
pub(super) fn insert(
    conn: &mut AnyConnection,
    table: &Table,
    rows: Vec<Row>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let into = ["INSERT INTO ", &table.name, " (", &names.join(", "), ")"].concat();
    match conn {
        AnyConnection::Sqlite(conn) => {
            let head = [&into, " VALUES ("].concat();
            for row in &rows {
                OneRow { head: &head, row }.execute(conn)?;
            }
        }
        AnyConnection::Postgres(conn) => {
            let head = [&into, " SELECT * FROM unnest("].concat();
            ManyRows { head: &head, columns: columns(table, rows) }.execute(conn)?;
        }
    }
    Ok(())
}

/// A row for SQLite.
struct OneRow<'a> {
    head: &'a str,
    row: &'a [Value],
}

static NOTHING: Option<String> = None;

impl QueryFragment<Sqlite> for OneRow<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.head);
        for (at, value) in self.row.iter().enumerate() {
            if at > 0 {
                out.push_sql(", ");
            }
            match value {
                Value::Null => out.push_bind_param::<Nullable<Text>, _>(&NOTHING)?,
                Value::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Value::Whole(n) => out.push_bind_param::<BigInt, _>(n)?,
                Value::Real(n) => out.push_bind_param::<Double, _>(n)?,
                Value::Truth(truth) => out.push_bind_param::<Bool, _>(truth)?,
                Value::Time(at) => out.push_bind_param::<Timestamp, _>(at)?,
                Value::Bytes(bytes) => out.push_bind_param::<Binary, _>(bytes)?,
            }
        }
        out.push_sql(")");
        Ok(())
    }
}

/// Rows for PostgreSQL, column by column.
struct ManyRows<'a> {
    head: &'a str,
    columns: Vec<Values>,
}

/// The values of one column.
enum Values {
    Text(Vec<Option<String>>),
    Whole(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Truth(Vec<Option<bool>>),
    Time(Vec<Option<chrono::NaiveDateTime>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Values {
    fn of(kind: Kind) -> Values {
        match kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Integer | Kind::BigInt => Values::Whole(Vec::new()),
            Kind::Bool => Values::Truth(Vec::new()),
            Kind::Timestamp => Values::Time(Vec::new()),
            Kind::Binary => Values::Bytes(Vec::new()),
            Kind::Double => Values::Real(Vec::new()),
        }
    }

    /// Takes a value in; one of another type, which no row that was read has, counts as nothing.
    fn push(&mut self, value: Value) {
        match (self, value) {
            (Values::Text(all), Value::Text(text)) => all.push(Some(text)),
            (Values::Whole(all), Value::Whole(n)) => all.push(Some(n)),
            (Values::Real(all), Value::Real(n)) => all.push(Some(n)),
            (Values::Truth(all), Value::Truth(truth)) => all.push(Some(truth)),
            (Values::Time(all), Value::Time(at)) => all.push(Some(at)),
            (Values::Bytes(all), Value::Bytes(bytes)) => all.push(Some(bytes)),
            (Values::Text(all), _) => all.push(None),
            (Values::Whole(all), _) => all.push(None),
            (Values::Real(all), _) => all.push(None),
            (Values::Truth(all), _) => all.push(None),
            (Values::Time(all), _) => all.push(None),
            (Values::Bytes(all), _) => all.push(None),
        }
    }
}

fn columns(table: &Table, rows: Vec<Row>) -> Vec<Values> {
    let mut columns: Vec<Values> =
        table.columns.iter().map(|column| Values::of(column.kind)).collect();
    for row in rows {
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    columns
}

type Many<T> = Array<Nullable<T>>;

impl QueryFragment<Pg> for ManyRows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.head);
        for (at, values) in self.columns.iter().enumerate() {
            if at > 0 {
                out.push_sql(", ");
            }
            match values {
                Values::Text(all) => out.push_bind_param::<Many<Text>, _>(all)?,
                Values::Whole(all) => out.push_bind_param::<Many<BigInt>, _>(all)?,
                Values::Real(all) => out.push_bind_param::<Many<Double>, _>(all)?,
                Values::Truth(all) => out.push_bind_param::<Many<Bool>, _>(all)?,
                Values::Time(all) => out.push_bind_param::<Many<Timestamp>, _>(all)?,
                Values::Bytes(all) => out.push_bind_param::<Many<Binary>, _>(all)?,
            }
        }
        out.push_sql(")");
        Ok(())
    }
}

/// The text of such a statement depends on the table; diesel keeps it prepared by its text.
macro_rules! executed {
    ($name:ident) => {
        impl QueryId for $name<'_> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl<Conn> RunQueryDsl<Conn> for $name<'_> {}
    };
}

executed!(OneRow);
executed!(ManyRows);
