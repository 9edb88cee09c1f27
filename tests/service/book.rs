//! A workbook as small as one can be, for tests.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A cell of a test's workbook.
pub enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    /// A serial number with a date's format.
    Date(f64),
    Yes,
    None,
}

const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// Packs parts into an archive.
pub fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        archive.start_file(name.as_str(), deflated).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The parts of a workbook with these sheets; blank lines are `&[]`.
pub fn parts(sheets: &[&[&[Cell<'_>]]]) -> Vec<(String, Vec<u8>)> {
    let count = sheets.len();
    let each = |what: &dyn Fn(usize) -> String| (1..=count).map(what).collect::<String>();
    let relations = each(&|n| {
        format!(
            "<Relationship Id=\"r{n}\" Type=\"{REL}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        )
    });
    let named = each(&|n| format!("<sheet name=\"S{n}\" sheetId=\"{n}\" r:id=\"r{n}\"/>"));
    let root = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{REL}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book =
        format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{REL}\"><sheets>{named}</sheets></workbook>");
    let relations = format!(
        "<Relationships xmlns=\"{PACKAGE}\">{relations}<Relationship Id=\"rs\" Type=\"{REL}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    // Format 0 is plain, format 1 a date with a time of one's own, as spreadsheet programs write it.
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy/m/d h:mm\"/></numFmts>\
         <cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
    );
    let mut all = vec![
        ("_rels/.rels".to_owned(), root),
        ("xl/workbook.xml".to_owned(), book),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations),
        ("xl/styles.xml".to_owned(), styles),
    ];
    for (n, lines) in sheets.iter().enumerate() {
        all.push((format!("xl/worksheets/sheet{}.xml", n + 1), sheet(lines)));
    }
    all.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

/// A whole workbook.
pub fn book(sheets: &[&[&[Cell<'_>]]]) -> Vec<u8> {
    pack(&parts(sheets))
}

fn sheet(lines: &[&[Cell<'_>]]) -> String {
    let mut text = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
    for (line, cells) in lines.iter().enumerate() {
        let line = line + 1;
        text += &format!("<row r=\"{line}\">");
        for (column, cell) in cells.iter().enumerate() {
            let at = format!("{}{line}", char::from(b'A' + column as u8));
            text += &match cell {
                Cell::Text(said) => {
                    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{said}</t></is></c>")
                }
                Cell::Number(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
                Cell::Date(serial) => format!("<c r=\"{at}\" s=\"1\"><v>{serial}</v></c>"),
                Cell::Yes => format!("<c r=\"{at}\" t=\"b\"><v>1</v></c>"),
                Cell::None => String::new(),
            };
        }
        text += "</row>";
    }
    text + "</sheetData></worksheet>"
}
