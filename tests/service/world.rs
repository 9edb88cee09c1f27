//! A service to talk to: the real program, on a database of its own, asked over HTTP.
//!
//! One template for each backend is made once: migrated, with users of every role at several units.
//! Each test starts from a copy.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use serde_json::{Value, json};
use tempfile::TempDir;

pub use crate::reply::Reply;
pub use crate::units::password;
use crate::units::{ROLES, UNITS};
pub use crate::wait::{text, wait_for};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Runs the same tests on both databases.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() {
                super::$name(&mut $crate::world::World::start($crate::world::Backend::Sqlite));
            })*
        }
        mod postgres {
            $(#[test] fn $name() {
                if $crate::world::has_postgres() {
                    super::$name(&mut $crate::world::World::start($crate::world::Backend::Postgres));
                }
            })*
        }
    };
}

/// The scratch server's URL, which `tests/run` sets. In CI a missing one is a failure.
pub fn postgres() -> Option<String> {
    std::env::var("HOTLINE_TEST_POSTGRES").ok()
}

pub fn has_postgres() -> bool {
    let there = postgres().is_some();
    assert!(
        there || std::env::var("CI").is_err(),
        "HOTLINE_TEST_POSTGRES is not set; use tests/run"
    );
    there
}

struct Template {
    folder: TempDir,
    database: String,
    tokens: HashMap<String, String>,
}

static SQLITE: OnceLock<Template> = OnceLock::new();
static POSTGRES: OnceLock<Template> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

pub fn unique(what: &str) -> String {
    format!("t_{what}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

pub fn server_of(url: &str, database: &str) -> String {
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{database}")
}

pub fn as_admin(sql: &str) {
    let mut conn = PgConnection::establish(&postgres().unwrap()).unwrap();
    conn.batch_execute(sql).unwrap();
}

fn template(backend: Backend) -> &'static Template {
    match backend {
        Backend::Sqlite => SQLITE.get_or_init(|| make_template(backend)),
        Backend::Postgres => POSTGRES.get_or_init(|| make_template(backend)),
    }
}

fn make_template(backend: Backend) -> Template {
    let folder = TempDir::new().unwrap();
    let database = match backend {
        Backend::Sqlite => format!("sqlite:{}", folder.path().join("hotline.db").display()),
        Backend::Postgres => {
            let name = unique("template");
            as_admin(&format!("CREATE DATABASE {name}"));
            server_of(&postgres().unwrap(), &name)
        }
    };
    let environment = environment(folder.path(), &database);
    let config = hotline::config::Config::read(None, environment.into_iter()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let tokens = runtime.block_on(async {
        hotline::app::migrate(&config, true).await.unwrap();
        let desk = hotline::app::open(&config).await.unwrap().desk;
        let mut tokens = HashMap::new();
        for unit in UNITS {
            for role in ROLES {
                let login = format!("{role}-{unit}");
                let role = role.trim_end_matches('2').parse().unwrap();
                let unit = unit.parse().unwrap();
                desk.add_user(&login, password(&login), unit, &[role]).await.unwrap();
                tokens.insert(login.clone(), desk.new_token(&login).await.unwrap().unwrap());
            }
        }
        tokens
    });
    drop(runtime);
    // The writer's connection closes in a thread of its own; what still stands in the write-ahead
    // log would be missing in a copy of the file.
    if let Some(file) = database.strip_prefix("sqlite:") {
        let mut conn = SqliteConnection::establish(file).unwrap();
        conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    }
    Template { folder, database, tokens }
}

fn environment(folder: &Path, database: &str) -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        pair("HOTLINE_DATA", folder.to_str().unwrap()),
        pair("DATABASE_URL", database),
        pair("HOTLINE_LISTEN", "127.0.0.1:0"),
        pair("HOTLINE_SERVER__WORKERS", "2"),
        pair("HOTLINE_LOG__LEVEL", "hotline=trace,info"),
    ]
}

/// A running service on a database of its own.
pub struct World {
    pub backend: Backend,
    pub folder: TempDir,
    pub database: String,
    tokens: HashMap<String, String>,
    instances: Vec<Instance>,
    extra: Vec<(String, String)>,
    agent: ureq::Agent,
}

struct Instance {
    process: Child,
    address: String,
}

impl World {
    /// Starts from the template.
    pub fn start(backend: Backend) -> World {
        World::start_with(backend, &[])
    }

    /// The same with further settings.
    pub fn start_with(backend: Backend, extra: &[(&str, &str)]) -> World {
        let template = template(backend);
        let folder = TempDir::new().unwrap();
        for file in ["keys", "seal.key"] {
            std::fs::copy(template.folder.path().join(file), folder.path().join(file)).unwrap();
        }
        let database = match backend {
            Backend::Sqlite => {
                let file = folder.path().join("hotline.db");
                std::fs::copy(template.folder.path().join("hotline.db"), &file).unwrap();
                format!("sqlite:{}", file.display())
            }
            Backend::Postgres => {
                let name = unique("world");
                let (_, from) = template.database.rsplit_once('/').unwrap();
                as_admin(&format!("CREATE DATABASE {name} TEMPLATE {from}"));
                server_of(&template.database, &name)
            }
        };
        // Nothing is followed: where an answer leads is part of it.
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = agent.max_redirects_will_error(false).build().into();
        let extra = extra.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let tokens = template.tokens.clone();
        let mut world =
            World { backend, folder, database, tokens, instances: vec![], extra, agent };
        world.serve();
        world
    }

    /// The program with this world's settings.
    pub fn program(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_hotline"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HOTLINE_")) {
            program.env_remove(name);
        }
        program.envs(environment(self.folder.path(), &self.database));
        program.envs(self.extra.iter().cloned());
        program.current_dir(self.folder.path());
        program
    }

    /// A further setting, for what is started from here on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.extra.push((name.to_owned(), value.to_owned()));
    }

    /// Runs a command of the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).output().unwrap()
    }

    /// The same; it must succeed. Its output.
    #[track_caller]
    pub fn run_ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (said, complained) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {said}{complained}");
        said
    }

    /// Starts one more instance.
    pub fn serve(&mut self) {
        let one = self.spawn(self.instances.len());
        self.instances.push(one);
    }

    /// Kills one of several instances at once, and starts one in its place.
    pub fn replace(&mut self, instance: usize) {
        let mut old = self.instances.remove(instance);
        old.process.kill().unwrap();
        old.process.wait().unwrap();
        let new = self.spawn(instance);
        self.instances.insert(instance, new);
    }

    fn spawn(&self, instance: usize) -> Instance {
        let log = self.log_file(instance);
        let file = std::fs::File::create(&log).unwrap();
        let shown = std::fs::File::create(log.with_extension("out")).unwrap();
        let process = self.program().arg("serve").stderr(file).stdout(shown).spawn().unwrap();
        let address = wait_for("the service to start", || {
            let log = std::fs::read_to_string(&log).unwrap();
            let (_, rest) = log.split_once("serving address=")?;
            Some(rest.split_whitespace().next()?.to_owned())
        });
        Instance { process, address }
    }

    pub fn log_file(&self, instance: usize) -> PathBuf {
        self.folder.path().join(format!("serve-{instance}.log"))
    }

    pub fn address(&self) -> &str {
        &self.instances[0].address
    }

    /// Kills every instance at once, as a power cut would, and starts one again.
    pub fn kill_and_restart(&mut self) {
        self.stop();
        self.serve();
    }

    /// Kills the first instance with no warning, while others may be talking to it.
    pub fn kill(&self) {
        assert!(
            Command::new("kill").args(["-9", &self.pid().to_string()]).status().unwrap().success()
        );
    }

    /// The process of the first instance.
    pub fn pid(&self) -> u32 {
        self.instances[0].process.id()
    }

    /// Waits for the first instance to end by itself.
    pub fn wait_end(&mut self) -> std::process::ExitStatus {
        let mut instance = self.instances.remove(0);
        wait_for("the service to end", || instance.process.try_wait().unwrap())
    }

    /// Kills every instance.
    pub fn stop(&mut self) {
        for mut instance in self.instances.drain(..) {
            instance.process.kill().unwrap();
            instance.process.wait().unwrap();
        }
    }

    pub fn token(&self, login: &str) -> &str {
        &self.tokens[login]
    }

    /// A request with everything open; `who` is a login, or empty for the public.
    pub fn ask(
        &self,
        method: &str,
        who: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        self.ask_at(0, method, who, path, headers, body)
    }

    /// The same of one of several instances.
    pub fn ask_at(
        &self,
        instance: usize,
        method: &str,
        who: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let request = self.request(instance, method, who, path, headers, body);
        let mut answer = self.agent.run(request).unwrap();
        let bytes = answer.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
        let text = text(&bytes);
        let pairs = answer.headers().iter();
        let headers = pairs.map(|(k, v)| (k.to_string(), v.to_str().unwrap_or("").to_owned()));
        Reply {
            status: answer.status().as_u16(),
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            headers: headers.collect(),
            text,
            bytes,
        }
    }

    fn request(
        &self,
        instance: usize,
        method: &str,
        who: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> ureq::http::Request<Vec<u8>> {
        let address = &self.instances[instance].address;
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("http://{address}{path}"));
        if !who.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token(who)));
        }
        let named = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        if !body.is_empty() && !named("content-type") {
            request = request.header("Content-Type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body.to_vec()).unwrap()
    }

    pub fn get(&self, who: &str, path: &str) -> Reply {
        self.ask("GET", who, path, &[], b"")
    }

    pub fn post(&self, who: &str, path: &str, body: &Value) -> Reply {
        self.ask("POST", who, path, &[], body.to_string().as_bytes())
    }

    /// Posts to a service that may go away: status and document, if an answer came whole.
    pub fn try_post(
        &self,
        who: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Option<(u16, Value)> {
        let request = self.request(0, "POST", who, path, headers, body.to_string().as_bytes());
        let mut answer = self.agent.run(request).ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), serde_json::from_str(&text).ok()?))
    }

    /// Sets the test clock.
    pub fn set_clock(&self, now: &str) {
        let body = json!({ "now": now }).to_string();
        self.ask("PUT", "", "/test/clock", &[], body.as_bytes()).ok(200);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for instance in &mut self.instances {
            let _ = instance.process.kill();
            let _ = instance.process.wait();
        }
        if self.backend == Backend::Postgres {
            let (_, name) = self.database.rsplit_once('/').unwrap();
            as_admin(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}
