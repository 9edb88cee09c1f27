//! A picture's copy without what the camera and the editor wrote into it: where it was taken, when,
//! by which device, by whom. The picture itself passes through byte for byte.
//!
//! The walkers read the containers alone. No pixel is decoded, so a picture that claims to be huge
//! costs no more than its bytes, and what they hold at any time is at most one segment.

mod jpeg;
mod orientation;
mod png;

/// The picture does not keep to the form of its kind: nobody can say what in it is metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the picture does not keep to the form of its kind")]
pub struct Malformed;

/// Takes the metadata out of a picture while it is read.
pub enum Cleaner {
    /// JPEG (ITU T.81).
    Jpeg(jpeg::Walk),
    /// PNG (W3C, third edition).
    Png(png::Walk),
}

impl Cleaner {
    /// The cleaner of a media type; none for kinds that can only be given out as they came.
    pub fn of(media_type: &str) -> Option<Cleaner> {
        match media_type {
            "image/jpeg" => Some(Cleaner::Jpeg(jpeg::Walk::default())),
            "image/png" => Some(Cleaner::Png(png::Walk::default())),
            _ => None,
        }
    }

    /// Reads on, and appends to `out` what stays.
    pub fn pass(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        match self {
            Cleaner::Jpeg(walk) => walk.pass(bytes, out),
            Cleaner::Png(walk) => walk.pass(bytes, out),
        }
    }

    /// Whether the picture was whole when its bytes ended.
    pub fn finish(&self) -> Result<(), Malformed> {
        let whole = match self {
            Cleaner::Jpeg(walk) => walk.is_whole(),
            Cleaner::Png(walk) => walk.is_whole(),
        };
        if whole { Ok(()) } else { Err(Malformed) }
    }
}

#[cfg(test)]
mod tests;
