//! Somebody at a browser, without the browser: a session's cookie, the token of the own pages, and
//! forms sent with both. And a picture of the database, to see whether anything was written.

use crate::wire::in_url;
use crate::world::{Backend, Reply, World, password};

/// A visitor: who is logged in, or the public.
pub struct Visitor<'w> {
    world: &'w World,
    /// The `Cookie` header; empty for the public.
    pub cookie: String,
    /// The token that stands in the forms of the pages.
    pub token: String,
}

impl<'w> Visitor<'w> {
    /// Logs in by the page, as a browser would.
    pub fn log_in(world: &'w World, login: &str) -> Visitor<'w> {
        let public = Visitor::public(world);
        let word = password(login);
        let answer = public.send("/login", &[("login", login), ("password", &word)]);
        assert_eq!(answer.status, 303, "{login}: {}", answer.text);
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let mut visitor = Visitor { world, cookie, token: String::new() };
        visitor.token = token_in(&visitor.get("/reports").text);
        visitor
    }

    pub fn public(world: &'w World) -> Visitor<'w> {
        let token = token_in(&world.get("", "/tip").text);
        Visitor { world, cookie: String::new(), token }
    }

    /// Opens a page.
    pub fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], b"")
    }

    /// Sends a form from one of the own pages.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send_with(path, fields, &self.token, &OWN_PAGE)
    }

    /// The same with any token and headers.
    pub fn send_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        token: &str,
        headers: &[(&str, &str)],
    ) -> Reply {
        let pairs = [("token", token)].into_iter().chain(fields.iter().copied());
        let pairs: Vec<_> = pairs.map(|(k, v)| format!("{}={}", in_url(k), in_url(v))).collect();
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let headers: Vec<_> = headers.iter().copied().chain([kind]).collect();
        self.ask("POST", path, &headers, pairs.join("&").as_bytes())
    }

    /// The same in parts, with a file.
    pub fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        token: &str,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut body = String::new();
        let pairs = [("token", token)].into_iter().chain(fields.iter().copied());
        for (name, value) in pairs {
            let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body += &format!("{head}{value}\r\n");
        }
        body += "--cut\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\
                 Content-Type: application/pdf\r\n\r\n%PDF-1.7 a map\r\n--cut--\r\n";
        let kind = ("Content-Type", "multipart/form-data; boundary=cut");
        let headers: Vec<_> = headers.iter().copied().chain([kind]).collect();
        self.ask("POST", path, &headers, body.as_bytes())
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut headers = headers.to_vec();
        headers.push(("Accept", "text/html"));
        if !self.cookie.is_empty() {
            headers.push(("Cookie", &self.cookie));
        }
        self.world.ask(method, "", path, &headers, body)
    }
}

/// What a browser adds to a form of one of our pages: with `no-referrer` it names no origin.
pub const OWN_PAGE: [(&str, &str); 2] = [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")];

/// The token in a page's first form.
pub fn token_in(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// Every row of the database in words, without what moves by itself: leases, the log and its
/// readers, which catch up with what was written before, and when a credential was last seen.
pub fn rows(world: &World) -> Vec<String> {
    const BY_ITSELF: [&str; 10] = [
        "leases",
        "jobs",
        "log",
        "log_head",
        "log_nodes",
        "seal_heads",
        "unsealed",
        "cursors",
        "movements",
        "outbox",
    ];
    const DERIVED: [&str; 7] =
        ["arrivals", "holdings", "obligations", "milestones", "listings", "outcomes", "reports"];
    let tables = match world.backend {
        Backend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Backend::Postgres => {
            "SELECT table_name::text AS name FROM information_schema.tables \
             WHERE table_schema = 'public'"
        }
    };
    let tables = world.names(tables);
    let kept = |table: &&String| {
        !BY_ITSELF.iter().chain(&DERIVED).any(|other| other == table)
            && !table.starts_with("sqlite_")
            && !table.starts_with("case_marks")
    };
    let mut rows: Vec<String> = tables.iter().filter(kept).flat_map(|t| table(world, t)).collect();
    // How far the schedule has come with the dates of another law; SQLite quotes what it shows.
    rows.retain(|row| !row.starts_with("meta|reckon") && !row.starts_with("meta|'reckon"));
    assert!(rows.len() > 20, "{rows:?}");
    rows.sort();
    rows
}

fn table(world: &World, table: &str) -> Vec<String> {
    let columns = match world.backend {
        Backend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        Backend::Postgres => format!(
            "SELECT column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name = '{table}'"
        ),
    };
    let columns = world.names(&columns);
    let text = |column: &String| match world.backend {
        Backend::Sqlite => format!("quote({column})"),
        Backend::Postgres => format!("coalesce({column}::text, 'NULL')"),
    };
    let kept: Vec<_> = columns.iter().filter(|column| *column != "seen_at").map(text).collect();
    world.names(&format!("SELECT '{table}|' || {} AS name FROM {table}", kept.join(" || '|' || ")))
}
