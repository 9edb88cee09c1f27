//! What people write for a division or a category: a code, or a name.

use super::category::Category;
use super::fault::Why;
use super::text::half_width;
use crate::place::{Code, Divisions};

/// How many divisions of one name a fault lists.
const MAX_NAMESAKES: usize = 5;

/// Reads a division as typed, by its code or by its name; it must be in the table, and a name must
/// mean one division only.
pub fn find_division(typed: &str, divisions: &Divisions) -> Result<Code, Why> {
    let typed = half_width(typed);
    if typed.starts_with(|c: char| c.is_ascii_digit()) {
        // A list of suggestions writes the name behind the code.
        let code: Code =
            typed.split(' ').next().unwrap_or_default().parse().map_err(|_| Why::NotACode)?;
        return if divisions.has(code) { Ok(code) } else { Err(Why::UnknownDivision) };
    }
    match divisions.named(&typed)[..] {
        [] => {
            let alike = divisions.search(&typed, MAX_NAMESAKES);
            let full = |code: &Code| format!("{code} {}", divisions.full_name(*code));
            match alike.is_empty() {
                true => Err(Why::UnknownDivision),
                false => Err(Why::Perhaps(alike.iter().map(full).collect::<Vec<_>>().join("、"))),
            }
        }
        [code] => Ok(code),
        ref several => {
            let full = |code: &Code| format!("{code} {}", divisions.full_name(*code));
            let named: Vec<String> = several.iter().take(MAX_NAMESAKES).map(full).collect();
            Err(Why::Namesakes(named.join("、")))
        }
    }
}

/// The same for a unit: the bureau of a division, or a supervising body by its code.
pub fn find_unit(typed: &str, divisions: &Divisions) -> Result<Code, Why> {
    let code = half_width(typed).split(' ').next().and_then(|code| code.parse::<Code>().ok());
    match code.filter(|code| code.is_body() && divisions.has_unit(*code)) {
        Some(body) => Ok(body),
        None => find_division(typed, divisions),
    }
}

/// Reads a category, by its code or its name.
pub fn find_category(typed: &str) -> Result<Category, Why> {
    Category::read(typed).ok_or_else(|| {
        Why::NotOneOf(Category::all().map(Category::code).collect::<Vec<_>>().join(", "))
    })
}
