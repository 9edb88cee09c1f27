//! Mail servers to send to: a real one that keeps what it gets in a folder, and one of our own that
//! misbehaves as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;

use crate::world::{text, wait_for};

/// Debian's package belongs to the system's own interpreter; elsewhere the one on the path may do.
const PYTHONS: [&str; 2] = ["/usr/bin/python3", "python3"];
/// Prints every mail of a Maildir as JSON, its headers decoded.
const READ: &str = "
import email.policy, json, mailbox, sys
out = []
for m in mailbox.Maildir(sys.argv[1], create=False):
    m = email.message_from_bytes(m.as_bytes(), policy=email.policy.default)
    out.append({'headers': [[k, str(v)] for k, v in m.items()], 'body': m.get_body(('plain',)).get_content(),
                'html': m.get_body(('html',)).get_content()})
print(json.dumps(out))
";

fn python() -> Option<&'static str> {
    let able = |python: &&&str| {
        let mut import = Command::new(python);
        import.args(["-c", "import aiosmtpd"]).stderr(Stdio::null());
        import.status().is_ok_and(|status| status.success())
    };
    PYTHONS.iter().find(able).copied()
}

/// Whether there is a mail server to test with. In CI a missing one is a failure.
pub fn has_mail_server() -> bool {
    let there = python().is_some();
    assert!(there || std::env::var("CI").is_err(), "aiosmtpd is missing; use tests/run");
    there
}

/// A port nobody listens on now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// aiosmtpd, keeping what it gets in a Maildir.
pub struct MailServer {
    process: Child,
    folder: TempDir,
}

/// A mail as it arrived.
#[derive(Debug)]
pub struct Mail {
    headers: Vec<(String, String)>,
    pub body: String,
    /// The same as a page.
    pub html: String,
}

impl Mail {
    /// The one header of a name.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let first = found.next().unwrap_or_else(|| panic!("no {name}: {self:?}"));
        assert!(found.next().is_none(), "{name} stands twice: {self:?}");
        &first.1
    }

    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

impl MailServer {
    /// Starts on a port and waits until it greets.
    pub fn start(port: u16, further: &[&str]) -> MailServer {
        let server = MailServer::spawn(port, further);
        wait_for("the mail server", || {
            let greeting = TcpStream::connect(("127.0.0.1", port)).ok()?;
            let mut line = String::new();
            BufReader::new(greeting).read_line(&mut line).ok()?;
            line.starts_with("220").then_some(())
        });
        server
    }

    /// The same for one that may speak only when it is spoken to in cipher.
    pub fn start_quietly(port: u16, further: &[&str]) -> MailServer {
        let server = MailServer::spawn(port, further);
        wait_for("the mail server", || TcpStream::connect(("127.0.0.1", port)).ok());
        server
    }

    fn spawn(port: u16, further: &[&str]) -> MailServer {
        let folder = TempDir::new().unwrap();
        let mailbox = folder.path().join("mail");
        let process = Command::new(python().unwrap())
            .args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")])
            .args(further)
            .args(["-c", "aiosmtpd.handlers.Mailbox"])
            .arg(&mailbox)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        MailServer { process, folder }
    }

    /// Everything that arrived.
    pub fn mails(&self) -> Vec<Mail> {
        let folder: &Path = &self.folder.path().join("mail");
        if !folder.exists() {
            return Vec::new();
        }
        let python =
            Command::new(python().unwrap()).args(["-c", READ]).arg(folder).output().unwrap();
        assert!(python.status.success(), "{}", text(&python.stderr));
        let all: Vec<Value> = serde_json::from_slice(&python.stdout).unwrap();
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        let pair = |pair: &Value| (word(&pair[0]), word(&pair[1]));
        let mail = |mail: &Value| Mail {
            headers: mail["headers"].as_array().unwrap().iter().map(pair).collect(),
            body: word(&mail["body"]),
            html: word(&mail["html"]),
        };
        all.iter().map(mail).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A certificate for `localhost`, its key, and an authority of its own that vouches for it.
pub struct Papers(TempDir);

impl Papers {
    pub fn make() -> Papers {
        let papers = Papers(TempDir::new().unwrap());
        papers.request("ca", "/CN=authority", &["-addext", "basicConstraints=critical,CA:TRUE"]);
        let (ca, key) = (papers.path("ca.pem"), papers.path("ca.key"));
        let by = ["-CA", &ca, "-CAkey", &key, "-addext", "basicConstraints=critical,CA:FALSE"];
        let named = ["-addext", "subjectAltName=DNS:localhost"];
        papers.request("cert", "/CN=localhost", &[&by[..], &named].concat());
        std::fs::rename(papers.path("cert.key"), papers.path("key.pem")).unwrap();
        papers
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn request(&self, name: &str, subject: &str, further: &[&str]) {
        let (out, key) = (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")));
        let curve = "ec_paramgen_curve:prime256v1";
        let done = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-days", "30"])
            .args(["-subj", subject, "-out", &out, "-keyout", &key])
            .args(further)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
    }
}

/// What the misbehaving server does with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes the mail.
    Take,
    /// Reads the whole text and hangs up without a word.
    HangUp,
    /// Reads the whole text and says nothing until the other side goes.
    Stall,
    /// Answers the recipient with this.
    AtRecipient(&'static str),
    /// Answers MAIL with this.
    AtSender(&'static str),
}

/// A server that does with its n-th connection what the n-th word of a list says; with those after
/// it what the last does. It keeps every line it was sent and every text.
pub struct Rogue {
    pub port: u16,
    pub texts: Arc<Mutex<Vec<String>>>,
    pub lines: Arc<Mutex<Vec<String>>>,
}

impl Rogue {
    pub fn start(behaviours: &[Behaviour]) -> Rogue {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (texts, lines) = (Arc::default(), Arc::default());
        let rogue = Rogue { port, texts: Arc::clone(&texts), lines: Arc::clone(&lines) };
        let behaviours = behaviours.to_vec();
        std::thread::spawn(move || {
            for (n, stream) in listener.incoming().enumerate() {
                let behaviour = behaviours[n.min(behaviours.len() - 1)];
                let (texts, lines) = (Arc::clone(&texts), Arc::clone(&lines));
                std::thread::spawn(move || talk(stream.ok()?, behaviour, &texts, &lines));
            }
        });
        rogue
    }

    pub fn texts(&self) -> Vec<String> {
        self.texts.lock().unwrap().clone()
    }
}

fn talk(
    stream: TcpStream,
    behaviour: Behaviour,
    texts: &Mutex<Vec<String>>,
    lines: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines_in = BufReader::new(stream).lines();
    let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).ok();
    say("220 rogue")?;
    while let Some(Ok(line)) = lines_in.next() {
        lines.lock().unwrap().push(line.clone());
        match (line.split(' ').next()?, behaviour) {
            ("MAIL", Behaviour::AtSender(answer)) => say(answer)?,
            ("RCPT", Behaviour::AtRecipient(answer)) => say(answer)?,
            ("DATA", _) => {
                say("354 go on")?;
                let body = lines_in.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                let body: Vec<String> = body.collect();
                texts.lock().unwrap().push(body.join("\n"));
                match behaviour {
                    Behaviour::HangUp => return None,
                    Behaviour::Stall => lines_in.by_ref().for_each(drop),
                    _ => say("250 taken")?,
                }
            }
            ("QUIT", _) => say("221 bye")?,
            _ => say("250 yes")?,
        }
    }
    None
}
