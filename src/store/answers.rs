//! First answers to keyed requests, and evidence files.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::StoreError;
use super::schema::{answers, files};
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// Files that one query asks for: far below the parameters that either database takes.
const FILES_AT_ONCE: usize = 500;

/// A kept answer.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = answers)]
pub struct Answer {
    /// Hash of the request's body.
    pub body_hash: String,
    /// HTTP status.
    pub status: i32,
    /// The answer, sealed.
    pub sealed: Vec<u8>,
    at: NaiveDateTime,
}

impl Answer {
    /// When it was given.
    pub fn at(&self) -> Instant {
        self.at.and_utc()
    }
}

/// A file of evidence.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = files)]
pub struct StoredFile {
    /// SHA-256 of its content.
    pub sha256: String,
    /// Its length.
    pub bytes: i64,
    /// Its media type, by its first bytes.
    pub media_type: String,
}

impl Reader<'_> {
    /// The answer kept for a key.
    pub fn answer(&mut self, key_hash: &str) -> Result<Option<Answer>, StoreError> {
        let found = answers::table.find(key_hash).select(Answer::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// A file of evidence.
    pub fn file(&mut self, sha256: &str) -> Result<Option<StoredFile>, StoreError> {
        let found = files::table.find(sha256).select(StoredFile::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// The files of these hashes, in no order.
    pub fn files_named(&mut self, hashes: &[String]) -> Result<Vec<StoredFile>, StoreError> {
        let mut found = Vec::new();
        for some in hashes.chunks(FILES_AT_ONCE) {
            let these = files::table.filter(files::sha256.eq_any(some));
            found.extend(these.select(StoredFile::as_select()).load(self.conn)?);
        }
        Ok(found)
    }

    /// Files of evidence after one of them, in order, for the audit.
    pub fn files_after(&mut self, after: &str, limit: i64) -> Result<Vec<StoredFile>, StoreError> {
        let rows = files::table.filter(files::sha256.gt(after)).order(files::sha256.asc());
        Ok(rows.limit(limit).select(StoredFile::as_select()).load(self.conn)?)
    }

    /// Positions in a list of hashes of which no file is kept.
    pub fn unknown_files(&mut self, hashes: &[String]) -> Result<Vec<usize>, StoreError> {
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        let known: Vec<String> = files::table
            .filter(files::sha256.eq_any(hashes))
            .select(files::sha256)
            .load(self.conn)?;
        let unknown = hashes.iter().enumerate().filter(|(_, hash)| !known.contains(hash));
        Ok(unknown.map(|(index, _)| index).collect())
    }
}

impl Tx<'_> {
    /// Keeps an answer; `Taken` where the key has one.
    pub fn keep_answer(
        &mut self,
        key_hash: &str,
        body_hash: &str,
        status: u16,
        sealed: &[u8],
        at: Instant,
    ) -> Result<(), StoreError> {
        diesel::insert_into(answers::table)
            .values((
                answers::key_hash.eq(key_hash),
                answers::body_hash.eq(body_hash),
                answers::status.eq(i32::from(status)),
                answers::sealed.eq(sealed),
                answers::at.eq(at.naive_utc()),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Forgets answers given before an instant.
    pub fn sweep_answers(&mut self, before: Instant) -> Result<usize, StoreError> {
        let old = answers::table.filter(answers::at.lt(before.naive_utc()));
        Ok(diesel::delete(old).execute(self.conn)?)
    }

    /// Forgets one answer, past its time.
    pub fn drop_answer(&mut self, key_hash: &str) -> Result<(), StoreError> {
        diesel::delete(answers::table.find(key_hash)).execute(self.conn)?;
        Ok(())
    }

    /// Keeps a file's row; the same content twice is one file, which waits anew to be named.
    pub fn keep_file(&mut self, file: &StoredFile, at: Instant) -> Result<(), StoreError> {
        // By an update, which waits for a sweep that is removing the row, where a look would not.
        let waiting = files::table.find(&file.sha256).filter(files::attached.eq(false));
        let set = files::stored_at.eq(at.naive_utc());
        let waits = diesel::update(waiting).set(set).execute(self.conn)? > 0;
        if waits || self.file(&file.sha256)?.is_some() {
            return Ok(());
        }
        diesel::insert_into(files::table)
            .values((
                files::sha256.eq(&file.sha256),
                files::bytes.eq(file.bytes),
                files::media_type.eq(&file.media_type),
                files::stored_at.eq(at.naive_utc()),
                files::attached.eq(false),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Marks files as named by the ledger, in the commit of the entry that names them; `Contended`
    /// where one was swept since it was looked up.
    pub(super) fn mark_attached(&mut self, hashes: &[String]) -> Result<(), StoreError> {
        if hashes.is_empty() {
            return Ok(());
        }
        let named = files::table.filter(files::sha256.eq_any(hashes));
        let found: Vec<(String, bool)> =
            named.select((files::sha256, files::attached)).load(self.conn)?;
        let all_there = hashes.iter().all(|hash| found.iter().any(|(known, _)| known == hash));
        // A file once named is never removed: only the others are locked against the sweep.
        let (_, waiting): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, attached)| *attached);
        let waiting: Vec<String> = waiting.into_iter().map(|(hash, _)| hash).collect();
        let these = files::table.filter(files::sha256.eq_any(&waiting));
        let marked = match waiting.is_empty() {
            true => 0,
            false => diesel::update(these).set(files::attached.eq(true)).execute(self.conn)?,
        };
        if all_there && marked == waiting.len() { Ok(()) } else { Err(StoreError::Contended) }
    }

    /// Removes the rows of files that nothing has named since before an instant, oldest first, at
    /// most so many; which they were.
    pub fn drop_unattached(
        &mut self,
        before: Instant,
        most: i64,
    ) -> Result<Vec<String>, StoreError> {
        let old = || {
            let waiting = files::table.filter(files::attached.eq(false));
            waiting.filter(files::stored_at.lt(before.naive_utc()))
        };
        let rows = old().order(files::stored_at.asc()).limit(most).select(files::sha256);
        let mut gone = Vec::new();
        // Each is asked again in its removal: somebody may just be naming it.
        for hash in rows.load::<String>(self.conn)? {
            let one = old().filter(files::sha256.eq(&hash));
            if diesel::delete(one).execute(self.conn)? == 1 {
                gone.push(hash);
            }
        }
        Ok(gone)
    }
}
