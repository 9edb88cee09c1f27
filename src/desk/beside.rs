//! What happens beside the cases of a rehearsal, by the desk's own functions: enquiries, campaigns,
//! and at the end a draw.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::campaign::{About, NewCampaign};
use super::draw::{DrawKind, NewDraw};
use super::enquire::NewEnquiry;
use super::{Desk, DeskError};
use crate::calendar::{Kind, Period, zone};
use crate::clock::Instant;
use crate::place::Code;
use crate::store::{Reader, StoreError, UserRow};
use crate::synth::Teller;
use crate::synth::beside::{Campaign, Enquiry};

/// Who does these things. Unlike the people of the cases they must have logins.
#[derive(Clone, Debug)]
pub struct Hands {
    operator: (String, Code),
    supervisor: (String, Code),
}

impl Hands {
    /// Those of two logins; `None` where either is missing.
    pub fn find(
        db: &mut Reader<'_>,
        operator: &str,
        supervisor: &str,
    ) -> Result<Option<Hands>, StoreError> {
        let mut of = |login| {
            let found = db.user(login)?;
            let unit = |user: UserRow| user.unit.parse().ok().map(|unit| (user.id, unit));
            Ok::<_, StoreError>(found.and_then(unit))
        };
        let (operator, supervisor) = (of(operator)?, of(supervisor)?);
        Ok(operator.zip(supervisor).map(|(operator, supervisor)| Hands { operator, supervisor }))
    }
}

/// How many of a hundred closed cases the draw takes: a dozen of a month in a year of 10,000 tips.
const DRAWN_PERCENT: u32 = 4;

/// What is still to come, each in order of time.
pub(super) struct Beside {
    hands: Option<Hands>,
    enquiries: Peekable<IntoIter<Enquiry>>,
    campaigns: Peekable<IntoIter<Campaign>>,
}

impl Beside {
    pub fn of(teller: &Teller<'_>, hands: Option<Hands>) -> Beside {
        Beside {
            hands,
            enquiries: teller.enquiries().into_iter().peekable(),
            campaigns: teller.campaigns().into_iter().peekable(),
        }
    }
}

impl Desk {
    /// Does what comes up to an instant, where somebody is there to do it; the desk's clock follows.
    pub(super) async fn play_beside(
        &self,
        beside: &mut Beside,
        until: Instant,
    ) -> Result<(), DeskError> {
        let Some(Hands { operator, supervisor }) = beside.hands.clone() else { return Ok(()) };
        while let Some(enquiry) = beside.enquiries.next_if(|one| one.at <= until) {
            self.follow(enquiry.at);
            let Enquiry { channel, category, text, answer, .. } = enquiry;
            let asked = NewEnquiry {
                channel,
                division: None,
                category,
                text: text.to_owned(),
                answer: answer.map(str::to_owned),
                unit: operator.1,
                by: operator.0.clone(),
            };
            self.take_enquiry(asked, None).await?;
        }
        while let Some(campaign) = beside.campaigns.next_if(|one| one.at <= until) {
            self.follow(campaign.at);
            let Campaign { name, divisions, about, from, to, text, .. } = campaign;
            let asked = NewCampaign {
                name: name.to_owned(),
                divisions,
                about: About::read(about).ok_or(DeskError::Broken("campaign"))?,
                from,
                to,
                text: text.to_owned(),
                unit: supervisor.1,
                by: supervisor.0.clone(),
            };
            self.open_campaign(asked, None).await?;
        }
        Ok(())
    }

    /// Announces a draw over the closed cases of the last month that is over, and makes it. The whole
    /// country's, since units with logins check, and in a demo one province has them. Only once every
    /// case is written down: the draw writes into the ledgers of those that it takes.
    pub(super) async fn draw_once(&self, beside: Beside) -> Result<(), DeskError> {
        let Some(Hands { supervisor: (by, scope), .. }) = beside.hands else { return Ok(()) };
        let today = zone::date_of(self.clock.now());
        let period = Period::holding(Kind::Monthly, today).previous();
        let kind = DrawKind::Closed;
        let asked =
            NewDraw { kind, period, scope, share_percent: DRAWN_PERCENT, draw_at: None, by };
        match self.announce_draw(asked, None).await {
            Ok(_) => {}
            // A small year may have closed nothing there, a very large one more than a draw takes.
            Err(DeskError::Faults(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
        self.catch_up_alone().await?;
        self.run_draws().await?;
        self.catch_up_alone().await
    }
}
