//! What a page's form sends, read within bounds. There is no way to a form's fields but through its
//! token: a form that another site made is refused before anything else is looked at (S24).

use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::{HttpMessage, HttpRequest, web};
use futures_util::StreamExt;

use super::super::State;
use super::super::problem::Problem;
use super::super::request::{bytes, guest, in_time};
use crate::desk::DeskError;

/// The field that carries the token.
pub const TOKEN: &str = "token";
/// The field that makes a form sent twice count once.
pub const ONCE: &str = "once";
/// Most fields of one form.
const MAX_FIELDS: usize = 200;
/// Longest name of a field.
const MAX_NAME: usize = 100;
/// Most files of one form.
const MAX_FILES: usize = 20;
/// How long a form with files may take to arrive.
const UPLOAD_TIME: Duration = Duration::from_secs(600);

/// A form as sent.
#[derive(Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    files: usize,
}

/// A file of a form that is not evidence, kept in memory.
pub struct Upload {
    /// The field's name.
    pub field: String,
    /// What the sender calls it.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Form {
    /// Reads a form; its files are kept as evidence, and stand as their hashes under their field.
    pub async fn read(
        req: &HttpRequest,
        payload: web::Payload,
        state: &State,
    ) -> Result<Form, Problem> {
        if !req.content_type().eq_ignore_ascii_case("multipart/form-data") {
            let body = bytes(payload, state.max_json_bytes).await?;
            let parsed = serde_urlencoded(&body)?;
            return Form { fields: parsed, files: 0 }.proven(req, state);
        }
        in_time(UPLOAD_TIME, Form::parts(req, payload, state, None)).await
    }

    /// Reads a form whose one file is not evidence, of at most so many bytes.
    pub async fn read_with_upload(
        req: &HttpRequest,
        payload: web::Payload,
        state: &State,
        max: usize,
    ) -> Result<(Form, Option<Upload>), Problem> {
        let mut upload = None;
        let form = in_time(UPLOAD_TIME, Form::parts(req, payload, state, Some((&mut upload, max))));
        Ok((form.await?, upload))
    }

    async fn parts(
        req: &HttpRequest,
        payload: web::Payload,
        state: &State,
        mut upload: Option<(&mut Option<Upload>, usize)>,
    ) -> Result<Form, Problem> {
        let mut parts = Multipart::new(req.headers(), payload);
        let mut form = Form::default();
        let mut room = state.max_json_bytes;
        let mut proven = false;
        while let Some(part) = parts.next().await {
            let mut part = part.map_err(|_| Problem::broken_body())?;
            let name: String = part.name().unwrap_or_default().chars().take(MAX_NAME).collect();
            let file = part.content_disposition().and_then(|d| d.get_filename().map(str::to_owned));
            let Some(file) = file else {
                let mut value = Vec::new();
                while let Some(chunk) = part.next().await {
                    let chunk = chunk.map_err(|_| Problem::broken_body())?;
                    room = room
                        .checked_sub(chunk.len())
                        .ok_or_else(|| Problem::too_large(state.max_json_bytes as u64))?;
                    value.extend_from_slice(&chunk);
                }
                form.push(name, String::from_utf8(value).map_err(|_| Problem::broken_body())?)?;
                continue;
            };
            // The token comes first in every form of ours: no file is taken in without it.
            if !proven {
                form.check(req, state)?;
                proven = true;
            }
            if let Some((kept, max)) = &mut upload {
                let mut bytes = Vec::new();
                while let Some(chunk) = part.next().await {
                    bytes.extend_from_slice(&chunk.map_err(|_| Problem::broken_body())?);
                    if bytes.len() > *max {
                        return Err(Problem::too_large(*max as u64));
                    }
                }
                **kept = Some(Upload { field: name, name: file, bytes });
                continue;
            }
            form.files += 1;
            if form.files > MAX_FILES {
                return Err(Problem::too_many_files(MAX_FILES));
            }
            let mut arriving = state.desk.files.begin().await.map_err(DeskError::from)?;
            let mut empty = true;
            while let Some(chunk) = part.next().await {
                let chunk = chunk.map_err(|_| Problem::broken_body())?;
                empty &= chunk.is_empty();
                arriving.take(&chunk).await.map_err(DeskError::from)?;
            }
            // A file input left alone sends a file without name and content.
            if empty && file.is_empty() {
                continue;
            }
            let kept = arriving.finish().await.map_err(DeskError::from)?;
            let sha256 = kept.sha256.clone();
            state.desk.attach(kept, None).await?;
            form.push(name, sha256)?;
        }
        form.proven(req, state)
    }

    fn push(&mut self, name: String, value: String) -> Result<(), Problem> {
        if self.fields.len() >= MAX_FIELDS {
            return Err(Problem::too_many_fields(MAX_FIELDS));
        }
        self.fields.push((name, value));
        Ok(())
    }

    fn check(&self, req: &HttpRequest, state: &State) -> Result<(), Problem> {
        let shown = self.get(TOKEN).unwrap_or_default();
        let fits = state.desk.is_form_token(guest(req).as_ref(), shown);
        if fits { Ok(()) } else { Err(Problem::form_token()) }
    }

    fn proven(self, req: &HttpRequest, state: &State) -> Result<Form, Problem> {
        self.check(req, state)?;
        Ok(self)
    }

    /// A field's value as typed; an absent one and an empty one are the same.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let mine = self.fields.iter().filter(move |(known, _)| known == name);
        mine.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

fn serde_urlencoded(body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let text = std::str::from_utf8(body).map_err(|_| Problem::broken_body())?;
    let pairs = web::Query::<Vec<(String, String)>>::from_query(text);
    let pairs = pairs.map_err(|_| Problem::broken_body())?.into_inner();
    if pairs.len() > MAX_FIELDS {
        return Err(Problem::too_many_fields(MAX_FIELDS));
    }
    Ok(pairs)
}
