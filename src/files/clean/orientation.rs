//! The one thing of a photograph's metadata that its picture needs: which way is up. It is one number
//! of eight and says nothing about anybody; without it photographs of telephones lie on their side.

/// Tag of the orientation in an image file directory (Exif 2.3, 4.6.4).
const TAG: u16 = 0x0112;
/// The type of a 16-bit number there.
const SHORT: u16 = 3;

/// The orientation that an Exif segment tells, where it is another than upright.
pub fn of_segment(payload: &[u8]) -> Option<u8> {
    let tiff = payload.strip_prefix(b"Exif\0\0")?;
    let is_big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two = <[u8; 2]>::try_from(tiff.get(at..at.checked_add(2)?)?).ok()?;
        Some(if is_big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let four = <[u8; 4]>::try_from(tiff.get(4..8)?).ok()?;
    let first = if is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
    let first = usize::try_from(first).ok()?;
    let entries = (0..usize::from(short(first)?)).map_while(|nth| first.checked_add(2 + 12 * nth));
    // A segment holds 65,533 bytes at the most, so few entries are there whatever it claims.
    let found = entries.take_while(|at| short(*at).is_some()).find(|at| short(*at) == Some(TAG))?;
    let value = short(found + 2).filter(|kind| *kind == SHORT).and(short(found + 8))?;
    u8::try_from(value).ok().filter(|value| (2..=8).contains(value))
}

/// An Exif segment, marker included, that tells an orientation and nothing else.
pub fn segment(value: u8) -> [u8; 36] {
    let mut segment =
        *b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    // 12 bytes of a directory's entry end in the value, of which the first two count.
    segment[29] = value;
    segment
}
