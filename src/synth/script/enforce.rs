//! What is done about a made-up case that was found true: put right, filed, or passed on; and for a
//! filed one decision, execution of each measure, its verification, hand-over.

use super::{Life, Who, say};
use crate::ledger::command::{Filing, Measure};
use crate::ledger::words::{DisposeKind, Execution, MeasureKind, Outcome};
use crate::ledger::{Amount, Command, DutyKind, Role};

/// Out of a thousand founded cases of land and minerals so many are filed.
const FILED: u64 = 250;
/// Out of a thousand founded cases so many are transferred to another authority.
const TRANSFERRED: u64 = 60;
/// Out of a thousand receipts so many send the case back.
const SENT_BACK: u64 = 80;
/// Out of a thousand decisions so many are followed by somebody's being held to account (问责).
const ACCOUNTED: u64 = 90;
/// Out of a thousand hazards so many are averted: people moved away in time (避险).
const AVERTED: u64 = 500;
/// Out of a thousand executions so many are not confirmed at the first look.
const UNCONFIRMED: u64 = 60;
/// Out of a thousand fines so many lie below their benchmark, with a reason.
const BELOW: u64 = 80;

/// Hundredths in a unit.
const WHOLE: i64 = 100;

impl Life<'_> {
    /// What is done about it for the first time, and the informant is told.
    pub(super) fn disposed_first(&mut self) {
        if self.truth.field() == "hazard" && self.dice.chance(AVERTED) {
            self.averted();
        }
        let pursued = matches!(self.truth.field(), "land" | "mineral");
        match self.dice.below(1_000) {
            0..FILED if pursued => self.enforced(),
            FILED.. if self.dice.chance(TRANSFERRED) => self.transferred(),
            _ => {
                self.disposed();
                self.reply(Role::Handler, &say::REPLIES);
            }
        }
    }

    /// Put right on the spot, or dealt with otherwise.
    pub(super) fn disposed(&mut self) {
        let corrected = self.dice.chance(620);
        let (kind, texts): (_, &[&str]) = match corrected {
            true => (DisposeKind::Corrected, &say::CORRECTED),
            false => (DisposeKind::Other, &say::OTHER),
        };
        self.dispose(kind, texts, None, None);
    }

    fn dispose(
        &mut self,
        kind: DisposeKind,
        texts: &[&str],
        receiver: Option<String>,
        filing: Option<Filing>,
    ) {
        self.pace.spread(1, 34, 70, &mut self.dice);
        let (basis, text) = (self.basis(), self.pick(texts));
        self.staff(Role::Handler, Command::Dispose { kind, basis, text, receiver, filing });
    }

    fn basis(&mut self) -> String {
        let bases = say::BASES.iter().find(|(field, _)| *field == self.truth.field());
        let bases = bases.map_or(say::BASES[0].1, |(_, bases)| *bases);
        self.pick(bases)
    }

    fn averted(&mut self) {
        self.pace.minutes(30, 240, &mut self.dice);
        let people = u32::try_from(self.dice.between(3, 60)).ok();
        let amount = Some(Amount::hundredths(self.dice.between(10, 300) * 10_000 * WHOLE));
        let (text, evidence) = (self.pick(&say::AVERTED), Vec::new());
        self.staff(Role::Handler, Command::Avert { people, amount, text, evidence });
    }

    /// Passed on to another authority, which says that it has it, or sends it back.
    fn transferred(&mut self) {
        let receiver = Some(self.pick(&say::RECEIVERS));
        self.dispose(DisposeKind::Transferred, &say::TRANSFERS, receiver, None);
        self.reply(Role::Handler, &say::REPLIES_TRANSFERRED);
        if self.receipt() {
            self.reply(Role::Handler, &say::REPLIES_RECEIVED);
        } else {
            self.disposed();
        }
    }

    /// Whether the other authority takes it.
    fn receipt(&mut self) -> bool {
        self.pace.spread(2, 8, 100, &mut self.dice);
        let accepted = !self.dice.chance(SENT_BACK);
        let text = if accepted { say::RECEIVED } else { say::SENT_BACK }.to_owned();
        let receipt = format!("合成收字〔演练〕{}号", self.dice.between(10, 990));
        let (duty, at) = (None, self.earlier());
        self.staff(Role::Handler, Command::ReceiveTransfer { duty, accepted, receipt, at, text });
        accepted
    }

    /// Filed, decided, carried out; the informant is told when it is filed and of the outcome.
    fn enforced(&mut self) {
        let filing = Filing {
            actor: true,
            fact: true,
            liability: true,
            jurisdiction: true,
            // It goes on until it is put right, so limitation does not run yet.
            ended_on: None,
            life_or_health: false,
        };
        self.dispose(DisposeKind::Filed, &say::FILED, None, Some(filing));
        self.reply(Role::Handler, &say::REPLIES_FILED);
        self.prolonged(DutyKind::Decide, (10, 30), 30);
        self.pace.spread(12, 45, 70, &mut self.dice);
        let measures = self.measures();
        let outcome = match self.dice.below(100) {
            0..87 => Outcome::Penalty,
            87..93 => Outcome::NoPenalty,
            93..97 => Outcome::NotEstablished,
            _ => Outcome::Transferred,
        };
        self.decide(outcome, &measures);
        match outcome {
            Outcome::Penalty => {
                if self.dice.chance(ACCOUNTED) {
                    self.accounted();
                }
                self.prolonged(DutyKind::Execute, (5, 20), 25);
                let taken = measures.iter().filter(|measure| self.carried_out(measure)).count();
                (0..taken).for_each(|_| self.handed_over());
                self.reply(Role::Handler, &say::REPLIES_ENFORCED);
            }
            Outcome::Transferred if !self.receipt() => self.disposed(),
            Outcome::Transferred => self.reply(Role::Handler, &say::REPLIES_RECEIVED),
            Outcome::NoPenalty | Outcome::NotEstablished => {
                self.reply(Role::Handler, &say::REPLIES_UNPUNISHED);
            }
        }
    }

    fn decide(&mut self, outcome: Outcome, measures: &[Measure]) {
        let (basis, text) = (self.basis(), say::decision(outcome).to_owned());
        let receiver = (outcome == Outcome::Transferred).then(|| self.pick(&say::RECEIVERS));
        let measures = if outcome == Outcome::Penalty { measures.to_vec() } else { Vec::new() };
        self.staff(Role::Handler, Command::Decide { outcome, basis, text, measures, receiver });
    }

    fn accounted(&mut self) {
        self.within(8, 0);
        let (who, scope) = (self.pick(&say::ACCOUNTABLE), self.pick(&say::ACCOUNT_SCOPES));
        let (manner, degree) = (self.pick(&say::ACCOUNT_MANNERS), self.pick(&say::ACCOUNT_DEGREES));
        let text = say::ACCOUNTED.to_owned();
        self.staff(Role::Reviewer, Command::Account { who, scope, manner, degree, text });
    }

    /// One measure: done and looked at by somebody else, or taken to court, or given up. Whether a
    /// building is to be handed over after it.
    fn carried_out(&mut self, measure: &Measure) -> bool {
        self.pace.spread(3, 15, 60, &mut self.dice);
        let result = match self.dice.below(100) {
            0..91 => Execution::Executed,
            91..98 => Execution::Court,
            _ => Execution::Terminated,
        };
        self.execute(result, measure);
        if result != Execution::Executed {
            return false;
        }
        let confirmed = !self.dice.chance(UNCONFIRMED);
        self.looked_at(confirmed);
        if !confirmed {
            self.pace.spread(3, 20, 50, &mut self.dice);
            self.execute(result, measure);
            self.looked_at(true);
        }
        measure.kind == MeasureKind::ConfiscateBuilding
    }

    fn handed_over(&mut self) {
        self.pace.spread(8, 45, 60, &mut self.dice);
        let (duty, at) = (None, self.earlier());
        let [receiver, document, text] = say::HANDED_OVER.map(str::to_owned);
        self.staff(Role::Handler, Command::HandOver { duty, receiver, document, at, text });
    }

    fn execute(&mut self, result: Execution, measure: &Measure) {
        let amount = (result == Execution::Executed).then_some(measure.amount);
        let (document, text) = say::execution(result, measure.kind);
        let (document, text) = (Some(document.to_owned()), text.to_owned());
        let (duty, at, evidence) = (None, self.earlier(), Vec::new());
        let command = Command::Execute { duty, result, amount, document, at, text, evidence };
        self.staff(Role::Handler, command);
    }

    /// The execution is verified by another person.
    fn looked_at(&mut self, confirmed: bool) {
        self.within(10, 60);
        let text = if confirmed { self.pick(&say::CONFIRMED) } else { say::UNCONFIRMED.to_owned() };
        let (duty, officers, evidence) = (None, self.officers(), Vec::new());
        let at = self.pace.at;
        let command = Command::VerifyExecution { duty, confirmed, officers, at, text, evidence };
        self.step(Who::Second(Role::Handler), command);
    }

    /// One to three measures as they fit what it is about; each in the unit of its kind.
    fn measures(&mut self) -> Vec<Measure> {
        let metres = self.dice.between(300, 9_000);
        let gains = self.dice.between(20, 900) * 1_000;
        let plain = |kind, whole: i64| Measure {
            kind,
            amount: Amount::hundredths(whole * WHOLE),
            benchmark: None,
            base: None,
            deviation: None,
        };
        // 15 mu are a hectare, so 666⅔ m² are a mu.
        let restored = plain(MeasureKind::Restore, (metres * 3 / 2_000).max(1));
        let taken = plain(MeasureKind::ConfiscateGains, gains);
        let mut measures = match self.truth.code() {
            "land.transfer" | "land.collective" => vec![taken],
            "land.cultivated" | "land.reclaim" => vec![restored],
            code if code.starts_with("mineral.") => match self.dice.chance(300) {
                true => vec![taken, restored],
                false => vec![taken],
            },
            _ => match self.dice.below(100) {
                0..58 => vec![plain(MeasureKind::Demolish, metres), restored],
                58..76 => vec![plain(MeasureKind::Demolish, metres)],
                _ => vec![plain(MeasureKind::ConfiscateBuilding, metres)],
            },
        };
        if self.dice.chance(820) {
            measures.push(self.fine(metres, gains));
        }
        measures
    }

    /// A fine within its benchmark, or with the reason why not.
    fn fine(&mut self, metres: i64, gains: i64) -> Measure {
        // The statutory ranges of config/benchmarks.toml, in hundredths of its own rates.
        let (benchmark, base, low, high) = match self.truth.code() {
            "land.transfer" => ("land-transfer", gains, 10, 50),
            "land.collective" => ("land-collective", gains, 10, 30),
            "land.cultivated" => ("land-cultivated", metres * 30, 500, 1_000),
            "land.reclaim" => ("land-reclaim", metres * 20, 200, 500),
            "land.return" => ("land-return", metres, 10_000, 50_000),
            code if code.starts_with("mineral.") => ("", gains, 10, 60),
            _ => ("land-occupation", metres, 10_000, 100_000),
        };
        let below = self.dice.chance(BELOW);
        let rate = if below { low / 2 } else { self.dice.between(low, high) };
        let deviation = match benchmark {
            "" => Some(say::NO_BENCHMARK.to_owned()),
            _ => below.then(|| say::BELOW_BENCHMARK.to_owned()),
        };
        Measure {
            kind: MeasureKind::Fine,
            // A rate in hundredths of a base in wholes gives hundredths.
            amount: Amount::hundredths((base * rate).max(WHOLE)),
            benchmark: (!benchmark.is_empty()).then(|| benchmark.to_owned()),
            base: Some(Amount::hundredths(base * WHOLE)),
            deviation,
        }
    }
}
