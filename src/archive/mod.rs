//! An archive: one file, sealed as a whole, written and read from its beginning to its end.
//!
//! ```text
//! MAGIC                       what it is, and the version of this form
//! block: fingerprint          which keys it was made with, shown without showing them
//! block: wrapped key          a key of the archive's own, wrapped by the key file's and bound to the
//!                             fingerprint
//! block: part 0 … block: part n    sealed under that key
//! ```
//!
//! A block is its length in four bytes, then its bytes. Each part is bound to its number and to
//! whether it is the last, so that parts cannot change places, be left out or be cut off. Within the
//! parts stand pieces: one byte that says of what kind, four bytes of length, the bytes, deflated
//! where that helps. The key file is not in it, and nothing in it opens without the key file.

mod read;
mod write;

pub use read::Reader;
pub use write::Writer;

/// The first bytes of an archive of version 1.
const MAGIC: &[u8] = b"hotline archive 1\n";
/// Bytes that are sealed together: large enough that sealing adds nothing to speak of, small enough
/// that a damaged place is named closely.
const PART: usize = 256 * 1024;
/// No block is longer: a part and what sealing adds to it.
const MAX_BLOCK: usize = PART + 256;
/// No piece is longer, packed or unpacked: some rows' worth of text, or one row as long as any gets
/// (the candidates of a draw over a million cases).
pub const MAX_PIECE: usize = 256 * 1024 * 1024;
/// What the key is wrapped for; the fingerprint follows.
const PURPOSE: &str = "archive";

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What the archive holds, in JSON.
    Head,
    /// Rows of a table; deflated.
    Rows,
    /// The name of a file.
    File,
    /// Some bytes of the file that was named last.
    Data,
    /// Counts and hashes of everything before, in JSON.
    Tail,
}

impl Kind {
    const ALL: [Kind; 5] = [Kind::Head, Kind::Rows, Kind::File, Kind::Data, Kind::Tail];

    fn sign(self) -> u8 {
        match self {
            Kind::Head => b'H',
            Kind::Rows => b'R',
            Kind::File => b'F',
            Kind::Data => b'D',
            Kind::Tail => b'T',
        }
    }

    fn of(sign: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.sign() == sign)
    }

    /// Sealed evidence does not get smaller, so trying would only take time.
    fn is_deflated(self) -> bool {
        self == Kind::Rows
    }
}

/// Why an archive is not written or not read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The disk said no.
    #[error("the archive could not be written or read: {0}")]
    Io(#[from] std::io::Error),
    /// It does not begin as one.
    #[error("this is no archive of hotline, or one of a newer program")]
    NotOurs,
    /// Another key file.
    #[error(
        "the archive was made with another key file; give the one that its installation had (it is \
         never part of a backup)"
    )]
    OtherKeys,
    /// Bytes were changed, or parts changed places.
    #[error(
        "the archive is damaged at byte {at}, in part {part}: it does not open there; nothing from \
         there on can be trusted"
    )]
    Damaged {
        /// The part, from 0.
        part: u64,
        /// Where the part begins in the file.
        at: u64,
    },
    /// It ends too early.
    #[error("the archive is cut off at byte {at}, in part {part}: its end is missing")]
    Cut {
        /// The part that should have come, from 0.
        part: u64,
        /// Where it should have begun in the file.
        at: u64,
    },
    /// Something follows its end.
    #[error("something follows the archive's last part, from byte {0} on")]
    TooLong(u64),
    /// It opens, and what it holds is not in order.
    #[error("the archive opens, but what it holds is not in order: {0}")]
    Disorder(String),
    /// Something that is to go in is too long.
    #[error("a single piece is longer than {MAX_PIECE} bytes")]
    Huge,
    /// It could not be sealed.
    #[error(transparent)]
    Seal(#[from] crate::vault::SealError),
}

#[cfg(test)]
mod tests;
