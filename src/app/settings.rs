//! What the settings mean for the parts: law, bounds, the way out for letters, who is told when, and
//! which reports are published.

use std::time::Duration;

use anyhow::{Context, bail};
use chrono::NaiveTime;

use crate::calendar::Kind;
use crate::config::Config;
use crate::desk::remind::Timing;
use crate::desk::schedule::Series;
use crate::desk::{Law, Own};
use crate::http;
use crate::mail::{self, Mailer};
use crate::place::Code;
use crate::tell::Ladder;

/// The bounds of connections and bodies.
pub(super) fn bounds(config: &Config) -> http::Bounds {
    let server = &config.server;
    http::Bounds {
        connections: server.max_connections,
        idle: Duration::from_secs(server.idle_seconds),
        body: Duration::from_secs(server.body_seconds),
        upload: Duration::from_secs(server.upload_seconds),
        rate: server.min_bytes_per_second,
        stall: Duration::from_secs(server.stall_seconds),
    }
}

/// Rules, calendar and divisions by the settings, or those that are shipped.
pub fn law(config: &Config) -> anyhow::Result<Law> {
    let read = |key: &str, path: &str| match path {
        "" => Ok(None),
        path => std::fs::read_to_string(path)
            .map(Some)
            .with_context(|| format!("settings: {key}: {path}")),
    };
    let own = Own {
        rules: read("rules.file", &config.rules.file)?,
        calendar: read("rules.calendar", &config.rules.calendar)?,
        benchmarks: read("rules.benchmarks", &config.rules.benchmarks)?,
        situations: read("rules.situations", &config.rules.situations)?,
        units: read("units.file", &config.units.file)?,
        catalogue: read("catalogue.file", &config.catalogue.file)?,
    };
    let alternate = code("recusal.alternate_unit", &config.recusal.alternate_unit)?;
    Law::read(&own, alternate).map_err(anyhow::Error::msg)
}

fn code(key: &str, text: &str) -> anyhow::Result<Code> {
    text.parse().with_context(|| format!("settings: {key}: «{text}»"))
}

/// The way out for letters; `None` where no server is set.
pub(super) fn mailer(config: &Config) -> anyhow::Result<Option<Mailer>> {
    let settings = &config.mail;
    let server = settings.host_and_port().map_err(anyhow::Error::msg)?;
    let Some((host, port)) = server else { return Ok(None) };
    let tls = match settings.tls.as_str() {
        "none" => mail::Tls::Clear,
        "tls" => mail::Tls::Whole,
        _ => mail::Tls::Starttls,
    };
    let login = (settings.user.clone(), settings.password.clone());
    let mailer = Mailer::new(mail::Settings {
        server: (host.to_owned(), port),
        tls,
        login: Some(login).filter(|(user, _)| !user.is_empty()),
        from: settings.from.clone(),
        quiet_from: settings.quiet_from.clone(),
        site: settings.link.trim_end_matches('/').to_owned(),
    });
    mailer.map(Some).map_err(|why| anyhow::anyhow!("settings: {why}"))
}

/// From when on the daily audit may begin, local time.
pub(super) fn audit_at(config: &Config) -> anyhow::Result<NaiveTime> {
    NaiveTime::parse_from_str(&config.audit.at, "%H:%M")
        .context("settings: audit.at: write it like 03:00")
}

pub(super) fn timing(config: &Config) -> anyhow::Result<Timing> {
    let settings = &config.letters;
    let digest_at = NaiveTime::parse_from_str(&settings.digest_at, "%H:%M")
        .context("settings: letters.digest_at: write it like 08:00")?;
    let (unit_after, superior_after) = (settings.unit_after, settings.superior_after);
    let ladder = Ladder { remind_percent: settings.remind_percent, unit_after, superior_after };
    Ok(Timing { ladder, digest_at })
}

pub(super) fn series(config: &Config) -> anyhow::Result<Vec<Series>> {
    let settings = &config.reports;
    let at = NaiveTime::parse_from_str(&settings.publish_at, "%H:%M")
        .context("settings: reports.publish_at: write it like 00:30")?;
    let scopes = settings.scopes.iter().map(|text| code("reports.scopes", text));
    let scopes: Vec<Code> = scopes.collect::<Result<_, _>>()?;
    let one = |name: &String| {
        let kind: Kind =
            name.parse().map_err(|why| anyhow::anyhow!("settings: reports.kinds: {why}"))?;
        if kind == Kind::Custom {
            bail!("settings: reports.kinds: custom reports have no schedule; build them by hand");
        }
        Ok(Series { kind, scopes: scopes.clone(), at })
    };
    settings.kinds.iter().map(one).collect()
}
