//! R30: the desk over a real embedded database, through a time drawn from a seed: people act, clocks
//! jump, writes are refused or done unheard, statements break, mail servers hang up, the process dies.
//! A naive model remembers what was acknowledged; at the end it must be there, once, and no more.
//!
//! `HOTLINE_SIM_SEED=n` runs one seed again. The same seed gives the same steps with the same
//! outcomes to the letter; ids, salts and keys differ, and so does which of several letters that leave
//! at once a fault meets. A process that dies is one whose files are copied as they stand, while
//! it still holds them, and opened anew: what `kill -9` leaves behind.

mod check;
mod people;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use chrono::{Duration, NaiveTime};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use futures_util::future::join_all;
use hotline::calendar::Kind;
use hotline::clock::Instant;
use hotline::config::Config;
use hotline::desk::remind::Timing;
use hotline::desk::schedule::Series;
use hotline::desk::{Desk, DeskError, Mailer};
use hotline::mail::{Settings, Tls};
use hotline::store::Fate;
use hotline::tell::Ladder;
use tempfile::TempDir;

use crate::drill::{count, tell};
use crate::relay::{Behaviour, Rogue};
use crate::world::{Backend, World};
use people::LIFE;

/// Steps of one seed.
const STEPS: usize = 60;
const START: &str = "2026-11-25T04:00:00Z";

#[test]
fn r30_whatever_happens_what_was_acknowledged_is_there_once() {
    let base = base();
    let one = std::env::var("HOTLINE_SIM_SEED").ok().map(|seed| seed.parse().unwrap());
    let seeds: Vec<u64> = one.map_or((1..=count(20, 200) as u64).collect(), |seed| vec![seed]);
    let (mut tips, mut deaths) = (0, 0);
    for seed in &seeds {
        let done = play(&base, *seed);
        tips += done.cases.len();
        deaths += done.life;
    }
    let measured =
        format!("seeds run: {}; {tips} tips, {deaths} deaths, 0 violations", seeds.len());
    tell("R30", Backend::Sqlite, &measured);
}

#[test]
fn r30_a_seed_says_the_same_again() {
    let base = base();
    let (one, again, other) = (play(&base, 7), play(&base, 7), play(&base, 8));
    assert_eq!(one.trace, again.trace);
    assert_ne!(one.trace, other.trace);
}

/// A database with people and nothing else, that nobody serves.
fn base() -> World {
    let mut world = World::start(Backend::Sqlite);
    world.stop();
    world.sql("UPDATE meta SET value = '2026-11-23T00:00:00+00:00' WHERE key = 'born'").unwrap();
    world
}

fn play(base: &World, seed: u64) -> Simulation<'_> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut simulation = runtime.block_on(Simulation::begin(base, seed));
    let run = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            for _ in 0..STEPS {
                simulation.step().await;
            }
            simulation.heal().await;
            simulation.check().await;
        });
    }));
    if let Err(panic) = run {
        let trace = &simulation.trace;
        eprintln!("{trace}seed {seed}, step {}; HOTLINE_SIM_SEED={seed}", trace.lines().count());
        resume_unwind(panic);
    }
    simulation
}

/// Numbers from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// What the model knows of one tip.
#[derive(Default)]
struct Known {
    /// Case and tip, once acknowledged.
    receipt: Option<(String, String)>,
    /// Acts that were acknowledged, in order.
    said: Vec<String>,
    /// Asked for, and not acknowledged: it is asked for again under the same key.
    waiting: Option<usize>,
}

struct Simulation<'w> {
    base: &'w World,
    dice: Dice,
    root: TempDir,
    life: usize,
    now: Instant,
    latest: Instant,
    desk: Desk,
    fates: Arc<Mutex<Vec<Fate>>>,
    cases: Vec<Known>,
    evidence: String,
    rogue: Rogue,
    mailer: Mailer,
    trace: String,
}

async fn open(folder: &Path, fates: &Arc<Mutex<Vec<Fate>>>) -> Desk {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let database = format!("sqlite:{}", folder.join("hotline.db").display());
    let data = folder.to_str().unwrap().to_owned();
    let settings = [pair("HOTLINE_DATA", data), pair("DATABASE_URL", database)];
    let config = Config::read(None, settings.into_iter()).unwrap();
    let mut desk = hotline::app::open(&config).await.unwrap().desk;
    let fates = fates.clone();
    let gate = move || fates.lock().unwrap().pop().unwrap_or(Fate::Done);
    desk.store = desk.store.with_gate(Arc::new(gate));
    desk
}

impl<'w> Simulation<'w> {
    async fn begin(base: &'w World, seed: u64) -> Simulation<'w> {
        let (mut dice, root) = (Dice(seed), TempDir::new().unwrap());
        let first = root.path().join("0");
        std::fs::create_dir(&first).unwrap();
        for file in ["hotline.db", "keys", "seal.key"] {
            std::fs::copy(base.folder.path().join(file), first.join(file)).unwrap();
        }
        let fates = Arc::default();
        let desk = open(&first, &fates).await;
        let now = START.parse().unwrap();
        desk.set_test_clock(now).await.unwrap();
        let mut file = desk.begin_file().await.unwrap();
        file.take(b"%PDF-1.7 photographs").await.unwrap();
        let kept = file.finish().await.unwrap();
        let evidence = kept.sha256.clone();
        desk.attach(kept, None).await.unwrap();
        let moods = [Behaviour::Take, Behaviour::HangUp, Behaviour::AtRecipient("451 later")];
        let mut behaviours: Vec<_> = (0..10).map(|_| dice.of(&moods)).collect();
        behaviours.push(Behaviour::Take);
        let rogue = Rogue::start(&behaviours);
        let mailer = Mailer::new(Settings {
            server: ("127.0.0.1".to_owned(), rogue.port),
            tls: Tls::Clear,
            login: None,
            from: "hotline@line.example".to_owned(),
            quiet_from: String::new(),
            site: "https://line.example".to_owned(),
        });
        let (cases, trace, mailer) = (Vec::new(), String::new(), mailer.unwrap());
        let latest = now;
        Simulation {
            base,
            dice,
            root,
            life: 0,
            now,
            latest,
            desk,
            fates,
            cases,
            evidence,
            rogue,
            mailer,
            trace,
        }
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join(self.life.to_string())
    }

    fn note(&mut self, what: &str) {
        self.trace += what;
        self.trace.push('\n');
    }

    async fn step(&mut self) {
        // A fault waits for one of the next writes of this step, or there is none.
        let fate =
            self.dice.of(&[Fate::Refused, Fate::Unheard, Fate::Done, Fate::Done, Fate::Done]);
        let mut fates = vec![Fate::Done; self.dice.below(3)];
        fates.insert(0, fate);
        match self.dice.below(16) {
            0..4 => self.tip(fate).await,
            4..9 => self.go_on(fate).await,
            9 => self.hasten().await,
            10 => self.break_statements().await,
            11 => self.own_work(fates, "seal").await,
            12 => self.own_work(fates, "schedule").await,
            13 => self.own_work(fates, "letters").await,
            14 => self.jump().await,
            _ => self.die("killed").await,
        }
    }

    async fn tip(&mut self, fate: Fate) {
        self.cases.push(Known { waiting: Some(0), ..Known::default() });
        self.ask(self.cases.len() - 1, fate).await;
    }

    /// The next act on some case, or once more what was not acknowledged.
    async fn go_on(&mut self, fate: Fate) {
        if self.cases.is_empty() {
            return self.note("nothing to go on with");
        }
        let number = self.dice.below(self.cases.len());
        let known = &mut self.cases[number];
        if known.waiting.is_none() && known.said.len() > LIFE.len() {
            return self.note("closed already");
        }
        known.waiting = Some(known.said.len());
        self.ask(number, fate).await;
    }

    /// Asks for what waits on a case; with a fate the first write meets it.
    async fn ask(&mut self, number: usize, fate: Fate) {
        let Some(stage) = self.cases[number].waiting else { return };
        *self.fates.lock().unwrap() = vec![fate];
        let done = self.send(number, stage).await;
        self.fates.lock().unwrap().clear();
        self.heard(number, stage, done, fate);
    }

    /// SQLite gives a statement up, or its whole transaction, with several tips in it.
    async fn break_statements(&mut self) {
        let how = self.dice.of(&["ABORT", "ROLLBACK"]);
        let path = self.folder().join("hotline.db");
        let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        conn.batch_execute(&format!(
            "PRAGMA busy_timeout = 5000; CREATE TRIGGER broken BEFORE INSERT ON duties \
             WHEN NEW.kind = 'reply' BEGIN SELECT RAISE({how}, 'disk I/O error'); END"
        ))
        .unwrap();
        let from = self.cases.len();
        let all = from..from + 4;
        self.cases.extend(all.clone().map(|_| Known { waiting: Some(0), ..Known::default() }));
        let sent = join_all(all.clone().map(|number| self.send(number, 0))).await;
        conn.batch_execute("DROP TRIGGER broken").unwrap();
        for (number, done) in all.zip(sent) {
            self.heard(number, 0, done, Fate::Refused);
        }
    }

    /// What the service does by itself. It may break off in the middle, and the process with it.
    async fn own_work(&mut self, fates: Vec<Fate>, which: &str) {
        *self.fates.lock().unwrap() = fates;
        let _ = self.work(which).await;
        self.fates.lock().unwrap().clear();
        self.note(which);
        if self.dice.below(2) == 0 {
            self.die("died over its work").await;
        }
    }

    async fn work(&self, which: &str) -> Result<(), DeskError> {
        let at = NaiveTime::from_hms_opt(0, 30, 0).unwrap();
        let scopes = vec!["000000".parse().unwrap(), "430000".parse().unwrap()];
        let ladder = Ladder { remind_percent: 20, unit_after: 1, superior_after: 3 };
        match which {
            "seal" => self.desk.seal_and_tally().await,
            "schedule" => {
                let monthly = Series { kind: Kind::Monthly, scopes, at };
                self.desk.run_schedule(&[monthly]).await
            }
            _ => {
                self.desk.write_letters().await?;
                self.desk.remind(&Timing { ladder, digest_at: at }).await?;
                self.desk.deliver(&self.mailer).await
            }
        }
    }

    /// The clock jumps. An answer is kept for a day only, so what waits is asked for before.
    async fn jump(&mut self) {
        self.settle().await;
        let minutes = self.dice.of(&[-5, -24 * 60, 60, 9 * 60, 24 * 60, 3 * 24 * 60]);
        self.forward(Duration::minutes(minutes)).await;
        self.note(&format!("clock {minutes:+}"));
    }

    async fn forward(&mut self, by: Duration) {
        self.now += by;
        self.latest = self.latest.max(self.now);
        self.desk.set_test_clock(self.now).await.unwrap();
    }

    async fn settle(&mut self) {
        for number in 0..self.cases.len() {
            self.ask(number, Fate::Done).await;
        }
    }

    async fn die(&mut self, how: &str) {
        let old = self.folder();
        self.life += 1;
        let new = self.folder();
        std::fs::create_dir(&new).unwrap();
        for file in ["hotline.db", "hotline.db-wal", "keys", "seal.key"] {
            let _ = std::fs::copy(old.join(file), new.join(file));
        }
        std::fs::rename(old.join("files"), new.join("files")).unwrap();
        self.desk = open(&new, &self.fates).await;
        self.note(how);
    }
}
