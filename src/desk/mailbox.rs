//! Where somebody's letters go and which are wanted, and letters that were given up.

use super::{Desk, DeskError};
use crate::calendar::zone;
use crate::intake::{Fault, Why};
use crate::lang::Lang;
use crate::mail::{self, Letter};
use crate::store::{DeadLetter, MailboxRow, StoreError, Tx};

/// What somebody wants by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// Where letters go; nothing means that none are wanted.
    pub email: Option<String>,
    /// Language of the letters.
    pub lang: Lang,
    /// Whether assignments, reminders and supervision are wanted.
    pub work: bool,
    /// Whether the digest of each morning is wanted.
    pub digest: bool,
    /// Whether the person is told of danger at once.
    pub on_duty: bool,
}

impl Wishes {
    /// What holds for an address of which nothing else was said.
    pub fn of(email: Option<String>) -> Wishes {
        Wishes { email, lang: Lang::Zh, work: true, digest: true, on_duty: false }
    }
}

/// A letter that was given up, as an administrator sees it.
pub struct Lost {
    /// Identifier.
    pub id: String,
    /// The letter's names, Chinese and English.
    pub letter: (&'static str, &'static str),
    /// Where it should have gone, masked; nothing where it was for an informant.
    pub recipient: Option<String>,
    /// The class of the last failure.
    pub why: String,
    /// When it was given up, local time.
    pub at: String,
}

impl Desk {
    /// A person's address and wishes.
    pub async fn wishes(&self, user: &str) -> Result<Wishes, DeskError> {
        let user = user.to_owned();
        let row = self.store.read(move |db| db.mailbox(&user)).await?;
        Ok(row.map_or_else(
            || Wishes::of(None),
            |row| Wishes {
                email: Some(row.email),
                lang: Lang::of_name(&row.lang),
                work: row.work,
                digest: row.digest,
                on_duty: row.on_duty,
            },
        ))
    }

    /// Sets a person's address and wishes; the fault names `email`.
    pub async fn set_wishes(&self, user: &str, wishes: &Wishes) -> Result<(), DeskError> {
        let user = user.to_owned();
        let Some(email) = &wishes.email else {
            return Ok(self.store.write(move |tx| tx.drop_mailbox(&user)).await?);
        };
        let bad = || DeskError::from(vec![Fault::new("email", Why::BadEmail)]);
        let email = mail::address(email).ok_or_else(bad)?;
        let (wishes, today) = (wishes.clone(), zone::date_of(self.clock.now()).to_string());
        let set = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            // The first digest is that of the next day of work.
            let known = tx.mailbox(&user)?.map(|known| known.digest_day);
            tx.set_mailbox(&MailboxRow {
                user_id: user.clone(),
                email: email.clone(),
                lang: wishes.lang.name().to_owned(),
                work: wishes.work,
                digest: wishes.digest,
                on_duty: wishes.on_duty,
                digest_day: known.unwrap_or_else(|| today.clone()),
            })
        };
        Ok(self.store.write(set).await?)
    }

    /// The same by login; `false` where there is no such login.
    pub async fn set_wishes_of(&self, login: &str, wishes: &Wishes) -> Result<bool, DeskError> {
        let login = login.to_owned();
        let Some(user) = self.store.read(move |db| db.user(&login)).await? else {
            return Ok(false);
        };
        self.set_wishes(&user.id, wishes).await.map(|()| true)
    }

    /// Letters that were given up, latest first.
    pub async fn lost_letters(&self, limit: i64) -> Result<Vec<Lost>, DeskError> {
        let dead = self.store.read(move |db| db.dead_letters(limit)).await?;
        Ok(dead.into_iter().map(lost).collect())
    }

    /// Lets a letter that was given up be tried anew; `NotFound` where there is none.
    pub async fn revive_letter(&self, id: &str) -> Result<(), DeskError> {
        let (id, now) = (id.to_owned(), self.clock.now());
        let revived = self.store.write(move |tx| tx.revive_letter(&id, now)).await?;
        if revived { Ok(()) } else { Err(DeskError::NotFound) }
    }
}

fn lost(dead: DeadLetter) -> Lost {
    Lost {
        letter: Letter::read(&dead.letter).map_or(("无法读取", "unreadable"), |it| it.names()),
        recipient: Some(dead.recipient.as_str()).filter(|to| !to.is_empty()).map(masked),
        why: dead.last_error.clone().unwrap_or_default(),
        at: dead.dead_at().map(zone::shown).unwrap_or_default(),
        id: dead.id,
    }
}

/// An address as somebody else may see it: its first sign and its domain.
fn masked(address: &str) -> String {
    let (user, domain) = address.split_once('@').unwrap_or((address, ""));
    format!("{}…@{domain}", user.chars().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_masked_but_for_its_domain() {
        assert_eq!(masked("zhao.li@bureau.example"), "z…@bureau.example");
        assert!(!masked("zhao").contains("hao"));
    }
}
