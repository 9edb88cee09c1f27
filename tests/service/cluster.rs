//! A PostgreSQL of a test's own, to be shot at: the one that all tests share must not fall.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel::{Connection, PgConnection, RunQueryDsl};

use crate::relay::free_port;
use crate::world::{Backend, World, has_postgres};

/// The server, with a service on it.
pub struct Shot {
    pub world: World,
    pub port: u16,
    pub data: PathBuf,
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// Where Debian keeps its servers, off the path.
const DEBIAN: &str = "/usr/lib/postgresql";

fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|v| v.path().join("bin").join(name)).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}

/// A command as the owner of the cluster: the server refuses to run as root.
fn as_owner(folder: &Path, name: &str) -> Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    let mut command = match root {
        true => Command::new("runuser"),
        false => Command::new("env"),
    };
    if root {
        command.args(["-u", "postgres", "--", "env"]);
    }
    command.arg("LC_ALL=C").arg(program(name)).current_dir("/");
    command.arg("-D").arg(folder).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Stops the server should the tests be killed, in which case nothing of theirs is dropped.
fn guard(folder: &Path) {
    let words = "while kill -0 \"$1\" 2>/dev/null && [ -d \"$2\" ]; do sleep 1; done; \
                 [ -d \"$2\" ] || exit 0; kill -QUIT \"$(head -n 1 \"$2/postmaster.pid\")\"; \
                 sleep 1; rm -rf \"$2\"";
    let mut guard = Command::new("setsid");
    guard.args(["-f", "sh", "-c", words, "guard", &std::process::id().to_string()]).arg(folder);
    guard.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(guard.status().unwrap().success());
}

impl Shot {
    /// Starts both; `None` where there is no PostgreSQL to test with. The service talks to it through
    /// `port_of`, given the server's own port.
    pub fn start(port_of: impl FnOnce(u16) -> u16) -> Option<Shot> {
        Shot::laid_out(&[], port_of)
    }

    /// The same with a checksum on every page.
    pub fn with_checksums() -> Option<Shot> {
        Shot::laid_out(&["--data-checksums"], |port| port)
    }

    fn laid_out(further: &[&str], port_of: impl FnOnce(u16) -> u16) -> Option<Shot> {
        if !has_postgres() {
            return None;
        }
        let port = free_port();
        let folder = PathBuf::from(format!("/tmp/hotline-shot.{}.{port}", std::process::id()));
        let ran = |command: &mut Command| assert!(command.status().unwrap().success());
        ran(as_owner(&folder, "initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync"])
            .args(further));
        // Durable as in service: what was acknowledged must be there after the shot.
        let options = format!("-p {port} -k {} -c listen_addresses=127.0.0.1", folder.display());
        ran(as_owner(&folder, "pg_ctl")
            .args(["-w", "-l"])
            .arg(folder.join("log"))
            .args(["-o", &options, "start"]));
        guard(&folder);
        let mut world = World::start(Backend::Sqlite);
        world.stop();
        let database = format!("postgres://postgres@127.0.0.1:{}/postgres", port_of(port));
        world.set("DATABASE_URL", &database);
        let shot = Shot { world, port, data: folder };
        shot.world.run_ok(&["migrate", "--test"]);
        let mut shot = shot;
        shot.world.serve();
        Some(shot)
    }

    /// Stops the server in order, so that every page stands in its file.
    pub fn stop(&self) {
        let mut stop = as_owner(&self.data, "pg_ctl");
        assert!(stop.args(["-w", "-m", "fast", "stop"]).status().unwrap().success());
    }

    /// Starts it again after that.
    pub fn go_on(&self) {
        let options =
            format!("-p {} -k {} -c listen_addresses=127.0.0.1", self.port, self.data.display());
        let mut start = as_owner(&self.data, "pg_ctl");
        start.args(["-w", "-l"]).arg(self.data.join("log")).args(["-o", &options, "start"]);
        assert!(start.status().unwrap().success());
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Shoots the server and starts it again; back once it takes connections.
    pub fn restart(&self) {
        let mut restart = as_owner(&self.data, "pg_ctl");
        restart.args(["-w", "-m", "immediate", "-l"]).arg(self.data.join("log")).arg("restart");
        assert!(restart.status().unwrap().success());
    }

    /// A number that SQL counts, as `n`.
    pub fn count(&self, sql: &str) -> i64 {
        let mut connection = PgConnection::establish(&self.url()).unwrap();
        diesel::sql_query(sql).get_result::<Counted>(&mut connection).unwrap().n
    }
}

impl Drop for Shot {
    fn drop(&mut self) {
        let mut stop = as_owner(&self.data, "pg_ctl");
        let _ = stop.args(["-m", "immediate", "stop"]).stderr(Stdio::null()).status();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}
