//! The database itself, past the program: for guards, and for what must not stand in it.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::world::{Backend, World, wait_for};

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

/// An empty place: a data folder with the keys of a world, and where a database may be made.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub database: String,
    pub backend: Backend,
}

impl Place {
    pub fn with_keys_of(world: &World, backend: Backend) -> Place {
        let folder = tempfile::TempDir::new().unwrap();
        for key in ["keys", "seal.key"] {
            std::fs::copy(world.folder.path().join(key), folder.path().join(key)).unwrap();
        }
        let database = match backend {
            Backend::Sqlite => format!("sqlite:{}", folder.path().join("new.db").display()),
            Backend::Postgres => {
                let url = std::env::var("HOTLINE_TEST_POSTGRES").unwrap();
                let name = format!("t_place_{}", hotline::clock::new_id());
                let mut admin = PgConnection::establish(&url).unwrap();
                admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
                format!("{}/{name}", url.rsplit_once('/').unwrap().0)
            }
        };
        Place { folder, database, backend }
    }

    /// A copy of a database that nothing is connected to, over the same evidence.
    pub fn copy_of(world: &World) -> Place {
        let place = Place::with_keys_of(world, world.backend);
        let files = world.folder.path().join("files");
        std::os::unix::fs::symlink(files, place.folder.path().join("files")).unwrap();
        match (world.database.strip_prefix("sqlite:"), place.database.strip_prefix("sqlite:")) {
            (Some(from), Some(to)) => {
                std::fs::copy(from, to).unwrap();
            }
            _ => {
                let name = |url: &str| url.rsplit_once('/').unwrap().1.to_owned();
                let (from, to) = (name(&world.database), name(&place.database));
                let url = std::env::var("HOTLINE_TEST_POSTGRES").unwrap();
                let mut admin = PgConnection::establish(&url).unwrap();
                admin.batch_execute(&format!("DROP DATABASE {to}")).unwrap();
                let copy = format!("CREATE DATABASE {to} TEMPLATE {from}");
                // Whoever was connected a moment ago may not have gone yet.
                wait_for("the copy", || admin.batch_execute(&copy).ok());
            }
        }
        place
    }

    /// The program as it is used there.
    pub fn program(&self, world: &World, arguments: &[&str]) -> std::process::Command {
        let mut program = world.program();
        program.env("HOTLINE_DATA", self.folder.path()).env("DATABASE_URL", &self.database);
        program.args(arguments);
        program
    }

    /// Empties it again, as a person would.
    pub fn empty(&self) {
        let _ = std::fs::remove_dir_all(self.folder.path().join("files"));
        match self.database.strip_prefix("sqlite:") {
            Some(file) => ["", "-wal", "-shm"].iter().for_each(|end| {
                let _ = std::fs::remove_file(format!("{file}{end}"));
            }),
            None => {
                let mut conn = PgConnection::establish(&self.database).unwrap();
                conn.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").unwrap();
            }
        }
    }
}

impl World {
    /// Goes on at another place; what was here is left.
    pub fn go_to(&mut self, place: Place) {
        self.stop();
        (self.folder, self.database, self.backend) = (place.folder, place.database, place.backend);
    }
}
