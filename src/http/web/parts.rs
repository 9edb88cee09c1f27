//! Forms with files. Evidence is sealed as it arrives; a file that cannot be taken is a fault of its
//! field, and the rest of the form is read on.

use std::cell::RefCell;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use tokio::sync::Notify;

use super::super::State;
use super::super::pace::{Arriving, upload};
use super::super::problem::Problem;
use super::field::NAMED;
use super::form::Form;
use crate::desk::{DeskError, FileError, takes_name};
use crate::intake::{Fault, Why};

/// The media type of a form with files.
const PARTS: &str = "multipart/form-data";
/// Longest name of a field.
const MAX_NAME: usize = 100;
/// Longest name of a file that is shown to its sender again.
const MAX_FILE_NAME: usize = 100;
/// Most files of one form.
const MAX_FILES: usize = 20;
/// How long the answer to a form waits for the rest of it once a file is too long: it must come within
/// a second (R16), and what stands behind the file often comes at once.
const REST: Duration = Duration::from_millis(500);
/// Bytes of refused files that are read past, so that the fields behind them are not lost.
const MAX_WASTE: usize = 512 * 1024 * 1024;

/// A file of a form that is not evidence, kept in memory.
pub struct Upload {
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What becomes of the files of a form.
enum Files {
    /// They are kept, and stand as their hashes under their field.
    Evidence,
    /// One is read into memory.
    Upload(Option<Upload>, usize),
}

/// Reads a form whose files are evidence.
pub async fn with_evidence(
    req: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<Form, Problem> {
    if !req.content_type().eq_ignore_ascii_case(PARTS) {
        return Form::read(req, payload, state).await;
    }
    let mut files = Files::Evidence;
    upload(payload, &state.bounds, async |body| read(req, body, state, &mut files).await).await
}

/// Reads a form whose one file is not evidence, of at most so many bytes.
pub async fn with_upload(
    req: &HttpRequest,
    payload: web::Payload,
    state: &State,
    max: usize,
) -> Result<(Form, Option<Upload>), Problem> {
    if !req.content_type().eq_ignore_ascii_case(PARTS) {
        return Ok((Form::read(req, payload, state).await?, None));
    }
    let mut files = Files::Upload(None, max);
    let read = async |body| read(req, body, state, &mut files).await;
    let form = upload(payload, &state.bounds, read).await?;
    match files {
        Files::Upload(upload, _) => Ok((form, upload)),
        Files::Evidence => Ok((form, None)),
    }
}

async fn read(
    req: &HttpRequest,
    body: Arriving,
    state: &State,
    files: &mut Files,
) -> Result<Form, Problem> {
    let (mut form, over) = (Form::default(), Over::default());
    tokio::select! {
        biased;
        done = fill(&mut form, req, body, state, files, &over) => done?,
        fault = over.cut() => {
            form.faults.push(fault);
            form.cut = true;
        }
    }
    Ok(form)
}

/// A file of a form that grew too long.
#[derive(Default)]
struct Over {
    first: RefCell<Option<Fault>>,
    crossed: Notify,
}

impl Over {
    fn note(&self, name: &str, why: &Why) {
        if matches!(why, Why::FileTooLong { .. }) {
            self.first.borrow_mut().get_or_insert_with(|| Fault::new(name, why.clone()));
            self.crossed.notify_one();
        }
    }

    /// Ends a moment after the first such file, whatever is still to come of the form.
    async fn cut(&self) -> Fault {
        loop {
            self.crossed.notified().await;
            tokio::time::sleep(REST).await;
            if let Some(fault) = self.first.take() {
                return fault;
            }
        }
    }
}

async fn fill(
    form: &mut Form,
    req: &HttpRequest,
    body: Arriving,
    state: &State,
    files: &mut Files,
    over: &Over,
) -> Result<(), Problem> {
    let mut parts = Multipart::new(req.headers(), body);
    let (mut room, mut waste) = (state.max_json_bytes, MAX_WASTE);
    let (mut proven, mut taken) = (false, 0);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| Problem::broken_body())?;
        let name: String = part.name().unwrap_or_default().chars().take(MAX_NAME).collect();
        let file = part.content_disposition().and_then(|d| d.get_filename().map(str::to_owned));
        let Some(file) = file else {
            let value = text(&mut part, &mut room, state.max_json_bytes).await?;
            form.push(name, value)?;
            continue;
        };
        // The token comes first in every form of ours: no file is taken in without it.
        if !proven {
            form.check(req, state)?;
            proven = true;
        }
        if let Files::Upload(upload, max) = files {
            let max = *max;
            *upload = Some(Upload { bytes: whole(&mut part, max).await? });
            continue;
        }
        taken += 1;
        let mut waste = Waste(&mut waste);
        let kept = match taken {
            0..=MAX_FILES if !takes_name(&file) => {
                waste.rest(&mut part).await?;
                Err(Why::FileType)
            }
            0..=MAX_FILES => {
                let tell = |why: &Why| over.note(&name, why);
                keep(&mut part, state, file.is_empty(), &mut waste, tell).await?
            }
            _ => {
                waste.rest(&mut part).await?;
                Err(Why::TooMany { max: MAX_FILES })
            }
        };
        match kept {
            Ok(Some(sha256)) => {
                let called: String = file.chars().take(MAX_FILE_NAME).collect();
                form.push(format!("{name}{NAMED}{sha256}"), called)?;
                form.push(name, sha256)?;
            }
            // A file input left alone sends a file without name and content.
            Ok(None) => taken -= 1,
            Err(why) => form.faults.push(Fault::new(name, why)),
        }
    }
    if !proven {
        form.check(req, state)?;
    }
    Ok(())
}

async fn text(part: &mut Field, room: &mut usize, max: usize) -> Result<String, Problem> {
    let mut value = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| Problem::broken_body())?;
        *room = room.checked_sub(chunk.len()).ok_or_else(|| Problem::too_large(max as u64))?;
        value.extend_from_slice(&chunk);
    }
    String::from_utf8(value).map_err(|_| Problem::broken_body())
}

async fn whole(part: &mut Field, max: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        bytes.extend_from_slice(&chunk.map_err(|_| Problem::broken_body())?);
        if bytes.len() > max {
            return Err(Problem::too_large(max as u64));
        }
    }
    Ok(bytes)
}

/// Keeps one file as evidence: its hash, or nothing for a file input left alone, or why not, which
/// `tell` is told at once. The part is read to its end in any case, once: it may not be asked for more
/// after that.
async fn keep(
    part: &mut Field,
    state: &State,
    unnamed: bool,
    waste: &mut Waste<'_>,
    tell: impl Fn(&Why),
) -> Result<Result<Option<String>, Why>, Problem> {
    if !unnamed {
        state.desk.store.has_room()?;
    }
    let mut arriving = state.desk.files.begin().await.map_err(why);
    let mut empty = true;
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| Problem::broken_body())?;
        empty &= chunk.is_empty();
        let taken = match &mut arriving {
            Ok(arriving) => arriving.take(&chunk).await,
            Err(_) => {
                waste.spend(chunk.len())?;
                Ok(())
            }
        };
        if let Err(error) = taken {
            let why = why(error);
            tell(&why);
            arriving = Err(why);
        }
    }
    if empty && unnamed {
        return Ok(Ok(None));
    }
    let kept = match arriving {
        Ok(arriving) => state.desk.end_file(arriving).await.map_err(why),
        Err(why) => Err(why),
    };
    let kept = match kept {
        Ok(kept) => kept,
        Err(why) => return Ok(Err(why)),
    };
    let sha256 = kept.sha256.clone();
    match state.desk.attach(kept, None).await {
        Ok(_) => Ok(Ok(Some(sha256))),
        Err(DeskError::Store(error)) => {
            tracing::error!(error = %error, "a file could not be kept");
            Ok(Err(Why::FileNotKept))
        }
        Err(other) => Err(other.into()),
    }
}

fn why(error: FileError) -> Why {
    match error {
        FileError::TooLong(max) => Why::FileTooLong { max },
        FileError::Empty => Why::EmptyFile,
        FileError::UnknownType => Why::FileType,
        FileError::Io(_)
        | FileError::Unsettled(..)
        | FileError::Seal(_)
        | FileError::Changed
        | FileError::Malformed => {
            tracing::error!(error = %error, "a file could not be kept");
            Why::FileNotKept
        }
    }
}

/// What may still be read of files that are refused.
struct Waste<'a>(&'a mut usize);

impl Waste<'_> {
    fn spend(&mut self, length: usize) -> Result<(), Problem> {
        let left = self.0.checked_sub(length);
        *self.0 = left.ok_or_else(|| Problem::too_large(MAX_WASTE as u64))?;
        Ok(())
    }

    /// Reads past a whole file.
    async fn rest(&mut self, part: &mut Field) -> Result<(), Problem> {
        while let Some(chunk) = part.next().await {
            self.spend(chunk.map_err(|_| Problem::broken_body())?.len())?;
        }
        Ok(())
    }
}
