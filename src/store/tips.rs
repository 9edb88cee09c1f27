//! Tips: number, words, sealed identity, each in a table of its own.

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::alike::Said;
use super::cases::CaseRow;
use super::connection::AnyConnection;
use super::error::StoreError;
use super::inspect::Stretch;
use super::schema::{cases, tip_identities, tip_words, tips};
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// What a tip's row holds besides its words and its informant.
#[derive(Clone)]
pub struct StoredTip {
    /// The receipt's number.
    pub number: String,
    /// The case that took it in.
    pub case_no: String,
    /// The entry that took it in.
    pub entry_id: String,
    /// How it came in.
    pub channel: &'static str,
    /// How the informant wants to be known.
    pub mode: &'static str,
    /// When it happened.
    pub occurred_on: Option<String>,
    /// When the informant said it.
    pub received_at: Instant,
    /// The other system, with `external_id`; absent for the public.
    pub source: Option<String>,
    /// The identifier there.
    pub external_id: Option<String>,
    /// Keyed hash of the query code.
    pub code_hash: String,
}

/// A tip as it is found again.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = tips)]
pub struct TipRow {
    /// The receipt's number.
    pub number: String,
    /// Its case.
    pub case_no: String,
    /// The entry that took it in.
    pub entry_id: String,
    /// How it came in.
    pub channel: String,
    /// How the informant wants to be known.
    pub mode: String,
    /// When it happened.
    pub occurred_on: Option<String>,
    received_at: NaiveDateTime,
    /// Keyed hash of the query code.
    pub code_hash: String,
}

impl TipRow {
    /// When the informant said it.
    pub fn received_at(&self) -> Instant {
        self.received_at.and_utc()
    }
}

/// What an informant said in one entry.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = tip_words)]
#[allow(missing_docs)] // reason: the fields are those of a tip in the contract
pub struct StoredWords {
    pub entry_id: String,
    pub tip: String,
    pub title: Option<String>,
    pub text: String,
    pub place_text: Option<String>,
    pub accused: Option<String>,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
}

/// What informants told of a case.
pub struct Testimony {
    /// The tips that it carries, those of cases merged into it included, in order of number.
    pub tips: Vec<TipRow>,
    /// What was said in them, first words first.
    pub words: Vec<StoredWords>,
    /// What was said when it was opened, wherever that tip is carried now.
    pub own: Vec<Said>,
}

impl Testimony {
    fn of(case: &CaseRow, rows: Vec<(TipRow, String, Option<StoredWords>)>) -> Testimony {
        let mut told = Testimony { tips: Vec::new(), words: Vec::new(), own: Vec::new() };
        for (tip, carrier, words) in rows {
            if let Some(words) = &words
                && (&tip.case_no, &tip.entry_id) == (&case.no, &words.entry_id)
            {
                told.own.push(Said::of(&tip, words));
            }
            if carrier == case.no {
                told.tips.push(tip);
                told.words.extend(words);
            }
        }
        told.tips.sort_by(|one, other| one.number.cmp(&other.number));
        told.tips.dedup_by(|one, other| one.number == other.number);
        told.words.sort_by(|one, other| one.entry_id.cmp(&other.entry_id));
        told
    }

    /// The title of the case: that of the tip with which it was opened.
    pub fn title(&self) -> String {
        self.own.first().map(Said::title).unwrap_or_default()
    }
}

/// An identity as it is kept. Only the vault can open it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = tip_identities)]
pub struct SealedIdentity {
    /// The tip's own key, wrapped.
    pub wrapped_key: Vec<u8>,
    /// The identity under that key.
    pub sealed: Vec<u8>,
}

impl Reader<'_> {
    /// A tip by the number on its receipt; only for who shows its query code.
    pub fn tip_for_informant(&mut self, number: &str) -> Result<Option<TipRow>, StoreError> {
        let found = tips::table.find(number).select(TipRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// Whether a tip or a case has one of these numbers already.
    pub fn is_numbered(&mut self, tip: &str, case_no: &str) -> Result<bool, StoreError> {
        let of_tip = exists(tips::table.find(tip));
        let of_case = exists(cases::table.find(case_no));
        Ok(diesel::select(of_tip.or(of_case)).get_result(self.conn)?)
    }

    /// Whether a row of another system has been taken in already.
    pub fn knows_external(&mut self, source: &str, id: &str) -> Result<Option<String>, StoreError> {
        let found = tips::table
            .filter(tips::source.eq(source))
            .filter(tips::external_id.eq(id))
            .select(tips::number);
        Ok(found.first(self.conn).optional()?)
    }

    /// What informants told of a case, in one statement.
    pub fn testimony(&mut self, case: &CaseRow) -> Result<Testimony, StoreError> {
        // The rows are few and found by index; asked for in order, they might be looked for in that
        // of all tips.
        let rows: Vec<(TipRow, String, Option<StoredWords>)> = tips::table
            .inner_join(cases::table.on(cases::no.eq(tips::case_no)))
            .left_join(tip_words::table.on(tip_words::tip.eq(tips::number)))
            .filter(cases::carrier.eq(&case.no).or(cases::no.eq(&case.no)))
            .select((TipRow::as_select(), cases::carrier, Option::<StoredWords>::as_select()))
            .load(self.conn)?;
        Ok(Testimony::of(case, rows))
    }

    /// The titles of several cases' tips, for lists.
    pub fn titles(&mut self, cases: &[CaseRow]) -> Result<Vec<(String, String)>, StoreError> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: Vec<&str> = cases.iter().map(|case| case.no.as_str()).collect();
        let rows: Vec<(String, Option<String>, String)> = tips::table
            .inner_join(tip_words::table.on(tip_words::entry_id.eq(tips::entry_id)))
            .filter(tips::case_no.eq_any(numbers))
            .select((tips::case_no, tip_words::title, tip_words::text))
            .load(self.conn)?;
        Ok(rows.into_iter().map(|(no, title, text)| (no, title_of(title, &text))).collect())
    }

    /// The sealed identity of a tip. The one query that names these
    /// columns; only the desk that opens an identity calls it.
    pub fn sealed_identity(&mut self, number: &str) -> Result<Option<SealedIdentity>, StoreError> {
        let found = tip_identities::table.find(number).select(SealedIdentity::as_select());
        Ok(found.first(self.conn).optional()?)
    }
}

/// An identity with the number of its tip.
#[derive(Queryable)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct RawIdentity {
    pub tip: String,
    pub wrapped_key: Vec<u8>,
    pub sealed: Vec<u8>,
}

/// The sealed identities of a stretch of cases, for the audit: it checks that they can be opened, and
/// looks at none.
pub(super) fn sealed_identities(
    conn: &mut AnyConnection,
    stretch: &Stretch,
) -> Result<Vec<RawIdentity>, StoreError> {
    let mut query = tips::table
        .inner_join(tip_identities::table.on(tip_identities::tip.eq(tips::number)))
        .filter(tips::case_no.gt(&stretch.after))
        .into_boxed();
    if let Some(last) = &stretch.last {
        query = query.filter(tips::case_no.le(last));
    }
    Ok(query.limit(stretch.most).select(tip_identities::all_columns).load(conn)?)
}

/// A tip's title; of an untitled one the beginning of its account.
pub(super) fn title_of(title: Option<String>, text: &str) -> String {
    title.unwrap_or_else(|| {
        let begun: String = text.chars().take(TITLE_LENGTH).collect();
        if begun.len() < text.len() { begun + "…" } else { begun }
    })
}

/// Characters of an untitled account that stand for its title in lists.
const TITLE_LENGTH: usize = 30;

impl Tx<'_> {
    /// Keeps a tip; `Taken` where the number or the other system's identifier is.
    pub fn keep_tip(&mut self, tip: &StoredTip) -> Result<(), StoreError> {
        diesel::insert_into(tips::table)
            .values((
                tips::number.eq(&tip.number),
                tips::case_no.eq(&tip.case_no),
                tips::entry_id.eq(&tip.entry_id),
                tips::channel.eq(tip.channel),
                tips::mode.eq(tip.mode),
                tips::occurred_on.eq(tip.occurred_on.as_deref()),
                tips::received_at.eq(tip.received_at.naive_utc()),
                tips::source.eq(tip.source.as_deref()),
                tips::external_id.eq(tip.external_id.as_deref()),
                tips::code_hash.eq(&tip.code_hash),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Keeps an identity, sealed.
    pub fn keep_identity(
        &mut self,
        number: &str,
        wrapped_key: &[u8],
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        diesel::insert_into(tip_identities::table)
            .values((
                tip_identities::tip.eq(number),
                tip_identities::wrapped_key.eq(wrapped_key),
                tip_identities::sealed.eq(sealed),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_was_cut_says_so() {
        let long = "耕".repeat(TITLE_LENGTH + 1);
        assert_eq!(title_of(None, &long), format!("{}…", "耕".repeat(TITLE_LENGTH)));
        let whole = "耕".repeat(TITLE_LENGTH);
        assert_eq!(title_of(None, &whole), whole);
        assert_eq!(title_of(Some(long.clone()), "短"), long);
    }
}
