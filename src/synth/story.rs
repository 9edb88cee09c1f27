//! One made-up tip and what will happen to it.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::dice::Dice;
use super::map::{HOME, Map};
use super::outside::{MATTERS, Matter, REFUSALS};
use super::rises::{RISES, Rise, SPREAD, STEPS, Where};
use super::script::{Life, Step, Units};
use super::season::{Season, moment};
use super::themes::{THEMES, Theme};
use super::words::{self, Spot};
use crate::calendar::zone;
use crate::intake::tip::TipForm;
use crate::intake::{Category, Channel, Severity};
use crate::ledger::{Command, Ground};
use crate::place::code::Level;
use crate::place::{Code, recusal};

/// Most tips of a made-up year.
pub const MAX_TIPS: u32 = 1_000_000;

/// What makes a year: the same plan gives the same stories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many tips.
    pub tips: u32,
    /// The seed.
    pub seed: u64,
    /// The last day.
    pub last: NaiveDate,
}

/// When a tip comes, and whether a planted rise brings it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// When.
    pub at: DateTime<Utc>,
    /// Its number under the seed.
    n: u32,
    rise: Option<usize>,
}

/// A tip with its life.
pub struct Story {
    /// When it comes.
    pub at: DateTime<Utc>,
    /// The unit whose operator takes it in; nobody for what the public sends.
    pub desk: Option<Code>,
    /// What is sent.
    pub form: TipForm,
    /// Where.
    pub place: Code,
    /// What it is in truth.
    pub truth: Category,
    /// What becomes of it, in order of time, up to the end of the year.
    pub steps: Vec<Step>,
}

/// What is known of a place and a category when a tip comes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alike {
    /// A case of them was closed before, to which a judge could link it.
    pub closed: bool,
    /// A case of them is being handled, into which it could go.
    pub open: bool,
}

/// Tells stories.
pub struct Teller<'a> {
    plan: Plan,
    ground: Ground<'a>,
    map: Map,
    season: Season,
}

/// The matter of a tip.
enum About {
    Theme(&'static Theme),
    Matter(&'static Matter),
}

/// Out of a hundred ordinary tips so many are outside the law (55 % in the line's first year).
const OUTSIDE: u64 = 51;

/// Out of a thousand tips about hazards so many say that life is in danger.
const DANGER: u64 = 350;
/// Out of a thousand tips about what an open case is about already so many are merged into it.
const MERGED: u64 = 350;

impl<'a> Teller<'a> {
    /// A teller for a plan.
    pub fn new(plan: Plan, ground: Ground<'a>) -> Teller<'a> {
        let season = Season::ending(plan.last, ground.rules.workdays());
        Teller { plan, ground, map: Map::of(ground.divisions), season }
    }

    pub(super) fn plan(&self) -> Plan {
        self.plan
    }

    /// Any time of the year, as likely as a tip's.
    pub(super) fn moment(&self, dice: &mut Dice) -> DateTime<Utc> {
        self.season.arrival(dice)
    }

    /// The first day of the year.
    pub fn first(&self) -> NaiveDate {
        self.season.first()
    }

    /// The last second of the year.
    pub fn end(&self) -> DateTime<Utc> {
        zone::end_of(self.plan.last)
    }

    /// Every arrival in order of time.
    pub fn arrivals(&self) -> Vec<Arrival> {
        let mut dice = Dice::new(self.plan.seed, u64::MAX);
        let mut all = Vec::with_capacity(usize::try_from(self.plan.tips).unwrap_or(0));
        let mut left = self.plan.tips;
        for (index, rise) in RISES.iter().enumerate() {
            let count = rise.count(self.plan.tips).min(left);
            left -= count;
            all.extend((0..count).map(|_| (self.risen(rise, &mut dice), Some(index))));
        }
        all.extend((0..left).map(|_| (self.season.arrival(&mut dice), None)));
        let numbered = (0..).zip(all).map(|(n, (at, rise))| Arrival { at, n, rise });
        let mut arrivals: Vec<Arrival> = numbered.collect();
        arrivals.sort_unstable();
        arrivals
    }

    fn risen(&self, rise: &Rise, dice: &mut Dice) -> DateTime<Utc> {
        let back = u64::from(rise.from - rise.to);
        // The latest of some throws: more towards the end.
        let day = (0..STEPS - 1).map(|_| dice.below(back + 1)).max().unwrap_or(0);
        moment(self.plan.last - Days::new(u64::from(rise.from)) + Days::new(day), dice)
    }

    /// The story of an arrival; `alike` says what is known of its place and category.
    pub fn story(&self, arrival: Arrival, alike: impl Fn(Code, Category) -> Alike) -> Story {
        let dice = &mut Dice::new(self.plan.seed, u64::from(arrival.n));
        let about = about(arrival, dice);
        let place = self.place(arrival, dice);
        let channel = channel(&about, dice);
        let day = zone::date_of(arrival.at);
        let began = words::began(day, dice);
        let township = self.map.township(place, dice);
        let spot = Spot::draw(self.ground.divisions, place, township, dice);
        let mut said = match about {
            About::Theme(theme) => words::tell(theme, &spot, channel, (day, began), dice),
            About::Matter(matter) => words::tell_outside(matter, &spot, dice),
        };
        if matches!(about, About::Theme(_)) && dice.chance(25) {
            said.accused = Some(format!("{}自然资源局有关人员", self.ground.divisions.name(place)));
        }
        let truth = about.category();
        // Who sends in a page does not choose among thirty categories; an operator mostly does.
        let known = !channel.is_public() && dice.chance(850);
        // A hazard is a danger whatever is said of it; some callers say so.
        let urgent = Severity::of(truth) == Severity::Danger;
        let danger = urgent && dice.chance(DANGER);
        let informant = words::informant(channel, dice);
        let desk = (!channel.is_public()).then(|| self.desk(place, channel, dice));
        let reachable = informant.is_some();
        let form = TipForm {
            channel: Some(channel.code().to_owned()),
            division: Some(place.to_string()),
            category: known.then(|| truth.code().to_owned()),
            title: dice.chance(920).then_some(said.title),
            text: Some(said.text),
            occurred_on: dice.chance(700).then(|| began.to_string()),
            place_text: Some(said.place_text),
            accused: said.accused,
            informant,
            danger,
            ..TipForm::default()
        };
        let matter = match about {
            About::Theme(theme) => theme.what[0].0.to_owned(),
            About::Matter(matter) => matter.title.to_owned(),
        };
        let mut life = Life::new(
            arrival.at,
            self.end(),
            self.ground.rules,
            dice.clone(),
            (matter, truth),
            (reachable, urgent),
        );
        match about {
            About::Matter(matter) => {
                life.refused((!known).then_some(truth), refusal(matter, dice));
            }
            About::Theme(_) => {
                let units = self.units(&form, place, desk.unwrap_or(place.province()), dice);
                let alike = alike(place, truth);
                if alike.closed && dice.chance(220) {
                    life.linked();
                } else if alike.open && !urgent && dice.chance(MERGED) {
                    life.merged();
                } else if !dice.chance(70) || life.asked(self.ground.rules) {
                    life.accepted((!known).then_some(truth), units);
                }
            }
        }
        Story { at: arrival.at, desk, form, place, truth, steps: life.steps() }
    }

    fn place(&self, arrival: Arrival, dice: &mut Dice) -> Code {
        let Some(rise) = arrival.rise.map(|index| RISES[index]) else {
            return self.map.county(dice);
        };
        let code = match rise.at {
            Where::In(code) => code,
            Where::Widening => {
                let begin = zone::start_of(self.plan.last - Days::new(u64::from(rise.from)));
                let gone = (arrival.at - begin).num_days().max(0).unsigned_abs();
                let whole = u64::from(rise.from - rise.to).max(1);
                let reached = 1 + gone * (SPREAD.len() as u64 - 1) / whole;
                let reached = usize::try_from(reached).unwrap_or(1).min(SPREAD.len());
                dice.pick(&SPREAD[..reached])
            }
        };
        self.map.county_in(code.parse().unwrap_or(Code::NATION), dice)
    }

    /// Whose operator takes a tip in: mostly the province's, sometimes the nation's or the county's.
    fn desk(&self, place: Code, channel: Channel, dice: &mut Dice) -> Code {
        match (channel, dice.below(100)) {
            (Channel::Patrol, _) => place,
            (Channel::Satellite | Channel::Media, _) | (_, 0..16) => Code::NATION,
            (Channel::Order | Channel::Transfer | Channel::Subordinate, _) => place.province(),
            (_, 16..74) => place.province(),
            _ => place,
        }
    }

    /// To whom a case goes: the county's bureau, the city's, or the province's own; never one that
    /// the tip accuses.
    fn units(&self, form: &TipForm, place: Code, desk: Code, dice: &mut Dice) -> Units {
        let Ground { divisions, alternate, .. } = self.ground;
        let text = [&form.title, &form.text].map(|text| text.as_deref().unwrap_or_default());
        let accused =
            recusal::accused_unit(divisions, place, form.accused.as_deref(), &text.join(" "));
        let recused: Vec<Code> = accused.iter().map(|recusal| recusal.unit).collect();
        let home = place.province().to_string() == HOME;
        let city = place.parent().filter(|city| {
            let name = divisions.name(*city);
            city.level() == Level::City && !name.contains("直辖") && name != "市辖区"
        });
        let wanted = match dice.below(100) {
            0..46 if home => place.province(),
            0..10 => place.province(),
            46..62 => city.unwrap_or(place),
            _ => place,
        };
        let wanted = if desk.holds(wanted) { wanted } else { place };
        let first = recusal::clear_unit(wanted, &recused, alternate);
        let other = if first == place { place.province() } else { place };
        let fits = recused.is_empty() && other != first;
        Units { first, other: fits.then_some(other) }
    }
}

impl About {
    fn category(&self) -> Category {
        let code = match self {
            About::Theme(theme) => theme.category,
            About::Matter(matter) => matter.category,
        };
        Category::find(code).unwrap_or(Category::UNKNOWN)
    }
}

fn about(arrival: Arrival, dice: &mut Dice) -> About {
    if let Some(theme) = arrival.rise.and_then(|index| Theme::find(RISES[index].theme)) {
        return About::Theme(theme);
    }
    match dice.below(100) < OUTSIDE {
        true => About::Matter(dice.weighted(&MATTERS, |matter| matter.weight)),
        false => About::Theme(dice.weighted(&THEMES, |theme| theme.weight)),
    }
}

/// Channels after the line's first year, with the page and the app that it did not have.
fn channel(about: &About, dice: &mut Dice) -> Channel {
    const ALL: [(Channel, u64); 13] = [
        (Channel::Phone, 600),
        (Channel::Web, 110),
        (Channel::App, 60),
        (Channel::Email, 70),
        (Channel::Letter, 36),
        (Channel::Visit, 26),
        (Channel::Fax, 8),
        (Channel::Transfer, 26),
        (Channel::Order, 14),
        (Channel::Subordinate, 10),
        (Channel::Media, 8),
        (Channel::Patrol, 18),
        (Channel::Satellite, 14),
    ];
    let people = |channel: Channel| {
        !matches!(channel, Channel::Media | Channel::Patrol | Channel::Satellite)
    };
    let outside = matches!(about, About::Matter(_));
    let weight = |one: &(Channel, u64)| if outside && !people(one.0) { 0 } else { one.1 };
    dice.weighted(&ALL, weight).0
}

fn refusal(matter: &Matter, dice: &mut Dice) -> Command {
    let (redirect, text) = (matter.redirect.to_owned(), (*dice.pick(&REFUSALS)).to_owned());
    Command::Refuse { reason: matter.reason, redirect, text }
}
