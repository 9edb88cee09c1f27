//! Requests that the ordinary client cannot make: bytes on a socket, tokens of people added in a
//! test, cookies.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

use crate::world::{Reply, World, text};

/// Sends bytes and reads the answer to its end: status and everything after it.
pub fn raw(world: &World, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(world.address()).unwrap();
    // A request that is never finished may be waited for; the test does not wait.
    stream.set_read_timeout(Some(std::time::Duration::from_secs(2))).unwrap();
    // The service may answer and hang up before it has taken everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = text(&answer);
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    (status, answer)
}

/// A request without a body, under any method.
pub fn bare(world: &World, method: &str, path: &str) -> (u16, String) {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        world.address()
    );
    raw(world, request.as_bytes())
}

/// Runs a command with something on its standard input: whether it succeeded, and what it said.
pub fn run_with(world: &World, arguments: &[&str], input: &str) -> (bool, String) {
    let mut program = world.program();
    program.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

/// Adds somebody with a password.
pub fn add_user(world: &World, login: &str, role: &str, unit: &str, password: &str) {
    let arguments = ["user", "add", login, "--role", role, "--unit", unit, "--password-stdin"];
    let (done, said) = run_with(world, &arguments, &format!("{password}\n"));
    assert!(done, "{login}: {said}");
}

/// A new token of a login, as the header's value.
pub fn bearer(world: &World, login: &str) -> String {
    format!("Bearer {}", world.run_ok(&["token", "create", login]).trim())
}

/// An answer without what differs between any two: the request's identifier, and whether the
/// body was read before the answer was known.
pub fn timeless(reply: &Reply) -> String {
    let id = reply.json["request_id"].as_str().unwrap_or("no identifier");
    let mut headers: Vec<_> = reply
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date" | "connection"))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    headers.sort();
    format!("{} {headers:?} {}", reply.status, reply.text.replace(id, "ID"))
}

/// A text as part of a URL.
pub fn in_url(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric();
    text.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
