//! The forms in which published reports are kept besides their JSON.

use diesel::prelude::*;

use super::error::StoreError;
use super::schema::report_forms;
use super::session::{Reader, Tx};

/// A published report in one form, to the byte.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_forms)]
pub struct FormRow {
    /// The report.
    pub report: String,
    /// The form's name.
    pub form: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl Reader<'_> {
    /// A report in one form, where that is kept.
    pub fn report_form(&mut self, report: &str, form: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let found = report_forms::table.find((report, form)).select(report_forms::body);
        Ok(found.first(self.conn).optional()?)
    }

    /// The kept forms of several reports, for the audit.
    pub fn forms_of(&mut self, reports: &[String]) -> Result<Vec<FormRow>, StoreError> {
        let found = report_forms::table.filter(report_forms::report.eq_any(reports));
        Ok(found.select(FormRow::as_select()).load(self.conn)?)
    }
}

impl Tx<'_> {
    /// Keeps a form of a report, in the commit that publishes it.
    pub fn keep_form(&mut self, form: &FormRow) -> Result<(), StoreError> {
        diesel::insert_into(report_forms::table).values(form).execute(self.conn)?;
        Ok(())
    }
}
