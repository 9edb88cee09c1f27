//! Tables as people hand them over: what is read, what is refused, and that nothing breaks the
//! reader.

use std::path::PathBuf;
use std::sync::Arc;

use hotline::lang::Lang;
use hotline::sheet::{BadSheet, MAX_ROW, Row, RowFault, Sheet, Source};
use proptest::prelude::*;

use crate::book::{Cell, book, pack, parts};

const HEADERS: [&str; 4] = ["渠道", "区划代码", "内容", "text"];

fn open(bytes: &[u8]) -> Result<Sheet, BadSheet> {
    Sheet::open(&Source::Bytes(Arc::from(bytes)), |header| HEADERS.contains(&header))
}

fn all(bytes: &[u8]) -> Result<(Vec<String>, Vec<Row>), BadSheet> {
    let mut sheet = open(bytes)?;
    let mut rows = Vec::new();
    while let Some(row) = sheet.next_row()? {
        rows.push(row);
    }
    Ok((sheet.header().to_vec(), rows))
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    all(bytes).unwrap().1.into_iter().map(|row| row.cells).collect()
}

const HEAD: &[Cell<'_>] = &[Cell::Text("渠道"), Cell::Text("区划代码"), Cell::Text("内容")];

#[test]
fn a_workbook_reads_as_people_see_it() {
    let made = book(&[&[
        &[Cell::Text("线索台账")],
        HEAD,
        &[Cell::Date(46_349.0), Cell::Number(13_800_000_000.0), Cell::Text("占地")],
        &[],
        &[Cell::Date(46_349.444_444_444_445), Cell::Number(112.9), Cell::Yes],
        &[Cell::Text("x")],
        &[Cell::Text(" "), Cell::None],
    ]]);
    let (header, rows) = all(&made).unwrap();
    assert_eq!(header, ["渠道", "区划代码", "内容"]);
    let read: Vec<_> = rows.iter().map(|row| (row.number, row.cells.join("|"))).collect();
    // The blank line counts: the number is that of the line below the header.
    let wanted =
        [(1, "2026-11-23|13800000000|占地"), (3, "2026-11-23 10:40:00|112.9|TRUE"), (4, "x||")];
    assert_eq!(read, wanted.map(|(row, text)| (row, text.to_owned())));
}

#[test]
fn the_sheet_with_a_known_header_is_taken() {
    let notes: &[&[Cell<'_>]] = &[&[Cell::Text("说明")], &[Cell::Text("请勿修改")]];
    let data: &[&[Cell<'_>]] = &[HEAD, &[Cell::Text("电话")]];
    assert_eq!(cells(&book(&[notes, data])), [["电话", "", ""]]);
    assert_eq!(cells(&book(&[data, data])), [["电话", "", ""]]);
    assert_eq!(open(&book(&[notes, data, data])).err(), Some(BadSheet::SeveralSheets));
    // Where no header is known the first is shown, so that it can be named.
    assert_eq!(all(&book(&[notes, notes])).unwrap().0, ["说明"]);
    assert_eq!(open(&book(&[&[]])).err(), Some(BadSheet::Empty));
}

#[test]
fn separators_and_encodings_are_found_by_themselves() {
    let wanted = [["电话", "4301", "占地，三亩;两处"], ["信", "43", "采砂"]];
    let comma = "渠道,区划代码,内容\n电话,4301,占地，三亩;两处\n信,43,采砂\n";
    for text in [
        comma.to_owned(),
        format!("\u{feff}{comma}"),
        comma.replace('\n', "\r\n"),
        comma.replace(',', "\t"),
        "渠道;区划代码;内容\n电话;4301;\"占地，三亩;两处\"\n信;43;采砂\n".to_owned(),
    ] {
        assert_eq!(cells(text.as_bytes()), wanted, "{text}");
        let gb = encoding_rs::GB18030.encode(text.trim_start_matches('\u{feff}')).0;
        assert_eq!(cells(&gb), wanted, "{text} as GB18030");
    }
    let wide: Vec<u8> = "\u{feff}"
        .to_owned()
        .encode_utf16()
        .chain(comma.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(cells(&wide), wanted);
    // A broken row of a table in UTF-8 is its own fault.
    let mut bytes = comma.as_bytes().to_vec();
    bytes.extend(b"\xb5\xe7,43,x\n");
    let rows = all(&bytes).unwrap().1;
    assert_eq!(
        rows.iter().map(|row| row.fault).collect::<Vec<_>>(),
        [None, None, Some(RowFault::Garbled)]
    );
}

#[test]
fn files_that_cannot_be_read_say_why_in_both_languages() {
    let whole = book(&[&[HEAD]]);
    let mut protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    let old = protected.clone();
    protected.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let wide = (0..300).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let quote = format!("渠道,区划代码,内容\n电话,43,\"{}", "x\n".repeat(MAX_ROW));
    let table: [(&[u8], BadSheet, &str); 8] = [
        (b"", BadSheet::Empty, "empty"),
        (&whole[..whole.len() / 2], BadSheet::Broken, "damaged"),
        (&old, BadSheet::OldFormat, ".xls"),
        (&protected, BadSheet::Protected, "password"),
        (b"\xff\xff\xff\xff\n\xff", BadSheet::Encoding, "GB18030"),
        (wide.as_bytes(), BadSheet::Wide, "256 columns"),
        (quote.as_bytes(), BadSheet::LongRow(1), "missing quote"),
        (&pack(&[("x".to_owned(), vec![1])]), BadSheet::Broken, "damaged"),
    ];
    for (bytes, wanted, word) in table {
        let found = open(bytes).err();
        assert_eq!(found, Some(wanted));
        let found = found.unwrap();
        assert!(found.words(Lang::En).contains(word), "{found}");
        assert!(!found.words(Lang::Zh).is_ascii() && found.to_string().contains(" / "), "{found}");
    }
    let missing = Source::File(PathBuf::from("/nowhere/at/all.xlsx"));
    assert!(matches!(Sheet::open(&missing, |_| false).err(), Some(BadSheet::Unreadable(_))));
}

/// What this process holds in memory at the most, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test takes the time")]
fn s43_a_workbook_that_unpacks_to_too_much_is_refused() {
    let sheet = "xl/worksheets/sheet1.xml";
    let whole = parts(&[&[HEAD]]);
    let with = |name: &str, bytes: Vec<u8>| {
        let mut parts = whole.clone();
        parts.retain(|(known, _)| known != name);
        parts.push((name.to_owned(), bytes));
        pack(&parts)
    };
    let honest = with(sheet, vec![b' '; 300 << 20]);
    assert!(honest.len() < 1 << 20, "{}", honest.len());
    let texts = "xl/sharedStrings.xml";
    let count = b"<sst uniqueCount=\"999999999999\"><si><t>x</t></si></sst>".to_vec();
    let (lying, many, styles, promise) = (
        lie(&honest, 300 << 20),
        with(texts, b"<si/>".repeat(12 << 20)),
        with("xl/styles.xml", b"<xf/>".repeat(1 << 20)),
        with(texts, count),
    );
    // From here on; what making the files took does not count.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak();
    let begun = std::time::Instant::now();
    assert_eq!(open(&honest).err(), Some(BadSheet::Unpacked));
    assert_eq!(open(&styles).err(), Some(BadSheet::Unpacked));
    assert_eq!(open(&promise).err(), Some(BadSheet::Broken));
    assert!(matches!(open(&lying).err(), Some(BadSheet::Unpacked | BadSheet::Broken)));
    assert_eq!(open(&many).err(), Some(BadSheet::Unpacked));
    let grown = peak() - before;
    println!("{:?}, {grown} MiB more", begun.elapsed());
    assert!(begun.elapsed().as_secs() < 10);
    // 48 MiB of texts are held while they are looked at; other tests run in this process, too.
    assert!(grown <= 128, "{grown} MiB");
}

/// The archive with every declared size of that many bytes changed to one.
fn lie(archive: &[u8], size: u32) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    let said = size.to_le_bytes();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == said {
            bytes[at..at + 4].copy_from_slice(&1u32.to_le_bytes());
        }
    }
    assert!(bytes != archive);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn s60_random_bytes_never_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..2_048), kind in 0..3) {
        let begin: &[u8] = match kind { 0 => b"PK\x03\x04", 1 => b"\xd0\xcf\x11\xe0", _ => b"" };
        let _ = all(&[begin, &bytes].concat());
    }

    #[test]
    fn s60_a_changed_workbook_never_breaks_the_reader(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), inside in any::<bool>(), part in any::<prop::sample::Index>()) {
        let lines: &[&[Cell<'_>]] = &[HEAD, &[Cell::Date(46_349.5), Cell::Number(4301.0), Cell::Text("x")]];
        let mut made = parts(&[lines]);
        let change = |bytes: &mut Vec<u8>| for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        };
        let bytes = if inside {
            change(&mut made[part.index(5)].1);
            pack(&made)
        } else {
            let mut bytes = pack(&made);
            change(&mut bytes);
            bytes
        };
        // A thread that panics says so to nobody; the count of panics is what is looked at.
        let before = PANICS.load(std::sync::atomic::Ordering::SeqCst);
        watch_panics();
        let _ = all(&bytes);
        prop_assert_eq!(PANICS.load(std::sync::atomic::Ordering::SeqCst), before);
    }
}

static PANICS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// Counts panics of the thread that reads workbooks.
fn watch_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some("sheet-reader") {
                PANICS.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            }
            usual(info);
        }));
    });
}
