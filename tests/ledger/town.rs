//! Several cases side by side, between which tips move.

use hotline::ledger::{Actor, Case, Facts, Refusal};
use serde_json::{Value, json};

use super::desk::*;

/// Cases under one clock.
#[derive(Clone)]
pub struct Town {
    pub worlds: Vec<World>,
}

impl Town {
    /// Tips about the same county: from the web, from its own desk, from the city's.
    pub fn new() -> Town {
        let desks = [None, Some(COUNTY), Some(CITY)];
        let world = |(desk, count)| World::numbered(count, json!({}), desk);
        Town { worlds: desks.into_iter().zip(1..).map(world).collect() }
    }

    pub fn place(&self, no: &str) -> Option<usize> {
        self.worlds.iter().position(|world| world.case.no == no)
    }

    pub fn wait(&mut self, time: chrono::Duration) {
        self.worlds.iter_mut().for_each(|world| world.now += time);
    }

    /// Acts on one of the cases; what the act does to another is recorded there.
    pub fn act(&mut self, on: usize, actor: &Actor, what: Value) -> Result<Facts, Refusal> {
        let command = self.worlds[on].read(what);
        let other = command.other_case().and_then(|no| self.place(no));
        let beside: Option<&Case> = other.map(|at| &self.worlds[at].case);
        let facts = self.worlds[on].ask_beside(actor, &command, beside)?;
        self.worlds[on].record(&facts.entry);
        if let Some(entry) = &facts.other {
            self.worlds[other.unwrap()].record(entry);
        }
        Ok(facts)
    }

    #[track_caller]
    pub fn did(&mut self, on: usize, who: Who, what: Value) -> Facts {
        let actor = who.actor(&self.worlds[on].tip);
        let said = what.to_string();
        let done = self.act(on, &actor, what);
        done.unwrap_or_else(|refusal| panic!("{who:?} {said}: refused, {refusal:?}"))
    }

    #[track_caller]
    pub fn no(&mut self, on: usize, who: Who, what: Value, code: &str) {
        let actor = who.actor(&self.worlds[on].tip);
        let said = what.to_string();
        let done = self.act(on, &actor, what).map(|facts| facts.entry.act);
        assert_eq!(done.map_err(|refusal| refusal.code()), Err(code), "{who:?} {said}");
    }

    /// Every case brought to where the county verifies.
    pub fn verifying() -> Town {
        use super::says::*;
        let mut town = Town::new();
        for (on, judge) in [(0, PROVINCE_JUDGE), (1, COUNTY_JUDGE), (2, CITY_JUDGE)] {
            town.did(on, judge, accept());
            town.did(on, judge, dispatch(COUNTY));
            town.did(on, COUNTY_HANDLER, sign());
        }
        town
    }
}
