//! Rows out of a database, table by table, all of one snapshot and in the order of their keys.

use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::row::{Field, NamedRow};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, Bool, Double, Integer, Text, Timestamp};
use diesel::sqlite::{Sqlite, SqliteConnection, SqliteType};

use super::table::{Kind, Table};
use super::value::{Row, Value};
use crate::store::StoreError;
use crate::store::connection::AnyConnection;
use crate::store::schema::{self, STAYING};
use crate::store::session::Reader;

/// Rows that PostgreSQL is asked for at a time; SQLite gives them one by one.
const FETCHED: usize = 1_000;

impl Reader<'_> {
    /// The tables that a backup carries, each after those that its rows refer to.
    pub fn tables(&mut self) -> Vec<Table> {
        schema::tables()
    }

    /// How many rows a table has, without those that stay behind.
    pub fn count_rows(&mut self, table: &Table) -> Result<u64, StoreError> {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        // Names and values are those of a constant.
        let left_out = STAYING.iter().filter(|(name, ..)| *name == table.name);
        let left_out: Vec<String> =
            left_out.map(|(_, column, value)| format!("{column} <> '{value}'")).collect();
        let only = if left_out.is_empty() { "1 = 1".to_owned() } else { left_out.join(" AND ") };
        let sql = ["SELECT count(*) AS n FROM ", &table.name, " WHERE ", &only].concat();
        let count: Count = match self.conn {
            AnyConnection::Sqlite(conn) => sql_query(sql).get_result(conn)?,
            AnyConnection::Postgres(conn) => sql_query(sql).get_result(conn)?,
        };
        Ok(u64::try_from(count.n).unwrap_or(0))
    }

    /// Hands out every row of a table, in the order of its key; memory holds a bounded number of
    /// them. Rows that stay behind are left out.
    pub fn rows<E: From<StoreError>>(
        &mut self,
        table: &Table,
        mut each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let staying = STAYING.iter().filter(|(name, ..)| *name == table.name);
        let staying: Vec<(usize, Value)> = staying
            .filter_map(|(_, column, value)| {
                Some((table.place(column)?, Value::Text((*value).to_owned())))
            })
            .collect();
        let mut take = |Raw(values): Raw| {
            let row = typed(table, values)?;
            let stays = staying.iter().any(|(place, value)| row[*place] == *value);
            if stays { Ok(()) } else { each(row) }
        };
        match self.conn {
            AnyConnection::Sqlite(conn) => of_sqlite(conn, table, &mut take),
            AnyConnection::Postgres(conn) => of_postgres(conn, table, &mut take),
        }
    }
}

fn of_sqlite<E: From<StoreError>>(
    conn: &mut SqliteConnection,
    table: &Table,
    take: &mut impl FnMut(Raw) -> Result<(), E>,
) -> Result<(), E> {
    let query = sql_query(selection(table, ""));
    let rows = query.load_iter::<Raw, DefaultLoadingMode>(conn).map_err(StoreError::from)?;
    for row in rows {
        take(row.map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// By a cursor: a query of a whole table would stand in memory, and take longer than one may.
fn of_postgres<E: From<StoreError>>(
    conn: &mut PgConnection,
    table: &Table,
    take: &mut impl FnMut(Raw) -> Result<(), E>,
) -> Result<(), E> {
    // Another collation would put the same rows in another order than SQLite does.
    let selection = selection(table, " COLLATE \"C\"");
    let declare = ["DECLARE carried NO SCROLL CURSOR FOR ", &selection].concat();
    conn.batch_execute(&declare).map_err(StoreError::from)?;
    let fetch = ["FETCH ", &FETCHED.to_string(), " FROM carried"].concat();
    loop {
        let rows: Vec<Raw> = sql_query(&fetch).load(conn).map_err(StoreError::from)?;
        let last = rows.len() < FETCHED;
        rows.into_iter().try_for_each(&mut *take)?;
        if last {
            break;
        }
    }
    Ok(conn.batch_execute("CLOSE carried").map_err(StoreError::from)?)
}

fn selection(table: &Table, collation: &str) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let is_text = |name: &String| {
        table.place(name).is_some_and(|place| table.columns[place].kind == Kind::Text)
    };
    let order =
        |name: &String| [name.as_str(), if is_text(name) { collation } else { "" }].concat();
    let keys: Vec<String> = table.key.iter().map(order).collect();
    ["SELECT ", &names.join(", "), " FROM ", &table.name, " ORDER BY ", &keys.join(", ")].concat()
}

fn typed(table: &Table, values: Row) -> Result<Row, StoreError> {
    let pairs = table.columns.iter().zip(values);
    let of = |(column, value): (&super::Column, Value)| {
        let place = || StoreError::unreadable(format!("{}.{}", table.name, column.name));
        value.of(column.kind).ok_or_else(place)
    };
    pairs.map(of).collect()
}

/// A row whose types are those that the database names.
struct Raw(Row);

fn values<'a, DB: diesel::backend::Backend>(
    row: &impl NamedRow<'a, DB>,
    read: impl Fn(DB::RawValue<'_>) -> deserialize::Result<Value>,
) -> deserialize::Result<Raw> {
    let mut values = Vec::with_capacity(row.field_count());
    for at in 0..row.field_count() {
        let field = diesel::row::Row::get(row, at).ok_or("a column is missing")?;
        values.push(field.value().map_or(Ok(Value::Null), &read)?);
    }
    Ok(Raw(values))
}

impl QueryableByName<Sqlite> for Raw {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Raw> {
        values(row, |value| {
            Ok(match value.value_type() {
                None => Value::Null,
                Some(SqliteType::Text) => Value::Text(FromSql::<Text, Sqlite>::from_sql(value)?),
                Some(SqliteType::Binary) => {
                    Value::Bytes(FromSql::<Binary, Sqlite>::from_sql(value)?)
                }
                Some(SqliteType::Float | SqliteType::Double) => {
                    Value::Real(FromSql::<Double, Sqlite>::from_sql(value)?)
                }
                Some(_) => Value::Whole(FromSql::<BigInt, Sqlite>::from_sql(value)?),
            })
        })
    }
}

/// The numbers by which PostgreSQL names its types (its catalogue `pg_type`).
mod oid {
    pub const BOOL: u32 = 16;
    pub const BYTES: u32 = 17;
    pub const BIGINT: u32 = 20;
    pub const INTEGER: u32 = 23;
    pub const TEXT: u32 = 25;
    pub const DOUBLE: u32 = 701;
    pub const TIMESTAMP: u32 = 1114;
}

impl QueryableByName<Pg> for Raw {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Raw> {
        values(row, |value| {
            Ok(match value.get_oid().get() {
                oid::TEXT => Value::Text(FromSql::<Text, Pg>::from_sql(value)?),
                oid::BIGINT => Value::Whole(FromSql::<BigInt, Pg>::from_sql(value)?),
                oid::INTEGER => {
                    let n: i32 = FromSql::<Integer, Pg>::from_sql(value)?;
                    Value::Whole(n.into())
                }
                oid::BOOL => Value::Truth(FromSql::<Bool, Pg>::from_sql(value)?),
                oid::TIMESTAMP => Value::Time(FromSql::<Timestamp, Pg>::from_sql(value)?),
                oid::BYTES => Value::Bytes(FromSql::<Binary, Pg>::from_sql(value)?),
                oid::DOUBLE => Value::Real(FromSql::<Double, Pg>::from_sql(value)?),
                other => return Err(format!("a column of the unknown type {other}").into()),
            })
        })
    }
}
