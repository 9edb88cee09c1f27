use proptest::prelude::*;

use super::{Cleaner, Malformed};

/// What a camera and an editor wrote, none of which may be found again.
const SECRETS: [&str; 7] = [
    "GPS 28.24N",
    "serial 0042",
    "By-line Wang",
    "xmp:Creator",
    "thumbnail",
    "a comment",
    "PK\x03\x04",
];

fn segment(code: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xff, code], &length[..], payload].concat()
}

/// An Exif segment of a telephone held upright, by byte order, with a place and a serial number.
fn exif(is_big: bool, orientation: u16) -> Vec<u8> {
    let short = |n: u16| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
    let long = |n: u32| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&short(tag)[..], &short(kind), &long(count), &value].concat()
    };
    let upright = [short(orientation), [0, 0]].concat().try_into().unwrap();
    [
        &b"Exif\0\0"[..],
        if is_big { b"MM\0*" } else { b"II*\0" },
        &long(8),
        &short(3),
        &entry(0x010f, 2, 12, long(60)),
        &entry(0x0112, 3, 1, upright),
        &entry(0x8825, 4, 1, long(80)),
        &long(0),
        b"serial 0042 GPS 28.24N thumbnail",
    ]
    .concat()
}

/// Tables, frame and a scan with a stuffed byte and a restart: what the picture is drawn from.
fn picture() -> Vec<u8> {
    [
        segment(0xdb, &[7; 65]),
        segment(0xc2, &[8, 0, 16, 0, 16, 1, 1, 0x11, 0]),
        segment(0xc4, &[1; 20]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 5],
        segment(0xc4, &[2; 20]),
        segment(0xda, &[1, 1, 0, 1, 63, 0]),
        vec![6, 7, 8],
        vec![0xff, 0xd9],
    ]
    .concat()
}

fn photograph(exif: &[u8]) -> Vec<u8> {
    [
        &[0xff, 0xd8][..],
        &segment(0xe0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01thumbnail"),
        &segment(0xe1, exif),
        &segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<xmp:Creator>"),
        &segment(0xed, b"Photoshop 3.0\0 By-line Wang"),
        &segment(0xee, b"Adobe\0\x64\0\0\0\0\x01serial 0042"),
        // Fill bytes before a marker.
        &[0xff, 0xff],
        &segment(0xfe, b"a comment"),
        &picture(),
        b"PK\x03\x04 an archive behind the picture, thumbnail",
    ]
    .concat()
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], name, data, b"sum!"].concat()
}

fn drawing(between: &[u8], behind: &[u8]) -> Vec<u8> {
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 6, 0, 0, 0]),
        between,
        &chunk(b"IDAT", &[9; 40]),
        &chunk(b"IEND", b""),
        behind,
    ]
    .concat()
}

fn clean(kind: &str, content: &[u8], step: usize) -> Result<Vec<u8>, Malformed> {
    let (mut cleaner, mut out) = (Cleaner::of(kind).unwrap(), Vec::new());
    content.chunks(step).try_for_each(|part| cleaner.pass(part, &mut out))?;
    cleaner.finish().map(|()| out)
}

fn holds(content: &[u8], word: &str) -> bool {
    content.windows(word.len()).any(|part| part == word.as_bytes())
}

#[test]
fn s44_a_photograph_comes_out_without_where_and_by_whom() {
    for is_big in [true, false] {
        let photograph = photograph(&exif(is_big, 6));
        for secret in SECRETS {
            assert!(holds(&photograph, secret), "{secret}");
        }
        let out = clean("image/jpeg", &photograph, 5).unwrap();
        for secret in SECRETS {
            assert!(!holds(&out, secret), "{secret} in {}", out.escape_ascii());
        }
        // Word by word: the head of JFIF, which way is up, the transform, the picture.
        let wanted = [
            &[0xff, 0xd8][..],
            &segment(0xe0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0"),
            &segment(
                0xe1,
                b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
            ),
            &segment(0xee, b"Adobe\0\x64\0\0\0\0\x01"),
            &picture(),
        ]
        .concat();
        assert_eq!(out, wanted, "{}", out.escape_ascii());
        assert_eq!(clean("image/jpeg", &out, 64).unwrap(), out);
    }
    // One that lies as it was taken needs no word about it.
    let upright = clean("image/jpeg", &photograph(&exif(true, 1)), 9).unwrap();
    assert!(!holds(&upright, "Exif"));
}

#[test]
fn s44_a_drawing_comes_out_without_its_texts() {
    let texts = [
        chunk(b"tEXt", b"Author\0By-line Wang"),
        chunk(b"zTXt", b"a comment"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0 xmp:Creator"),
        chunk(b"eXIf", b"MM\0* GPS 28.24N"),
        chunk(b"tIME", &[7, 234, 11, 23, 1, 2, 3]),
        chunk(b"iCCP", b"serial 0042"),
        chunk(b"prVt", b"thumbnail"),
    ]
    .concat();
    let kept = [chunk(b"gAMA", &[0, 0, 1, 2]), chunk(b"tRNS", &[1])].concat();
    let whole = drawing(&[texts, kept.clone()].concat(), b"PK\x03\x04 behind");
    let out = clean("image/png", &whole, 3).unwrap();
    assert_eq!(out, drawing(&kept, b""), "{}", out.escape_ascii());
}

#[test]
fn s44_what_keeps_to_no_form_has_no_clean_copy() {
    let photograph = photograph(&exif(true, 6));
    let at = |word: &[u8]| photograph.windows(word.len()).position(|w| w == word).unwrap();
    let end = at(b"PK\x03\x04");
    for cut in 0..end {
        assert_eq!(clean("image/jpeg", &photograph[..cut], 64), Err(Malformed), "cut at {cut}");
    }
    let broken: [&[u8]; 7] = [
        b"",
        b"GIF89a",
        b"\xff\xd8\xff\xd9",
        // A length of less than itself; a second start; a reserved marker; no marker.
        b"\xff\xd8\xff\xdb\0\x01\0\xff\xd9",
        b"\xff\xd8\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\x02\0\x02\xff\xd9",
        b"\xff\xd8abc",
    ];
    for content in broken {
        assert_eq!(clean("image/jpeg", content, 64), Err(Malformed), "{}", content.escape_ascii());
    }
    let whole = drawing(b"", b"");
    for cut in 0..whole.len() {
        assert_eq!(clean("image/png", &whole[..cut], 64), Err(Malformed), "cut at {cut}");
    }
    let (head, tail) = (&whole[..8], &whole[8..]);
    let broken = [
        // A chunk that must be understood and is not, before and behind the head; no picture.
        [head, &chunk(b"CgBI", b"x"), tail].concat(),
        drawing(&chunk(b"CgBI", b"x"), b""),
        drawing(&chunk(b"IHDR", b"x"), b""),
        drawing(&chunk(b"a\0Ab", b"x"), b""),
        [head, &chunk(b"IHDR", &[0; 13]), &chunk(b"IEND", b"")].concat(),
        [head, tail, b""].concat()[..].iter().map(|byte| byte ^ 0x80).collect(),
        drawing(b"\xff\xff\xff\xfftEXt", b""),
    ];
    for content in broken {
        assert_eq!(clean("image/png", &content, 64), Err(Malformed), "{}", content.escape_ascii());
    }
}

#[test]
fn other_kinds_have_no_clean_copy() {
    for kind in ["application/pdf", "video/mp4", "text/plain", "image/gif", "image/svg+xml", ""] {
        assert!(Cleaner::of(kind).is_none(), "{kind}");
    }
}

proptest! {
    /// Whatever bytes come, in whatever parts: no panic, and no more comes out than went in but for
    /// the one segment of ours.
    #[test]
    fn s44_nothing_makes_the_walkers_fall(
        content in prop::collection::vec(any::<u8>(), 0..600),
        step in 1usize..40,
    ) {
        for (kind, start) in [("image/jpeg", &b"\xff\xd8"[..]), ("image/png", b"\x89PNG\r\n\x1a\n")] {
            let content = [start, &content].concat();
            let out = clean(kind, &content, step);
            prop_assert_eq!(&out, &clean(kind, &content, 1_000));
            if let Ok(out) = out {
                prop_assert!(out.len() <= content.len() + 36);
            }
        }
    }

    /// A photograph with some bytes changed or gone either has no clean copy, or one without what is
    /// in its segments.
    #[test]
    fn s44_a_damaged_photograph_lets_nothing_through(
        changes in prop::collection::vec((0usize..330, any::<u8>()), 0..4),
        cut in 0usize..330,
        orientation in any::<u16>(),
    ) {
        let whole = photograph(&exif(orientation % 2 == 0, orientation));
        let mut content = whole.clone();
        for (at, value) in &changes {
            content[at % whole.len()] = *value;
        }
        content.truncate(whole.len() - cut % 40);
        if let Ok(out) = clean("image/jpeg", &content, 7) {
            if changes.is_empty() {
                prop_assert!(SECRETS.iter().all(|secret| !holds(&out, secret)));
            }
            // What came out is a picture of the same strict form.
            prop_assert_eq!(clean("image/jpeg", &out, 7), Ok(out));
        }
    }
}
