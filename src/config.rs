//! Settings: the shipped defaults, then a file, then the environment. Errors name the key.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The defaults, which are also the documentation.
const DEFAULTS: &str = include_str!("../config/hotline.toml");
/// Environment names of settings begin with this.
const PREFIX: &str = "HOTLINE_";
/// The setting that is taken as it is written.
const PASSWORD: &str = "HOTLINE_MAIL__PASSWORD";
/// Names that do without a section.
const SHORT: [(&str, &str); 3] = [
    ("DATABASE_URL", "HOTLINE_DATABASE__URL"),
    ("HOTLINE_LISTEN", "HOTLINE_SERVER__LISTEN"),
    ("HOTLINE_DATA", "HOTLINE_DATA__DIR"),
];

/// Longest name of the log, in bytes.
const MAX_ORIGIN: usize = 100;
/// Settings that are lists, separated by commas.
const LISTS: [&str; 3] =
    ["HOTLINE_REPORTS__KINDS", "HOTLINE_REPORTS__SCOPES", "HOTLINE_SERVER__TRUSTED_PROXIES"];

/// All settings; meanings stand beside the keys in `config/hotline.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // reason: one place for meanings, and that is config/hotline.toml
pub struct Config {
    pub server: Server,
    pub data: Data,
    pub database: Database,
    pub vault: Vault,
    pub seal: Seal,
    pub files: Files,
    pub rules: Rules,
    pub units: Units,
    pub catalogue: Catalogue,
    pub recusal: Recusal,
    pub reports: Reports,
    pub mail: Mail,
    pub audit: Audit,
    pub letters: Letters,
    pub flood: Flood,
    pub log: Log,
}

macro_rules! section {
    ($name:ident { $($key:ident: $type:ty),* $(,)? }) => {
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(missing_docs)] // reason: one place for meanings, and that is config/hotline.toml
        pub struct $name { $(pub $key: $type),* }
    };
}

section!(Server {
    listen: String,
    max_json_bytes: usize,
    trusted_proxies: Vec<String>,
    workers: usize,
    max_connections: usize,
    idle_seconds: u64,
    body_seconds: u64,
    upload_seconds: u64,
    min_bytes_per_second: u64,
    stall_seconds: u64,
});

impl Server {
    /// Whether each bound is one that neither shuts out honest clients nor lets others stay.
    fn checked(&self) -> Result<(), String> {
        let connections = self.max_connections as u64;
        for (key, value, least, most) in [
            ("max_connections", connections, 1, 1_000_000),
            ("idle_seconds", self.idle_seconds, 1, 75),
            ("body_seconds", self.body_seconds, 1, 600),
            ("upload_seconds", self.upload_seconds, 1, 86_400),
            ("min_bytes_per_second", self.min_bytes_per_second, 1, 1_048_576),
            ("stall_seconds", self.stall_seconds, 1, 600),
        ] {
            if !(least..=most).contains(&value) {
                return Err(format!("settings: server.{key}: use {least} to {most}"));
            }
        }
        Ok(())
    }
}

section!(Data { dir: PathBuf, ballast_mib: u64 });
section!(Vault { key_file: String });
section!(Seal { key_file: String, origin: String });
section!(Files { max_bytes: u64 });
section!(Rules { file: String, calendar: String, benchmarks: String, situations: String });
section!(Units { file: String });
section!(Catalogue { file: String });
section!(Recusal { alternate_unit: String });
section!(Reports { kinds: Vec<String>, scopes: Vec<String>, publish_at: String });
section!(Audit { at: String });
section!(Letters { remind_percent: i32, unit_after: u32, superior_after: u32, digest_at: String });
section!(Flood { per_source: u32, per_text: u32, window: u64 });
section!(Log { level: String, format: String });

/// The database; its URL may hold a password, so it is not shown by `Debug`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Where it is.
    pub url: String,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database(…)")
    }
}

/// Letters; the password is not shown by `Debug`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // reason: one place for meanings, and that is config/hotline.toml
pub struct Mail {
    pub server: String,
    pub tls: String,
    pub user: String,
    pub password: String,
    pub from: String,
    pub link: String,
    pub quiet_from: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("server", &self.server).field("tls", &self.tls).finish()
    }
}

impl Mail {
    /// Name and port of the server; `None` where no mail is to be sent.
    pub fn host_and_port(&self) -> Result<Option<(&str, u16)>, String> {
        if self.server.is_empty() {
            return Ok(None);
        }
        let read = |text: &'_ str| -> Option<(usize, u16)> {
            let (host, port) = text.rsplit_once(':')?;
            let port = port.parse().ok().filter(|port| *port > 0)?;
            (!host.is_empty() && !host.contains(char::is_whitespace)).then_some((host.len(), port))
        };
        let bad = "settings: mail.server: write a name and a port, like mail.example.org:587";
        let (end, port) = read(&self.server).ok_or(bad)?;
        let host = &self.server[..end];
        Ok(Some((host.trim_start_matches('[').trim_end_matches(']'), port)))
    }

    fn checked(&self) -> Result<(), String> {
        let bad = |key: &str, why: &str| Err(format!("settings: mail.{key}: {why}"));
        if !matches!(self.tls.as_str(), "none" | "starttls" | "tls") {
            return bad("tls", "use none, starttls or tls");
        }
        let Some((host, _)) = self.host_and_port()? else { return Ok(()) };
        let here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        if self.tls == "none" && !here {
            return bad("tls", "none is for a relay on this machine; use starttls or tls");
        }
        if self.user.is_empty() != self.password.is_empty() {
            return bad("user", "goes together with mail.password; set both or neither");
        }
        if !self.from.contains('@') || self.from.contains(char::is_control) {
            return bad("from", "write it like hotline@example.org");
        }
        if !self.quiet_from.is_empty() && !self.quiet_from.contains('@') {
            return bad("quiet_from", "write it like service@example.org, or leave it empty");
        }
        let rest = ["https://", "http://"].iter().find_map(|scheme| self.link.strip_prefix(scheme));
        let plain = |c: char| c.is_ascii_graphic() && !"?#<>\"".contains(c);
        if !rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain)) {
            return bad("link", "write the public address, like https://12336.example.org");
        }
        Ok(())
    }
}

impl Config {
    /// Reads the settings. `environment` is what `std::env::vars` gives.
    pub fn read(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Config, String> {
        let mut layers = config::Config::builder()
            .add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml));
        if let Some(file) = file {
            layers = layers.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        let settings = settings_in(environment);
        let password = settings.get(PASSWORD).cloned();
        let named = config::Environment::with_prefix("HOTLINE")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("reports.kinds")
            .with_list_parse_key("server.trusted_proxies")
            .with_list_parse_key("reports.scopes")
            .source(Some(settings));
        let built = layers.add_source(named).build().map_err(|e| format!("settings: {e}"))?;
        let mut config: Config = built.try_deserialize().map_err(|e| format!("settings: {e}"))?;
        let Config { server, reports, .. } = &mut config;
        for list in [&mut server.trusted_proxies, &mut reports.kinds, &mut reports.scopes] {
            list.retain(|item| !item.is_empty());
        }
        // The layer of the environment reads 007 as a number; a password is what was written.
        if let Some(password) = password {
            config.mail.password = password;
        }
        config.checked()
    }

    fn checked(self) -> Result<Config, String> {
        let bad = |key: &str, why: &str| Err(format!("settings: {key}: {why}"));
        if self.server.listen.parse::<std::net::SocketAddr>().is_err() {
            return bad("server.listen", "write an address and a port, like 127.0.0.1:12336");
        }
        if !(1_024..=64 * 1_024 * 1_024).contains(&self.server.max_json_bytes) {
            return bad("server.max_json_bytes", "use 1024 to 67108864");
        }
        if let Err(why) = self.trusted_proxies() {
            return bad("server.trusted_proxies", &why);
        }
        let of_a_name = |c: char| c.is_ascii_graphic() && c != '+';
        let origin = &self.seal.origin;
        if origin.is_empty() || origin.len() > MAX_ORIGIN || !origin.chars().all(of_a_name) {
            return bad("seal.origin", "write a name without spaces, like 12336.example.org/log");
        }
        self.server.checked()?;
        if self.files.max_bytes == 0 {
            return bad("files.max_bytes", "use 1 or more");
        }
        if !(1..=86_400).contains(&self.flood.window) {
            return bad("flood.window", "use 1 to 86400 seconds");
        }
        if !(1..=90).contains(&self.letters.remind_percent) {
            return bad("letters.remind_percent", "use 1 to 90");
        }
        let days = 1..=60;
        if !days.contains(&self.letters.unit_after) || !days.contains(&self.letters.superior_after)
        {
            return bad("letters.unit_after, letters.superior_after", "use 1 to 60 working days");
        }
        if !matches!(self.log.format.as_str(), "text" | "json") {
            return bad("log.format", "use text or json");
        }
        self.mail.checked()?;
        Ok(self)
    }

    /// The database's URL, the embedded one where none is set.
    pub fn database_url(&self) -> String {
        match self.database.url.as_str() {
            "" => format!("sqlite:{}", self.data.dir.join("hotline.db").display()),
            url => url.to_owned(),
        }
    }

    /// The proxies whose word is taken; an address that cannot be read is named.
    pub fn trusted_proxies(&self) -> Result<Vec<IpAddr>, String> {
        let texts = self.server.trusted_proxies.iter();
        texts.map(|text| text.parse().map_err(|_| format!("«{text}» is no address"))).collect()
    }

    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        match self.vault.key_file.as_str() {
            "" => self.data.dir.join("keys"),
            path => PathBuf::from(path),
        }
    }

    /// The file of the key that signs the log.
    pub fn seal_key_file(&self) -> PathBuf {
        match self.seal.key_file.as_str() {
            "" => self.data.dir.join("seal.key"),
            path => PathBuf::from(path),
        }
    }
}

/// The settings among the environment: long names, and short ones turned into long ones. Other
/// names that begin with HOTLINE_ are none of ours.
fn settings_in(environment: impl Iterator<Item = (String, String)>) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for (name, value) in environment {
        match SHORT.iter().find(|(short, _)| *short == name) {
            Some((_, long)) => found.insert((*long).to_owned(), value),
            // A list of one number would be read as that number.
            None if LISTS.contains(&name.as_str()) => found.insert(name, format!("{value},")),
            None if name.starts_with(PREFIX) && name.contains("__") => found.insert(name, value),
            None => None,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)]) -> Result<Config, String> {
        let pairs = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::read(None, pairs)
    }

    #[test]
    fn the_environment_overrides_by_long_and_short_names() {
        let config = read(&[
            ("HOTLINE_LISTEN", "127.0.0.1:1"),
            ("HOTLINE_REPORTS__SCOPES", "430000,440000"),
            ("HOTLINE_FILES__MAX_BYTES", "5"),
            ("HOTLINE_DATA", "/x"),
            ("HOTLINE_BIN", "not a setting"),
        ])
        .unwrap();
        assert_eq!(config.server.listen, "127.0.0.1:1");
        assert_eq!(config.reports.scopes, ["430000", "440000"]);
        let one = read(&[("HOTLINE_REPORTS__SCOPES", "430121")]).unwrap();
        assert_eq!(one.reports.scopes, ["430121"]);
        assert_eq!(config.files.max_bytes, 5);
        assert_eq!(config.database_url(), "sqlite:/x/hotline.db");
    }

    /// A way to a mail server, with one setting changed.
    fn mail(name: &str, value: &str) -> Result<Config, String> {
        let mut settings = std::collections::BTreeMap::from([
            ("HOTLINE_MAIL__SERVER", "mail.example.org:587"),
            ("HOTLINE_MAIL__USER", "hotline"),
            ("HOTLINE_MAIL__PASSWORD", "007"),
            ("HOTLINE_MAIL__FROM", "hotline@example.org"),
            ("HOTLINE_MAIL__LINK", "https://12336.example.org"),
        ]);
        settings.insert(name, value);
        read(&settings.into_iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_way_to_the_mail_server_is_checked() {
        let config = mail("HOTLINE_MAIL__TLS", "tls").unwrap();
        assert_eq!(config.mail.host_and_port(), Ok(Some(("mail.example.org", 587))));
        assert_eq!(config.mail.password, "007");
        assert!(!format!("{config:?}").contains("007"));
        assert_eq!(read(&[]).unwrap().mail.host_and_port(), Ok(None));
        for (name, value, key) in [
            ("HOTLINE_MAIL__SERVER", "mail.example.org", "mail.server"),
            ("HOTLINE_MAIL__SERVER", "mail.example.org:0", "mail.server"),
            ("HOTLINE_MAIL__SERVER", ":25", "mail.server"),
            ("HOTLINE_MAIL__TLS", "no", "mail.tls"),
            ("HOTLINE_MAIL__TLS", "none", "mail.tls"),
            ("HOTLINE_MAIL__USER", "", "mail.user"),
            ("HOTLINE_MAIL__PASSWORD", "", "mail.user"),
            ("HOTLINE_MAIL__FROM", "hotline", "mail.from"),
            ("HOTLINE_MAIL__LINK", "12336.example.org", "mail.link"),
            ("HOTLINE_MAIL__LINK", "https://a b", "mail.link"),
        ] {
            let error = mail(name, value).unwrap_err();
            assert!(error.contains(key) && !error.contains("007"), "{name}: {error}");
        }
        let here = [("HOTLINE_MAIL__TLS", "none"), ("HOTLINE_MAIL__SERVER", "[::1]:25")];
        let rest = [("HOTLINE_MAIL__FROM", "a@b"), ("HOTLINE_MAIL__LINK", "http://localhost")];
        let config = read(&[here, rest].concat()).unwrap();
        assert_eq!(config.mail.host_and_port(), Ok(Some(("::1", 25))));
    }

    #[test]
    fn errors_name_the_key() {
        let table = [
            ("HOTLINE_SERVER__LISTN", "x", "listn"),
            ("HOTLINE_SERVER__LISTEN", "x", "server.listen"),
            ("HOTLINE_FILES__MAX_BYTES", "many", "max_bytes"),
            ("HOTLINE_LOG__FORMAT", "xml", "log.format"),
            ("HOTLINE_SEAL__ORIGIN", "a b", "seal.origin"),
        ];
        for (name, value, key) in table {
            let error = read(&[(name, value)]).unwrap_err();
            assert!(error.contains(key), "{name}: {error}");
        }
    }
}
