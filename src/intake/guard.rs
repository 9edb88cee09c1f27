//! Cells that a spreadsheet would take for formulas, guarded on the way out and bared on the way in
//! (S32).

use std::borrow::Cow;

/// What a spreadsheet may take for the beginning of a formula, full-width forms included.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];
/// The sign by which spreadsheets mark a cell as text.
const GUARD: char = '\'';

/// A cell as it is written: with an apostrophe before what might be a formula.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    match is_formula(cell) {
        true => format!("{GUARD}{cell}").into(),
        false => cell.into(),
    }
}

/// A cell as it was before it was [`guarded`], so that a row handed back and handed in again is the
/// same row.
pub fn bare(cell: &mut String) {
    if cell.strip_prefix(GUARD).is_some_and(is_formula) {
        cell.remove(0);
    }
}

/// Whether a spreadsheet might take a cell for a formula.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s32_what_is_guarded_is_bared_again_and_nothing_else_is() {
        for text in
            ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", "\0x", "＝1", "＋1", "－1", "＠x"]
        {
            let mut cell = guarded(text).into_owned();
            assert_eq!(cell, format!("'{text}"));
            bare(&mut cell);
            assert_eq!(cell, text);
            bare(&mut cell);
            assert_eq!(cell, text);
        }
        for text in ["", "湖南", "'", "'90年代", "1-2", " =1"] {
            let mut cell = guarded(text).into_owned();
            bare(&mut cell);
            assert_eq!(cell, text);
        }
    }
}
