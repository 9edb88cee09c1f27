//! PNG: chunks. Kept are those that the picture is drawn from; all others that may be left out go,
//! texts, Exif, the time of the last change and what nobody here knows among them.

use super::Malformed;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// What the picture is drawn from, animations included. A colour profile is no part of it: it may
/// name its maker and holds any bytes that somebody puts there.
const DRAWN: [&[u8; 4]; 15] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"sBIT",
    b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];
/// No chunk is longer (PNG, 5.3).
const MAX_LENGTH: u32 = 0x7fff_ffff;
/// The sum at the end of each chunk.
const SUM: u64 = 4;

/// Where the walker stands.
enum At {
    /// In the signature, at this byte.
    Signature(usize),
    /// In the head of a chunk, length and type: so many bytes are there.
    Head([u8; 8], usize),
    /// In its data or its sum.
    Body { keep: bool, last: bool, left: u64 },
    /// After the last chunk: nothing behind it belongs to the picture.
    End,
}

/// A walk through a PNG.
pub struct Walk {
    at: At,
    begun: bool,
    drawn: bool,
}

impl Default for Walk {
    fn default() -> Walk {
        Walk { at: At::Signature(0), begun: false, drawn: false }
    }
}

impl Walk {
    /// Reads on.
    pub fn pass(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        while let Some((first, rest)) = bytes.split_first() {
            bytes = match &mut self.at {
                At::Signature(at) => {
                    if SIGNATURE.get(*at) != Some(first) {
                        return Err(Malformed);
                    }
                    *at += 1;
                    if *at == SIGNATURE.len() {
                        out.extend(SIGNATURE);
                        self.at = At::Head([0; 8], 0);
                    }
                    rest
                }
                At::Head(head, filled) => {
                    head[*filled] = *first;
                    *filled += 1;
                    if *filled == head.len() {
                        let head = *head;
                        self.chunk(head, out)?;
                    }
                    rest
                }
                At::Body { keep, last, left } => {
                    let most = usize::try_from(*left).unwrap_or(usize::MAX);
                    let (now, later) = bytes.split_at(most.min(bytes.len()));
                    if *keep {
                        out.extend_from_slice(now);
                    }
                    *left -= now.len() as u64;
                    if *left == 0 {
                        self.at = if *last { At::End } else { At::Head([0; 8], 0) };
                    }
                    later
                }
                At::End => return Ok(()),
            };
        }
        Ok(())
    }

    /// Whether the picture came to its end.
    pub fn is_whole(&self) -> bool {
        matches!(self.at, At::End)
    }

    fn chunk(&mut self, head: [u8; 8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        let [l0, l1, l2, l3, name @ ..] = head;
        let length = u32::from_be_bytes([l0, l1, l2, l3]);
        let keep = DRAWN.contains(&&name);
        // A capital first: the picture cannot be drawn without it, and nobody here knows it.
        let needed = name[0].is_ascii_uppercase();
        let last = &name == b"IEND";
        let in_order = self.begun != (&name == b"IHDR") && (self.drawn || !last);
        let sound = name.iter().all(u8::is_ascii_alphabetic) && length <= MAX_LENGTH;
        if !sound || !in_order || (needed && !keep) {
            return Err(Malformed);
        }
        self.begun = true;
        self.drawn |= &name == b"IDAT";
        if keep {
            out.extend(head);
        }
        self.at = At::Body { keep, last, left: u64::from(length) + SUM };
        Ok(())
    }
}
