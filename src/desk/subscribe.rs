//! Who is told by mail when a report is published, and the letters that a report brings about.

use super::enter::Principal;
use super::head::Prover;
use super::{Desk, DeskError};
use crate::calendar::Kind;
use crate::clock::{Instant, new_id};
use crate::intake::{Fault, Why};
use crate::lang::Lang;
use crate::ledger::Role;
use crate::mail::{self, Letter, ReportPublished};
use crate::place::Code;
use crate::store::{LetterRow, ReportRow, StoreError, SubscriptionRow, Tx};

/// Most subscriptions to one kind and scope: all their letters are written in the commit that
/// publishes the report.
const MAX_SUBSCRIBERS: i64 = 500;

/// Somebody wants to be told of the reports of one kind and scope.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    /// Where letters go.
    pub email: String,
    /// Kind of report; custom ones are published by nobody, so there is nothing to be told.
    pub kind: Kind,
    /// Whose figures.
    pub scope: Code,
    /// Language of the letters.
    pub lang: Lang,
    /// The user whose doing it is; nobody in the terminal.
    pub by: Option<String>,
}

impl Desk {
    /// Begins a subscription, or begins it anew; `false` where it stood like this already, or is
    /// somebody else's. Faults name `email`, `kind`, `scope`.
    pub async fn subscribe(&self, new: &NewSubscription) -> Result<bool, DeskError> {
        let mut faults = Vec::new();
        let email = mail::address(&new.email);
        if email.is_none() {
            faults.push(Fault::new("email", Why::BadEmail));
        }
        if new.kind == Kind::Custom {
            let scheduled = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Custom);
            let list = scheduled.map(Kind::name).collect::<Vec<_>>().join(", ");
            faults.push(Fault::new("kind", Why::NotOneOf(list)));
        }
        if !self.law.divisions.has_unit(new.scope) {
            faults.push(Fault::new("scope", Why::UnknownDivision));
        }
        let (Some(email), []) = (email, &faults[..]) else { return Err(faults.into()) };
        let words = [email, new.kind.name().into(), new.scope.to_string(), new.lang.name().into()];
        let row = SubscriptionRow::new(new_id(), words, new.by.clone(), self.clock.now());
        self.store.write(move |tx| keep(tx, &row)).await
    }

    /// Ends an address's subscriptions, all or those of a kind and scope; how many there were.
    /// Letters that are already written still go out.
    pub async fn unsubscribe(
        &self,
        email: &str,
        kind: Option<Kind>,
        scope: Option<Code>,
    ) -> Result<usize, DeskError> {
        let bad = || DeskError::from(vec![Fault::new("email", Why::BadEmail)]);
        let email = mail::address(email).ok_or_else(bad)?;
        let (scope, now) = (scope.map(|scope| scope.to_string()), self.clock.now());
        let end = move |tx: &mut Tx<'_>| {
            tx.end_subscriptions(&email, kind.map(Kind::name), scope.as_deref(), now)
        };
        Ok(self.store.write(end).await?)
    }

    /// Ends an address's subscription to the reports of a kind and scope, where it is the asker's to
    /// end: whoever began it may, and an administrator within the own unit's subtree. Whom others
    /// let be told is not the asker's business, so there is no telling whether there was one.
    pub async fn unsubscribe_own(
        &self,
        email: &str,
        kind: Kind,
        scope: Code,
        who: &Principal,
    ) -> Result<(), DeskError> {
        let bad = || DeskError::from(vec![Fault::new("email", Why::BadEmail)]);
        let email = mail::address(email).ok_or_else(bad)?;
        let keeps = who.roles.contains(&Role::Admin) && who.oversees(scope);
        let (user, scope, now) = (who.user.clone(), scope.to_string(), self.clock.now());
        let end = move |tx: &mut Tx<'_>| match tx.subscription(&email, kind.name(), &scope)? {
            Some(row) if keeps || row.created_by.as_ref() == Some(&user) => {
                tx.end_subscription(&row.id, now)
            }
            _ => Ok(()),
        };
        Ok(self.store.write(end).await?)
    }

    /// The letter that announces a report, as it is kept. It carries the signed head of the log that
    /// the report saw: a copy outside this service, by which a log cut or written anew is found out.
    pub(super) async fn announcement(&self, report: &ReportRow) -> Result<String, DeskError> {
        let scope: Code = report.scope.parse().map_err(|_| DeskError::Broken("job scope"))?;
        let (sealer, size) = (self.sealer.clone(), report.log_size);
        let head = self.store.read(move |db| Prover { db, sealer: &sealer }.head_at(size)).await?;
        let letter = Letter::ReportPublished(ReportPublished {
            report: report.id.clone(),
            kind: report.kind.clone(),
            period: report.period.clone(),
            scope: report.scope.clone(),
            place: self.law.divisions.full_name(scope),
            head: head.note,
        });
        letter.keep().map_err(|_| DeskError::Broken("letter"))
    }
}

fn keep(tx: &mut Tx<'_>, new: &SubscriptionRow) -> Result<bool, DeskError> {
    let known = tx.subscription(&new.email, &new.kind, &new.scope)?;
    if let Some(known) = &known
        && tx.is_told(known)?
    {
        // From a page nobody takes over what somebody else began: it could then be ended there.
        let others = new.created_by.is_some() && new.created_by != known.created_by;
        if others || known.lang == new.lang {
            return Ok(false);
        }
        tx.renew_subscription(&known.id, new)?;
        return Ok(true);
    }
    let there = tx.subscribers(&new.kind, &new.scope, MAX_SUBSCRIBERS)?.len();
    if i64::try_from(there).unwrap_or(i64::MAX) >= MAX_SUBSCRIBERS {
        let max = usize::try_from(MAX_SUBSCRIBERS).unwrap_or(usize::MAX);
        return Err(vec![Fault::new("subscriptions", Why::TooMany { max })].into());
    }
    match known {
        Some(silent) => tx.renew_subscription(&silent.id, new)?,
        None => tx.add_subscription(new)?,
    }
    Ok(true)
}

/// Writes a letter to each subscriber of a report, in the commit that publishes it.
pub(super) fn announce(
    tx: &mut Tx<'_>,
    report: &ReportRow,
    letter: &str,
    at: Instant,
) -> Result<(), StoreError> {
    for subscriber in tx.subscribers(&report.kind, &report.scope, MAX_SUBSCRIBERS)? {
        let letter = LetterRow {
            id: new_id(),
            about: format!("report/{}", report.id),
            recipient: subscriber.email,
            tip: None,
            lang: subscriber.lang,
            letter: letter.to_owned(),
        };
        tx.post(&letter, at)?;
    }
    Ok(())
}
