//! Why an act is not recorded. A closed set of stable codes, in the order in which [`super::decide()`]
//! asks them.

mod words;

use crate::place::Code;

use super::actor::Role;
use super::amount::Amount;
use super::duty::{Duty, DutyKind};
use super::words::ImportStep;

/// A refusal: nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The actor's roles do not include one that the act asks for.
    Role(&'static [Role]),
    /// The case is struck off.
    CaseClosed,
    /// The tip was not accepted.
    CaseRefused,
    /// The case is linked to a closed one.
    CaseLinked,
    /// Something is still owed; the list is the to-do list.
    Outstanding(Vec<Duty>),
    /// The duty that the act discharges is not open; what is open is listed.
    DutyNotOpen(DutyKind, Vec<Duty>),
    /// The duty belongs to another unit.
    NotYourDuty(Code),
    /// There is no such tip on this case.
    NoSuchTip,
    /// Facts were asked for once already.
    AskedBefore,
    /// Facts were asked for and may still come.
    SupplementPending,
    /// The case to link to is not there, or not seen by the actor, or not closed.
    LinkTarget,
    /// A unit away from the place of the case.
    UnitElsewhere,
    /// A unit that is kept away from the case.
    UnitRecused,
    /// The unit objected once already.
    ObjectedBefore,
    /// A ruling binds the unit: it may not say again that the case is not its own.
    RulingBinds,
    /// An objection that is upheld must name the unit.
    UnitMissing,
    /// Evidence that was never uploaded, by position in the list.
    UnknownEvidence(Vec<usize>),
    /// Who handled the case does not review it.
    ReviewerHandled,
    /// After a reopening somebody else reviews.
    ReviewerBefore,
    /// The case is neither closed nor refused.
    NotEnded,
    /// The informant appealed once already.
    AppealedBefore,
    /// There is no such entry.
    NoSuchEntry,
    /// The field may not be corrected on that entry.
    NotCorrectable(String),
    /// The case is handled together with another.
    CaseMerged,
    /// No open duty of this number, or not one that this act is for.
    NoSuchDuty,
    /// Several duties of the kind are open: which one is meant must be said.
    DutyUnclear(Vec<Duty>),
    /// The case to merge into is not there, or not seen by the actor, or not open.
    MergeTarget,
    /// The holder of the other case is kept away from this one.
    MergeRecused,
    /// The case to split off was not merged into this one.
    NotMergedHere,
    /// Elements of the filing test that are not met.
    FilingTest(Vec<&'static str>),
    /// Limitation has passed; the day on which it did.
    LimitationPassed(chrono::NaiveDate),
    /// A measure names a penalty benchmark that there is not; by position.
    NoSuchBenchmark(usize),
    /// A fine outside its benchmark's range, or without a benchmark, needs a reason.
    BenchmarkReason {
        /// Position of the measure.
        at: usize,
        /// The range, where there is one.
        range: Option<(Amount, Amount)>,
    },
    /// Less was done than ordered, and nothing says why the rest is not owed any more.
    ExecutedInPart {
        /// What was done.
        done: Amount,
        /// What was ordered.
        ordered: Amount,
    },
    /// Whoever executed does not verify it.
    ExecutorVerifies,
    /// The rule of the duty allows no extension.
    NotExtendable,
    /// The duty was extended, or an extension of it asked for, already.
    ExtendedBefore,
    /// More than the rule allows.
    ExtensionTooLong {
        /// The most that may be asked, in the rule's units.
        max: u32,
    },
    /// An extension is asked before expiry.
    ExtensionLate,
    /// The rule of the duty allows no stop.
    NotPausable,
    /// The time was over before the clock was to be stopped.
    PauseLate,
    /// The clock stands still already.
    PausedBefore,
    /// The clock is running.
    NotPaused,
    /// A unit whose opinion cannot be asked: the holder itself, or one asked already.
    OpinionOfUnit(Code),
    /// The case is listed already.
    ListedBefore,
    /// The unit holds the case already.
    HolderAlready,
    /// The unit that should re-check held the case, or is kept away from it.
    NotIndependent,
    /// A re-check is open already.
    DrawnBefore,
    /// Silence counts only after the due date.
    NotYetDue,
    /// The act would change nothing.
    NothingChanges,
    /// The case did not come from a file, or somebody has acted on it since.
    NotImported,
    /// The old ledger's date of this step lies before the step before it, or ahead.
    OldDates(ImportStep),
    /// The old ledger does not say what was done.
    NoDisposition,
    /// The case has moved on since the actor saw it.
    Moved {
        /// Its last entry now.
        last_seq: u32,
    },
}

/// How the refusal is answered over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The actor may not do this: 403.
    NotAllowed,
    /// The case is not in the right state: 409.
    Conflict,
    /// A field is at fault: 422.
    BadField(&'static str),
}

impl Refusal {
    /// The stable code in problem documents.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Role(_) => "role_not_allowed",
            Refusal::CaseClosed => "case_closed",
            Refusal::CaseRefused => "case_refused",
            Refusal::CaseLinked => "case_linked",
            Refusal::Outstanding(_) => "outstanding",
            Refusal::DutyNotOpen(..) => "duty_not_open",
            Refusal::NotYourDuty(_) => "not_your_duty",
            Refusal::NoSuchTip => "no_such_tip",
            Refusal::AskedBefore => "asked_before",
            Refusal::SupplementPending => "supplement_pending",
            Refusal::LinkTarget => "link_target",
            Refusal::UnitElsewhere => "unit_elsewhere",
            Refusal::UnitRecused => "unit_recused",
            Refusal::ObjectedBefore => "objected_before",
            Refusal::RulingBinds => "ruling_binds",
            Refusal::UnitMissing => "unit_missing",
            Refusal::UnknownEvidence(_) => "unknown_evidence",
            Refusal::ReviewerHandled => "reviewer_handled",
            Refusal::ReviewerBefore => "reviewer_before",
            Refusal::NotEnded => "not_ended",
            Refusal::AppealedBefore => "appealed_before",
            Refusal::NoSuchEntry => "no_such_entry",
            Refusal::NotCorrectable(_) => "not_correctable",
            Refusal::CaseMerged => "case_merged",
            Refusal::NoSuchDuty => "no_such_duty",
            Refusal::DutyUnclear(_) => "duty_unclear",
            Refusal::MergeTarget => "merge_target",
            Refusal::MergeRecused => "merge_recused",
            Refusal::NotMergedHere => "not_merged_here",
            Refusal::FilingTest(_) => "filing_test",
            Refusal::LimitationPassed(_) => "limitation_passed",
            Refusal::NoSuchBenchmark(_) => "no_such_benchmark",
            Refusal::BenchmarkReason { .. } => "benchmark_reason",
            Refusal::ExecutedInPart { .. } => "executed_in_part",
            Refusal::ExecutorVerifies => "executor_verifies",
            Refusal::NotExtendable => "not_extendable",
            Refusal::ExtendedBefore => "extended_before",
            Refusal::ExtensionTooLong { .. } => "extension_too_long",
            Refusal::ExtensionLate => "extension_late",
            Refusal::NotPausable => "not_pausable",
            Refusal::PauseLate => "pause_late",
            Refusal::PausedBefore => "paused_before",
            Refusal::NotPaused => "not_paused",
            Refusal::OpinionOfUnit(_) => "opinion_of_unit",
            Refusal::ListedBefore => "listed_before",
            Refusal::HolderAlready => "holder_already",
            Refusal::NotIndependent => "not_independent",
            Refusal::DrawnBefore => "drawn_before",
            Refusal::NotYetDue => "not_yet_due",
            Refusal::NothingChanges => "nothing_changes",
            Refusal::NotImported => "not_imported",
            Refusal::OldDates(_) => "old_dates",
            Refusal::NoDisposition => "no_disposition",
            Refusal::Moved { .. } => "moved_on",
        }
    }

    /// Whether the actor, the case or a field is what stands in the way.
    pub fn standing(&self) -> Standing {
        match self {
            Refusal::Role(_)
            | Refusal::NotYourDuty(_)
            | Refusal::ReviewerHandled
            | Refusal::ReviewerBefore
            | Refusal::ExecutorVerifies => Standing::NotAllowed,
            Refusal::NoSuchTip => Standing::BadField("tip"),
            Refusal::LinkTarget
            | Refusal::MergeTarget
            | Refusal::MergeRecused
            | Refusal::NotMergedHere => Standing::BadField("case"),
            Refusal::NoSuchDuty | Refusal::DutyUnclear(_) => Standing::BadField("duty"),
            Refusal::FilingTest(_) | Refusal::LimitationPassed(_) => Standing::BadField("filing"),
            Refusal::NoSuchBenchmark(_) | Refusal::BenchmarkReason { .. } => {
                Standing::BadField("measures")
            }
            Refusal::ExtensionTooLong { .. } => Standing::BadField("amount"),
            Refusal::ExecutedInPart { .. } => Standing::BadField("document"),
            Refusal::OpinionOfUnit(_) => Standing::BadField("units"),
            Refusal::NotIndependent => Standing::BadField("checker"),
            Refusal::UnitElsewhere | Refusal::UnitRecused | Refusal::UnitMissing => {
                Standing::BadField("unit")
            }
            Refusal::UnknownEvidence(_) => Standing::BadField("evidence"),
            Refusal::NoSuchEntry => Standing::BadField("seq"),
            Refusal::NotCorrectable(_) => Standing::BadField("fields"),
            _ => Standing::Conflict,
        }
    }

    /// The duties that stand in the way, where that is the reason.
    pub fn outstanding(&self) -> Option<&[Duty]> {
        match self {
            Refusal::Outstanding(duties)
            | Refusal::DutyNotOpen(_, duties)
            | Refusal::DutyUnclear(duties) => Some(duties),
            _ => None,
        }
    }
}
