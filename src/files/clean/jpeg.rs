//! JPEG: segments up to the scans, and what lies between them.
//!
//! Kept are the frame, its tables and its scans, of APP0 the head of JFIF without its thumbnail, of
//! APP14 Adobe's colour transform, and of Exif the orientation. All other application segments, all
//! comments and everything after the end go: thumbnails, second pictures, films, archives.

use super::Malformed;
use super::orientation;

/// Where the walker stands.
#[derive(Default)]
enum At {
    /// At the beginning, so many bytes of its marker seen.
    #[default]
    Start,
    /// After the first byte of the first marker.
    Opening,
    /// Where a marker must begin.
    Marker,
    /// After its first byte.
    Code,
    /// At the length of a segment; its first byte, once it is read.
    Length { code: u8, high: Option<u8> },
    /// In a segment that stays; so many bytes are left.
    Keep { code: u8, left: usize },
    /// In one that goes.
    Drop { left: usize },
    /// In one of which something stays.
    Hold { code: u8, left: usize },
    /// In the data of a scan.
    Scan,
    /// After a byte of it that may begin a marker.
    ScanMark,
    /// After the end of the picture: nothing behind it belongs to it.
    End,
}

/// The first byte of every marker.
const MARK: u8 = 0xff;
const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP14: u8 = 0xee;
const COMMENT: u8 = 0xfe;
/// Head of JFIF before the size of its thumbnail: name, version, unit and density (JFIF 1.02).
const JFIF: usize = 12;
/// Adobe's segment: name, version, two flags, transform.
const ADOBE: usize = 12;

/// A walk through a JPEG.
#[derive(Default)]
pub struct Walk {
    at: At,
    held: Vec<u8>,
    scanned: bool,
    oriented: bool,
}

impl Walk {
    /// Reads on.
    pub fn pass(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        while let Some((first, rest)) = bytes.split_first() {
            bytes = match &mut self.at {
                At::Keep { left, .. } | At::Drop { left } | At::Hold { left, .. } => {
                    let (now, later) = bytes.split_at((*left).min(bytes.len()));
                    *left -= now.len();
                    self.segment(now, out);
                    later
                }
                At::Scan => {
                    let plain = bytes.iter().position(|byte| *byte == MARK);
                    let (now, later) = bytes.split_at(plain.unwrap_or(bytes.len()));
                    out.extend_from_slice(now);
                    if plain.is_some() {
                        self.at = At::ScanMark;
                    }
                    later.get(1..).unwrap_or_default()
                }
                At::End => return Ok(()),
                _ => {
                    self.step(*first, out)?;
                    rest
                }
            };
        }
        Ok(())
    }

    /// Whether the picture came to its end.
    pub fn is_whole(&self) -> bool {
        matches!(self.at, At::End)
    }

    fn step(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), Malformed> {
        match self.at {
            At::Start if byte == MARK => self.at = At::Opening,
            At::Opening if byte == START => {
                out.extend([MARK, START]);
                self.at = At::Marker;
            }
            At::Marker if byte == MARK => self.at = At::Code,
            // Before a code any number of these may stand.
            At::Code | At::ScanMark if byte == MARK => {}
            At::ScanMark if matches!(byte, 0 | 0xd0..=0xd7) => {
                out.extend([MARK, byte]);
                self.at = At::Scan;
            }
            At::Code | At::ScanMark => self.marker(byte, out)?,
            At::Length { code, high: None } => self.at = At::Length { code, high: Some(byte) },
            At::Length { code, high: Some(high) } => {
                let length = u16::from_be_bytes([high, byte]);
                let left = usize::from(length).checked_sub(2).ok_or(Malformed)?;
                self.begin(code, [high, byte], left, out);
            }
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn marker(&mut self, code: u8, out: &mut Vec<u8>) -> Result<(), Malformed> {
        self.at = match code {
            END if self.scanned => {
                out.extend([MARK, END]);
                At::End
            }
            // Frames, tables, scans; 0xc8 is reserved.
            0xc0..=0xc7 | 0xc9..=0xcf | SCAN..=0xdf => At::Length { code, high: None },
            APP0..=0xef | COMMENT => At::Length { code, high: None },
            _ => return Err(Malformed),
        };
        Ok(())
    }

    fn begin(&mut self, code: u8, length: [u8; 2], left: usize, out: &mut Vec<u8>) {
        self.at = match code {
            APP0 | APP1 | APP14 => At::Hold { code, left },
            0xe2..=0xef | COMMENT => At::Drop { left },
            _ => {
                out.extend([MARK, code, length[0], length[1]]);
                At::Keep { code, left }
            }
        };
        if left == 0 {
            self.segment(&[], out);
        }
    }

    /// Takes some bytes of a segment, and ends it with its last.
    fn segment(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        match self.at {
            At::Keep { code, left } => {
                out.extend_from_slice(bytes);
                if left == 0 {
                    self.scanned |= code == SCAN;
                    self.at = if code == SCAN { At::Scan } else { At::Marker };
                }
            }
            At::Drop { left: 0 } => self.at = At::Marker,
            At::Hold { code, left } => {
                self.held.extend_from_slice(bytes);
                if left == 0 {
                    self.rest_of(code, out);
                    self.held.clear();
                    self.at = At::Marker;
                }
            }
            _ => {}
        }
    }

    /// What stays of a segment that was held.
    fn rest_of(&mut self, code: u8, out: &mut Vec<u8>) {
        let held = self.held.as_slice();
        match code {
            APP0 if held.starts_with(b"JFIF\0") && held.len() >= JFIF + 2 => {
                out.extend([MARK, APP0, 0, 16]);
                out.extend_from_slice(&held[..JFIF]);
                // The thumbnail, which may show what was cut off later: none.
                out.extend([0, 0]);
            }
            APP14 if held.starts_with(b"Adobe") && held.len() >= ADOBE => {
                out.extend([MARK, APP14, 0, 14]);
                out.extend_from_slice(&held[..ADOBE]);
            }
            APP1 if !self.oriented => {
                if let Some(value) = orientation::of_segment(held) {
                    self.oriented = true;
                    out.extend(orientation::segment(value));
                }
            }
            _ => {}
        }
    }
}
