//! The way out: one letter, one connection, in two steps.
//!
//! [`Mailer::open`] does everything that can fail without a doubt; [`Ready::hand_over`] gives the
//! text. Between the two the caller notes what is about to happen, so that a crash leaves a trace
//! and a letter is never given a third time.

use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::{Letter, Text};
use crate::lang::Lang;

/// Longest wait for connection, encryption, login and the two addresses.
const OPENING: Duration = Duration::from_secs(10);
/// Longest wait for the server to ask for the text.
const ASKING: Duration = Duration::from_secs(5);
/// Longest wait from the text to the server's word that it has it. With the others: 29 seconds for
/// one letter, whatever a server does (R7).
const HANDING: Duration = Duration::from_secs(13);
/// Longest wait for a goodbye, which changes nothing.
const PARTING: Duration = Duration::from_secs(1);
/// Longest e-mail address (RFC 5321).
const MAX_ADDRESS: usize = 254;

/// How the way to the server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all: for a relay on this machine.
    Clear,
    /// Clear at first, then encrypted; where the server does not offer that, nothing is sent.
    Starttls,
    /// From the first byte.
    Whole,
}

/// Where letters go out, and from whom. Has no `Debug`: it holds a password.
#[derive(Clone)]
pub struct Settings {
    /// Name of the server, which its certificate must bear, and port.
    pub server: (String, u16),
    /// Encryption.
    pub tls: Tls,
    /// Login and password, where the server asks for them.
    pub login: Option<(String, String)>,
    /// From whom: an address, or a name with an address in angle brackets.
    pub from: String,
    /// From whom letters to informants come; empty means the address of `from` without its name.
    pub quiet_from: String,
    /// Public address of the service, for links; without a slash at its end.
    pub site: String,
}

/// Why a letter did not go out. The server's own words are not kept: they may quote addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server was not reached, or broke off before it had the text.
    Unreachable,
    /// No encryption as it is demanded: not offered, or the certificate does not hold.
    Tls,
    /// The server wants another login.
    Login,
    /// The server takes no letters from us (5xx to the sender, before a recipient is named): relaying
    /// denied, or a login asked for in other words. No letter can help that.
    Sender,
    /// The server said: not now (4xx).
    Deferred,
    /// The server said of the recipient or the text: never (5xx).
    Refused,
    /// The text was given and no answer came: nobody knows.
    Unclear,
    /// The kept letter, or its address, cannot be read.
    Unreadable,
    /// The informant left no address, or it is one that no server takes.
    NoAddress,
}

impl Failure {
    /// Its name in the outbox, in logs and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Failure::Unreachable => "unreachable",
            Failure::Tls => "tls",
            Failure::Login => "login",
            Failure::Sender => "sender",
            Failure::Deferred => "deferred",
            Failure::Refused => "refused",
            Failure::Unclear => "unclear",
            Failure::Unreadable => "unreadable",
            Failure::NoAddress => "no_address",
        }
    }

    /// Whether another try would end the same way.
    pub fn is_final(self) -> bool {
        matches!(self, Failure::Refused | Failure::Unreadable | Failure::NoAddress)
    }

    /// Whether it lies with the server as a whole, so that other letters would fare no better.
    pub fn is_of_the_server(self) -> bool {
        matches!(self, Failure::Unreachable | Failure::Tls | Failure::Login | Failure::Sender)
    }
}

/// A letter to be sent, as the outbox has it.
pub struct Outgoing<'a> {
    /// Identifier of its row: the Message-ID is made from it and stays the same.
    pub id: &'a str,
    /// Where it goes.
    pub recipient: &'a str,
    /// Its language.
    pub lang: Lang,
    /// What it says, as kept.
    pub letter: &'a str,
    /// When it was written.
    pub written_at: std::time::SystemTime,
}

/// An address in the form in which it is kept, its domain in small letters; `None` where it is not
/// one that every server takes.
pub fn address(text: &str) -> Option<String> {
    // Signs beyond ASCII would need servers that know SMTPUTF8; quoted names serve nobody.
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>(),;:\\".contains(&b));
    let address: Address = text.parse().ok().filter(|_| plain && text.len() <= MAX_ADDRESS)?;
    Some(format!("{}@{}", address.user(), address.domain().to_ascii_lowercase()))
}

/// A sender as it stands in the settings.
fn sender(text: &str) -> Option<Mailbox> {
    let read: Mailbox = text.parse().ok()?;
    address(read.email.as_ref()).is_some().then_some(read)
}

/// Sends letters by SMTP. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    server: (String, u16),
    tls: Tls,
    parameters: Option<TlsParameters>,
    login: Option<Credentials>,
    from: Mailbox,
    quiet_from: Mailbox,
    site: String,
    hello: ClientId,
}

/// A server that took both addresses and waits for the text.
pub struct Ready {
    connection: AsyncSmtpConnection,
    message: Vec<u8>,
}

impl Mailer {
    /// Reads the settings; `Err` names the key that cannot be used.
    pub fn new(settings: Settings) -> Result<Mailer, String> {
        let Settings { server, tls, login, from, quiet_from, site } = settings;
        let from = sender(&from).ok_or("mail.from: write it like hotline@example.org")?;
        let quiet_from = match quiet_from.as_str() {
            "" => Mailbox::new(None, from.email.clone()),
            own => sender(own).ok_or("mail.quiet_from: write it like service@example.org")?,
        };
        let parameters = match tls {
            Tls::Clear => None,
            Tls::Starttls | Tls::Whole => Some(
                TlsParameters::new(server.0.clone())
                    .map_err(|_| "mail.tls: encryption cannot be set up")?,
            ),
        };
        let login = login.map(|(user, password)| Credentials::new(user, password));
        let hello = ClientId::default();
        Ok(Mailer { server, tls, parameters, login, from, quiet_from, site, hello })
    }

    /// Connects, encrypts, logs in and names both addresses. Nothing is sent yet.
    pub async fn open(&self, letter: &Outgoing<'_>) -> Result<Ready, Failure> {
        let message = self.message(letter).ok_or(Failure::Unreadable)?;
        let greeted = timeout(OPENING, self.greet(message.envelope())).await;
        let connection = greeted.map_err(|_| Failure::Unreachable)??;
        Ok(Ready { connection, message: message.formatted() })
    }

    /// The message as it goes out, the same bytes each time.
    fn message(&self, letter: &Outgoing<'_>) -> Option<Message> {
        let recipient: Address = address(letter.recipient)?.parse().ok()?;
        let read = Letter::read(letter.letter).ok()?;
        let text = read.text(letter.lang, &self.site).ok()?;
        let html = text.html(letter.lang, &self.site).ok()?;
        let Text { subject, body } = text;
        // Where a letter is given once more it is the same to the byte.
        let both = MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(format!("part-{}", letter.id))
            .singlepart(SinglePart::plain(body))
            .singlepart(SinglePart::html(html));
        let from = if read.is_quiet() { &self.quiet_from } else { &self.from };
        // Answers by machines, such as notes of absence, are not wanted (RFC 3834).
        let by_itself = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .message_id(Some(format!("<{}@{}>", letter.id, from.email.domain())))
            .date(letter.written_at)
            .from(from.clone())
            .to(Mailbox::new(None, recipient))
            .subject(subject)
            .raw_header(HeaderValue::new(by_itself, "auto-generated".to_owned()))
            .multipart(both)
            .ok()
    }

    async fn greet(&self, envelope: &Envelope) -> Result<AsyncSmtpConnection, Failure> {
        let at_once = self.parameters.clone().filter(|_| self.tls == Tls::Whole);
        let (host, port) = &self.server;
        let server = (host.as_str(), *port);
        let opened =
            AsyncSmtpConnection::connect_tokio1(server, Some(OPENING), &self.hello, at_once, None);
        let mut connection = opened.await.map_err(|error| unconnected(&error))?;
        if let (Tls::Starttls, Some(parameters)) = (self.tls, self.parameters.clone()) {
            connection.starttls(parameters, &self.hello).await.map_err(|_| Failure::Tls)?;
        }
        if let Some(login) = &self.login {
            let known = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&known, login).await.map_err(|_| Failure::Login)?;
        }
        let from = Mail::new(envelope.from().cloned(), Vec::new());
        connection.command(from).await.map_err(|error| match said(&error) {
            Failure::Refused => Failure::Sender,
            other => other,
        })?;
        for to in envelope.to() {
            let to = Rcpt::new(to.clone(), Vec::new());
            connection.command(to).await.map_err(|error| said(&error))?;
        }
        Ok(connection)
    }
}

impl Ready {
    /// Gives the text. Only [`Failure::Unclear`] leaves open whether the server has it.
    pub async fn hand_over(mut self) -> Result<(), Failure> {
        let asked = timeout(ASKING, self.connection.command(Data)).await;
        asked.map_err(|_| Failure::Unreachable)?.map_err(|error| said(&error))?;
        let given = timeout(HANDING, self.connection.message(&self.message)).await;
        match given {
            Ok(Ok(_)) => {
                let _ = timeout(PARTING, self.connection.quit()).await;
                Ok(())
            }
            Ok(Err(error)) if error.status().is_some() => Err(said(&error)),
            Ok(Err(_)) | Err(_) => Err(Failure::Unclear),
        }
    }
}

/// Why there is no connection. A certificate that does not hold reaches us as bad data.
fn unconnected(error: &smtp::Error) -> Failure {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return Failure::Tls;
        }
        cause = error.source();
    }
    Failure::Unreachable
}

/// What a server's answer to a letter means.
fn said(error: &smtp::Error) -> Failure {
    /// Answers that ask for a login or for encryption (RFC 4954): a matter of settings, which does
    /// not condemn the letter.
    const LOGIN: [u16; 4] = [530, 534, 535, 538];
    match error.status() {
        Some(code) if LOGIN.contains(&code.into()) => Failure::Login,
        Some(_) if error.is_permanent() => Failure::Refused,
        Some(_) => Failure::Deferred,
        None => Failure::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::ReportPublished;

    /// S33: an address cannot carry a second one, a header or a command.
    #[test]
    fn s33_an_address_is_one_address() {
        assert_eq!(address("Zhao.Li+12336@Example.ORG").unwrap(), "Zhao.Li+12336@example.org");
        for bad in [
            "",
            "zhao",
            "zhao@",
            "@example.org",
            "zhao@example.org\r\nBcc: x@example.org",
            "zhao@example.org\n",
            "zhao@example.org\0",
            "zhao@example.org,x@example.org",
            "zhao@example.org> SIZE=1",
            "<zhao@example.org>",
            "\"zhao x\"@example.org",
            "zhao\u{202e}@example.org",
            "招@example.org",
            " zhao@example.org",
        ] {
            assert_eq!(address(bad), None, "{bad:?}");
        }
        assert_eq!(address(&format!("{}@example.org", "a".repeat(250))), None);
    }

    fn mailer(from: &str) -> Result<Mailer, String> {
        Mailer::new(Settings {
            server: ("127.0.0.1".to_owned(), 1),
            tls: Tls::Clear,
            login: None,
            from: from.to_owned(),
            quiet_from: String::new(),
            site: "https://line.example".to_owned(),
        })
    }

    #[test]
    fn the_message_is_made_of_its_row_alone() {
        let letter = Letter::ReportPublished(ReportPublished {
            report: "01a2".to_owned(),
            kind: "annual".to_owned(),
            period: "2026".to_owned(),
            scope: "000000".to_owned(),
            place: "全国".to_owned(),
            head: String::new(),
        });
        let outgoing = Outgoing {
            id: "01b3",
            recipient: "zhao@example.org",
            lang: Lang::Zh,
            letter: &letter.keep().unwrap(),
            written_at: std::time::SystemTime::UNIX_EPOCH,
        };
        let mailer = mailer("举报热线 <hotline@line.example>").unwrap();
        let bytes = || mailer.message(&outgoing).unwrap().formatted();
        assert_eq!(bytes(), bytes());
        let text = String::from_utf8(bytes()).unwrap();
        assert!(text.is_ascii(), "{text}");
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for line in [
            "Message-ID: <01b3@line.example>",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000",
            "To: zhao@example.org",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(head.contains(line), "{line}: {head}");
        }
        assert!(head.contains("Subject: =?utf-8?b?"), "{head}");
        let broken = Outgoing { recipient: "zhao@example.org\r\nx", ..outgoing };
        assert!(mailer.message(&broken).is_none());
    }

    #[test]
    fn a_sender_that_is_none_is_named_by_its_key() {
        for bad in ["", "hotline", "hotline@line.example\r\nBcc: x@y.example"] {
            let error = mailer(bad).err().unwrap_or_else(|| panic!("{bad:?} was taken"));
            assert!(error.contains("mail.from"), "{error}");
        }
    }
}
