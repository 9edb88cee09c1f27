//! Which encoding a table of text is in, and its bytes as UTF-8.
//!
//! Chinese spreadsheet programs save CSV as GB18030 without saying so. UTF-8 is told by itself:
//! hardly a text in another encoding is valid UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8};

use super::BadSheet;

/// How many bytes are looked at at once.
const CHUNK: usize = 64 * 1024;

/// Finds the encoding by reading the whole of it, and the header line in it.
pub(super) fn detect(mut file: impl Read) -> Result<&'static Encoding, BadSheet> {
    let mut header = Vec::new();
    let (mut utf8, mut gb) = (Probe::new(UTF_8), Probe::new(GB18030));
    let mut chunk = vec![0; CHUNK];
    let mut is_first = true;
    loop {
        let read = file.read(&mut chunk).map_err(BadSheet::unreadable)?;
        let bytes = &chunk[..read];
        if is_first {
            is_first = false;
            if let Some((encoding, _)) = Encoding::for_bom(bytes) {
                return Ok(encoding);
            }
            header = bytes.split(|b| *b == b'\n').next().unwrap_or_default().to_vec();
        }
        utf8.take(bytes, read == 0);
        gb.take(bytes, read == 0);
        if read == 0 || (utf8.failed && gb.failed) {
            break;
        }
    }
    // One broken row in a table of UTF-8 is that row's fault; a header tells the encoding.
    let is_utf8_header = !header.is_ascii() && std::str::from_utf8(&header).is_ok();
    match (utf8.failed, gb.failed) {
        (false, _) => Ok(UTF_8),
        _ if is_utf8_header => Ok(UTF_8),
        (true, false) => Ok(GB18030),
        (true, true) if header.is_ascii() => Ok(UTF_8),
        (true, true) => Err(BadSheet::Encoding),
    }
}

/// Whether everything so far was text in an encoding.
struct Probe {
    decoder: Decoder,
    text: Vec<u8>,
    failed: bool,
}

impl Probe {
    fn new(encoding: &'static Encoding) -> Probe {
        Probe { decoder: encoding.new_decoder(), text: vec![0; 3 * CHUNK + 64], failed: false }
    }

    fn take(&mut self, bytes: &[u8], last: bool) {
        if !self.failed {
            let (_, _, _, errors) = self.decoder.decode_to_utf8(bytes, &mut self.text, last);
            self.failed = errors;
        }
    }
}

/// Bytes of another encoding, read as UTF-8.
pub(super) struct Decoded<R> {
    file: R,
    decoder: Decoder,
    text: Vec<u8>,
    given: usize,
    ready: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(file: R, encoding: &'static Encoding) -> Decoded<R> {
        let decoder = encoding.new_decoder_with_bom_removal();
        Decoded { file, decoder, text: vec![0; 3 * CHUNK + 64], given: 0, ready: 0, ended: false }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut chunk = vec![0; CHUNK];
        while self.given == self.ready && !self.ended {
            let read = self.file.read(&mut chunk)?;
            self.ended = read == 0;
            // The room is enough for whatever a chunk decodes to, so that nothing is left over.
            let (_, _, written, _) =
                self.decoder.decode_to_utf8(&chunk[..read], &mut self.text, self.ended);
            (self.given, self.ready) = (0, written);
        }
        let count = into.len().min(self.ready - self.given);
        into[..count].copy_from_slice(&self.text[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn the_encoding_is_told_by_the_bytes() {
        assert_eq!(detect("渠道,内容\n电话,占地".as_bytes()), Ok(UTF_8));
        assert_eq!(detect(&gb("渠道,内容\n电话,占地")[..]), Ok(GB18030));
        assert_eq!(detect(&gb("channel,text\nphone,占地")[..]), Ok(GB18030));
        assert_eq!(detect(&b"channel,text\n1,2"[..]), Ok(UTF_8));
        // A row of rubbish does not turn a table of UTF-8 into another.
        let mut mixed = "渠道,内容\n".as_bytes().to_vec();
        mixed.extend(gb("电话,占地"));
        assert_eq!(detect(&mixed[..]), Ok(UTF_8));
        assert_eq!(detect(&b"channel,text\n\xff\xff,\xff"[..]), Ok(UTF_8));
        assert_eq!(detect(&b"\xff\xff\xff\n"[..]), Err(BadSheet::Encoding));
    }

    #[test]
    fn what_was_encoded_reads_the_same_in_pieces_of_any_size() {
        let text = "渠道，内容𠮷①".repeat(20_000);
        let mut read = String::new();
        Decoded::new(&gb(&text)[..], GB18030).read_to_string(&mut read).unwrap();
        assert!(read == text, "the text differs");
    }
}
