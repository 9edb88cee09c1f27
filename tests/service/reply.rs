//! An answer of the service, and what a test asks of it.

use serde_json::Value;

/// One answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub json: Value,
    /// The body; bytes that are no text stand as signs of replacement.
    pub text: String,
    pub bytes: Vec<u8>,
    pub headers: Vec<(String, String)>,
}

impl Reply {
    /// The JSON, once the status is the one expected.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// The JSON, once status and code are those expected.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.json["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        self.json
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
