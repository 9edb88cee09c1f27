//! The forms in which a published report is kept besides its JSON: pages and table. Their bytes are
//! sealed with it, so nothing in them depends on who reads them, and when.

use super::html::{self, Links, NotLaidOut};
use super::{Report, csv};
use crate::lang::Lang;

/// Longest form that is kept, in bytes. The table of the whole nation's year takes about 110,000, its
/// page 82,000.
pub const MAX_FORM: usize = 2 * 1024 * 1024;
/// Where the terms of a balance open their lists: where the report's own `lists` lead.
const BALANCE: &str = "/api/v1/balance";

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The figures as one table.
    Csv,
    /// A page of its own, in a language. Its figures lead to the same lists for everybody; what is in
    /// a list is shown to each reader as far as that reader may see it.
    Page(Lang),
}

impl Form {
    /// Every form, in order of their names.
    pub const ALL: [Form; 3] = [Form::Csv, Form::Page(Lang::En), Form::Page(Lang::Zh)];

    /// Its name in the notice and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Page(Lang::En) => "en.html",
            Form::Page(Lang::Zh) => "zh.html",
        }
    }

    /// A report laid out in this form.
    pub fn of(self, report: &Report) -> Result<String, NotLaidOut> {
        match self {
            Form::Csv => Ok(csv::tables(report)),
            Form::Page(lang) => html::page(report, lang, Links::Under(BALANCE)),
        }
    }
}
