//! Reading.

use std::io::{ErrorKind, Read};

use flate2::read::DeflateDecoder;

use super::{ArchiveError, Kind, MAGIC, MAX_BLOCK, MAX_PIECE, PURPOSE};
use crate::vault::{ContentKey, Vault};

/// Reads an archive piece by piece; each is what was written, or an error says where it is not.
pub struct Reader<R> {
    input: R,
    key: ContentKey,
    /// The next sealed part, where there is one: only its absence tells that the one before was last.
    next: Option<Vec<u8>>,
    clear: Vec<u8>,
    used: usize,
    /// Pieces that were looked at and are to come again, the last first.
    back: Vec<(Kind, Vec<u8>)>,
    /// The number of `next`, and where it begins.
    number: u64,
    at: u64,
}

impl<R: Read> Reader<R> {
    /// Begins to read one; it must have been made with the keys of this vault.
    pub fn open(mut input: R, vault: &Vault) -> Result<Reader<R>, ArchiveError> {
        let mut magic = [0; MAGIC.len()];
        match input.read_exact(&mut magic) {
            Ok(()) if magic == MAGIC => {}
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error.into()),
            _ => return Err(ArchiveError::NotOurs),
        }
        let mut at = MAGIC.len() as u64;
        let mut head = || -> Result<Vec<u8>, ArchiveError> {
            let cut = ArchiveError::Cut { part: 0, at };
            let block = block(&mut input, 0, at)?.ok_or(cut)?;
            at += 4 + block.len() as u64;
            Ok(block)
        };
        let (fingerprint, wrapped) = (head()?, head()?);
        if fingerprint != vault.fingerprint().as_bytes() {
            return Err(ArchiveError::OtherKeys);
        }
        let purpose = format!("{PURPOSE}:{}", vault.fingerprint());
        let damaged = |_| ArchiveError::Damaged { part: 0, at: MAGIC.len() as u64 };
        let key = vault.unwrap_key(&purpose, &wrapped).map_err(damaged)?;
        let next = block(&mut input, 0, at)?;
        Ok(Reader { input, key, next, clear: Vec::new(), used: 0, back: Vec::new(), number: 0, at })
    }

    /// Lets pieces come again, in the order in which they came.
    pub fn put_back(&mut self, pieces: Vec<(Kind, Vec<u8>)>) {
        self.back.extend(pieces.into_iter().rev());
    }

    /// The next piece; `None` at the end.
    pub fn piece(&mut self) -> Result<Option<(Kind, Vec<u8>)>, ArchiveError> {
        if let Some(piece) = self.back.pop() {
            return Ok(Some(piece));
        }
        while self.used == self.clear.len() {
            if self.number > 0 && self.next.is_none() {
                return Ok(None);
            }
            self.open_next()?;
        }
        let sign = self.take(1)?;
        let kind = sign.first().and_then(|sign| Kind::of(*sign));
        let kind = kind.ok_or_else(|| disorder("a piece of an unknown kind"))?;
        let length = self.take(4)?;
        let length =
            length.try_into().map_or(usize::MAX, |bytes| u32::from_be_bytes(bytes) as usize);
        if length > MAX_PIECE {
            return Err(ArchiveError::Huge);
        }
        let bytes = self.take(length)?;
        let bytes = if kind.is_deflated() { inflated(&bytes)? } else { bytes };
        Ok(Some((kind, bytes)))
    }

    fn take(&mut self, wanted: usize) -> Result<Vec<u8>, ArchiveError> {
        // Room is made as bytes come, not for what a length says.
        let mut bytes = Vec::new();
        while bytes.len() < wanted {
            if self.used == self.clear.len() {
                self.open_next()?;
            }
            let now = (wanted - bytes.len()).min(self.clear.len() - self.used);
            bytes.extend_from_slice(&self.clear[self.used..self.used + now]);
            self.used += now;
        }
        Ok(bytes)
    }

    fn open_next(&mut self) -> Result<(), ArchiveError> {
        let (part, at) = (self.number, self.at);
        let sealed = self.next.take().ok_or(ArchiveError::Cut { part, at })?;
        self.at += 4 + sealed.len() as u64;
        self.next = block(&mut self.input, part + 1, self.at)?;
        let last = self.next.is_none();
        self.clear = match self.key.open_part(part, last, &sealed) {
            Ok(clear) => clear,
            // Whole and in its place, but the file goes on, or does not: that is no damage.
            Err(_) if last && self.key.open_part(part, false, &sealed).is_ok() => {
                return Err(ArchiveError::Cut { part: part + 1, at: self.at });
            }
            Err(_) if !last && self.key.open_part(part, true, &sealed).is_ok() => {
                return Err(ArchiveError::TooLong(self.at));
            }
            Err(_) => return Err(ArchiveError::Damaged { part, at }),
        };
        self.used = 0;
        self.number += 1;
        Ok(())
    }
}

/// A block, or none at the end of the file.
fn block(input: &mut impl Read, part: u64, at: u64) -> Result<Option<Vec<u8>>, ArchiveError> {
    let mut length = [0; 4];
    let mut filled = 0;
    while filled < length.len() {
        match input.read(&mut length[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(ArchiveError::Cut { part, at }),
            Ok(n) => filled += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_BLOCK {
        return Err(ArchiveError::Damaged { part, at });
    }
    let mut bytes = vec![0; length];
    match input.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(ArchiveError::Cut { part, at })
        }
        Err(error) => Err(error.into()),
    }
}

fn inflated(bytes: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    let mut clear = Vec::new();
    let most = MAX_PIECE as u64 + 1;
    let read = DeflateDecoder::new(bytes).take(most).read_to_end(&mut clear);
    if read.is_err() || clear.len() > MAX_PIECE {
        return Err(disorder("rows do not unpack"));
    }
    Ok(clear)
}

fn disorder(what: &str) -> ArchiveError {
    ArchiveError::Disorder(what.to_owned())
}
