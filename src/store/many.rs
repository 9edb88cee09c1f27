//! Many rows by one statement.

/// Puts a slice of rows into a table. Each database has its own way to write it, so the statement is
/// made for the one at hand.
macro_rules! insert_many {
    ($conn:expr, $table:expr, $rows:expr) => {{
        use crate::store::connection::AnyConnection;
        let rows = $rows;
        match &mut *$conn {
            AnyConnection::Sqlite(conn) => diesel::insert_into($table).values(rows).execute(conn),
            AnyConnection::Postgres(conn) => diesel::insert_into($table).values(rows).execute(conn),
        }
    }};
}

pub(super) use insert_many;
