//! The database itself, past the program: for guards, and for what must not stand in it.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::world::{Backend, World};

#[derive(diesel::QueryableByName)]
struct Named {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

impl World {
    /// Runs SQL on the database itself, past the program; the error in words.
    pub fn sql(&self, sql: &str) -> Result<(), String> {
        let done = match self.backend {
            Backend::Sqlite => {
                let path = self.database.strip_prefix("sqlite:").unwrap();
                let mut conn = SqliteConnection::establish(path).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
                conn.batch_execute(sql)
            }
            Backend::Postgres => {
                PgConnection::establish(&self.database).unwrap().batch_execute(sql)
            }
        };
        done.map_err(|error| error.to_string())
    }

    /// The column `name` of a query, past the program.
    pub fn names(&self, sql: &str) -> Vec<String> {
        use diesel::RunQueryDsl;
        if let Some(path) = self.database.strip_prefix("sqlite:") {
            return self.names_in(path.as_ref(), sql);
        }
        let query = diesel::sql_query(sql.to_owned());
        let mut conn = PgConnection::establish(&self.database).unwrap();
        let rows: Vec<Named> = query.load(&mut conn).unwrap();
        rows.into_iter().map(|row| row.name).collect()
    }

    /// The same of any embedded database.
    pub fn names_in(&self, database: &std::path::Path, sql: &str) -> Vec<String> {
        use diesel::RunQueryDsl;
        let mut conn = SqliteConnection::establish(database.to_str().unwrap()).unwrap();
        conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
        let rows: Vec<Named> = diesel::sql_query(sql.to_owned()).load(&mut conn).unwrap();
        rows.into_iter().map(|row| row.name).collect()
    }
}
