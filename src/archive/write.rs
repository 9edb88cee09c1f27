//! Writing.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::{ArchiveError, Kind, MAGIC, MAX_PIECE, PART, PURPOSE};
use crate::vault::{ContentKey, Vault};

/// Writes an archive; without [`Writer::finish`] what was written is none.
pub struct Writer<W> {
    out: W,
    key: ContentKey,
    part: Vec<u8>,
    number: u64,
}

impl<W: Write> Writer<W> {
    /// Begins one under a new key.
    pub fn begin(mut out: W, vault: &Vault) -> Result<Writer<W>, ArchiveError> {
        let fingerprint = vault.fingerprint();
        let (key, wrapped) = vault.new_key(&format!("{PURPOSE}:{fingerprint}"))?;
        out.write_all(MAGIC)?;
        let mut writer = Writer { out, key, part: Vec::with_capacity(PART), number: 0 };
        writer.block(fingerprint.as_bytes())?;
        writer.block(&wrapped)?;
        Ok(writer)
    }

    /// Appends a piece.
    pub fn piece(&mut self, kind: Kind, bytes: &[u8]) -> Result<(), ArchiveError> {
        if bytes.len() > MAX_PIECE {
            return Err(ArchiveError::Huge);
        }
        let packed;
        let bytes = if kind.is_deflated() {
            let mut deflating = DeflateEncoder::new(Vec::new(), Compression::fast());
            deflating.write_all(bytes)?;
            packed = deflating.finish()?;
            &packed
        } else {
            bytes
        };
        let length = u32::try_from(bytes.len()).map_err(|_| ArchiveError::Huge)?;
        self.take(&[kind.sign()])?;
        self.take(&length.to_be_bytes())?;
        self.take(bytes)
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<(), ArchiveError> {
        while !bytes.is_empty() {
            // A full part waits until more comes: only then is it known not to be the last.
            if self.part.len() == PART {
                self.seal(false)?;
            }
            let (now, later) = bytes.split_at((PART - self.part.len()).min(bytes.len()));
            self.part.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    fn seal(&mut self, last: bool) -> Result<(), ArchiveError> {
        let sealed = self.key.seal_part(self.number, last, &self.part)?;
        self.block(&sealed)?;
        self.part.clear();
        self.number += 1;
        Ok(())
    }

    fn block(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        let length = u32::try_from(bytes.len()).map_err(|_| ArchiveError::Huge)?;
        self.out.write_all(&length.to_be_bytes())?;
        Ok(self.out.write_all(bytes)?)
    }

    /// Ends it; what it was written to is given back, to be made durable.
    pub fn finish(mut self) -> Result<W, ArchiveError> {
        self.seal(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}
