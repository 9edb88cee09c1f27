//! Logs and metrics. Neither ever carries what an informant said, who that is, or from where.
//!
//! Never logged: bodies, headers, query strings, addresses of the public, names, telephone numbers,
//! numbers of receipts, query codes, tokens. Logged: what was done, by which user's identifier, on
//! which route pattern (not its filled-in path), with which status, how long it took.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing_subscriber::EnvFilter;

/// Begins to write logs to the standard error. `Err` names a filter that cannot be read.
pub fn start(level: &str, json: bool) -> Result<(), String> {
    let filter = EnvFilter::try_new(level)
        .map_err(|e| format!("settings: log.level: {e}; use a level such as info"))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // What cannot be logged, because the disk of the logs is full, stops nothing.
    let logs = logs.log_internal_errors(false);
    // A second start, as in tests within one process, keeps the first.
    let _ = if json { logs.json().try_init() } else { logs.with_ansi(false).try_init() };
    std::panic::set_hook(Box::new(|fault| {
        // Where, and not what it says: that may quote what somebody wrote.
        let at = fault.location().map(std::string::ToString::to_string).unwrap_or_default();
        tracing::error!(at, "a fault in the program");
    }));
    Ok(())
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Routed {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Copied {
    copy: &'static str,
}

/// The service's metrics, in the format of OpenMetrics.
pub struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    took: Family<Routed, Histogram>,
    evidence: Family<Copied, Counter>,
    waiting: Gauge,
    sealed: Gauge,
    letters: [Gauge; 3],
    statements: Gauge,
    audit: [Gauge; 2],
}

/// Upper bounds of the histogram of durations, in seconds.
const BOUNDS: [f64; 9] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("hotline");
        let answered = Family::<Answered, Counter>::default();
        let took = Family::<Routed, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
        let (waiting, sealed) = (Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests answered", answered.clone());
        registry.register("http_seconds", "Time to an answer", took.clone());
        registry.register("log_waiting", "Entries not yet sealed", waiting.clone());
        let evidence = Family::<Copied, Counter>::default();
        registry.register("evidence_opened", "Files of evidence opened", evidence.clone());
        let letters = <[Gauge; 3]>::default();
        registry.register("mail_waiting", "Letters neither sent nor given up", letters[0].clone());
        registry.register("mail_dead", "Letters given up", letters[1].clone());
        let age = "Age in seconds of the oldest letter that waits";
        registry.register("mail_oldest_seconds", age, letters[2].clone());
        let statements = Gauge::default();
        let sent = "Statements that this process has sent to its database";
        registry.register("sql_statements", sent, statements.clone());
        let audit = <[Gauge; 2]>::default();
        registry.register("audit_faults", "Faults of the last audit", audit[0].clone());
        let age = "Age in seconds of the last audit; -1 before the first";
        registry.register("audit_age_seconds", age, audit[1].clone());
        registry.register("log_size", "Entries in the sealed log", sealed.clone());
        Metrics { registry, answered, took, evidence, waiting, sealed, letters, statements, audit }
    }
}

impl Metrics {
    /// Counts one answer; `route` is a pattern, never a filled-in path.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.took.get_or_create(&Routed { route: route.clone() }).observe(took.as_secs_f64());
        self.answered.get_or_create(&Answered { method, route, status }).inc();
    }

    /// Counts a file of evidence opened: `cleaned` or `original`.
    pub fn evidence_opened(&self, copy: &'static str) {
        self.evidence.get_or_create(&Copied { copy }).inc();
    }

    /// Notes how the log stands.
    pub fn log(&self, sealed: i64, waiting: i64) {
        self.sealed.set(sealed);
        self.waiting.set(waiting);
    }

    /// Notes how the outbox stands; the age is in seconds.
    pub fn mail(&self, waiting: i64, dead: i64, oldest_s: i64) {
        for (gauge, value) in self.letters.iter().zip([waiting, dead, oldest_s]) {
            gauge.set(value);
        }
    }

    /// Notes how many statements were sent to the database.
    pub fn statements(&self, sent: u64) {
        self.statements.set(i64::try_from(sent).unwrap_or(i64::MAX));
    }

    /// Notes what the last audit found, and its age in seconds.
    pub fn audit(&self, faults: i64, age_s: i64) {
        self.audit[0].set(faults);
        self.audit[1].set(age_s);
    }

    /// Everything as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail; a half text would show in its missing end mark.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
