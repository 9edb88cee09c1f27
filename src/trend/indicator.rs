//! The indicators of DOMAIN 8: each with what it means, what is counted and what by.

use super::Ratio;

/// What the indicators are made of, counted over one period and scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tallied {
    /// Cases judged: accepted, not accepted, linked or merged before they were judged.
    pub judged: i64,
    /// Of those, accepted.
    pub accepted: i64,
    /// The cases accepted in the period; those merged into another are counted with it.
    pub cohort: i64,
    /// Of those, closed at the end.
    pub closed_of_cohort: i64,
    /// Duties with a date that were discharged, or were overdue and open at the end.
    pub due: i64,
    /// Of those, discharged in time.
    pub in_time: i64,
    /// Duties discharged of which it is known how many working days were left.
    pub timed: i64,
    /// Of those, discharged at least one working day before their due dates.
    pub early: i64,
    /// The working days that were left, all together.
    pub saved: i64,
    /// Cases dispatched.
    pub dispatched: i64,
    /// Of those, the ones in which an informant was answered in time.
    pub answered: i64,
    /// Return visits that came to an end.
    pub visits: i64,
    /// Of those, without the informant having been reached.
    pub unreached: i64,
    /// Of those that were reached, the outcome accepted.
    pub confirmed: i64,
    /// Visits in which the informant gave a level of satisfaction.
    pub rated: i64,
    /// Of those, at least "basically satisfied".
    pub content: i64,
    /// Dispatches, each for itself.
    pub dispatches: i64,
    /// Objections of the units dispatched to, and findings that it is not theirs.
    pub objections: i64,
    /// Closings.
    pub closings: i64,
    /// Of those, undone by a reopening.
    pub reopened: i64,
    /// Re-checks.
    pub rechecks: i64,
    /// Of those, with another result.
    pub overturned: i64,
}

macro_rules! indicators {
    ($($variant:ident $code:literal $zh:literal $en:literal $means_zh:literal $means_en:literal
       $num:expr, $den:expr;)*) => {
        /// An indicator.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // reason: `means` says what each is
        pub enum Indicator { $($variant),* }

        impl Indicator {
            /// Every indicator, in the order in which they are shown.
            pub const ALL: &'static [Indicator] = &[$(Indicator::$variant),*];

            /// The code in the contract.
            pub fn code(self) -> &'static str {
                match self { $(Indicator::$variant => $code),* }
            }

            /// The name on screen, Chinese and English.
            pub fn names(self) -> (&'static str, &'static str) {
                match self { $(Indicator::$variant => ($zh, $en)),* }
            }

            /// What it means, Chinese and English; printed with every report.
            pub fn means(self) -> (&'static str, &'static str) {
                match self { $(Indicator::$variant => ($means_zh, $means_en)),* }
            }

            /// Numerator and denominator.
            pub fn of(self, tallied: &Tallied) -> Ratio {
                let pick: fn(&Tallied) -> (i64, i64) = match self {
                    $(Indicator::$variant => |t| ($num(t), $den(t))),*
                };
                let (num, den) = pick(tallied);
                Ratio { num, den }
            }
        }
    };
}

indicators! {
    Acceptance "acceptance" "受理率" "Acceptance rate"
        "受理率 = 期内判定受理的案件数 ÷ 期内判定的案件数（受理、不予受理、关联、判定前并案）。"
        "Acceptance rate = cases accepted in the period ÷ cases judged in it (accepted, not accepted, linked, merged before they were judged)."
        |t: &Tallied| t.accepted, |t: &Tallied| t.judged;
    Closure "closure" "结案率" "Closure rate"
        "结案率 = 期内受理且截至统计时点已销号的案件数 ÷ 期内受理的案件数；并入他案的，随他案统计，不另计。"
        "Closure rate = cases accepted in the period and closed by the as-of instant ÷ cases accepted in the period; a case merged into another is counted with that other."
        |t: &Tallied| t.closed_of_cohort, |t: &Tallied| t.cohort;
    OnTime "on_time" "义务按时完成率" "On-time rate of duties"
        "义务按时完成率 = 期内按时完成的义务数 ÷（期内完成的义务数 + 统计时点逾期未完成的义务数）；没有期限的义务不计，逾期以统计时点的期限为准。"
        "On-time rate of duties = duties discharged in time ÷ (duties discharged in the period + duties overdue and open at the as-of instant); duties without a date are in neither, and what is overdue goes by the dates of that instant."
        |t: &Tallied| t.in_time, |t: &Tallied| t.due;
    Early "early" "提前办结率" "Early rate"
        "提前办结率 = 期内至少提前一个工作日完成的义务数 ÷ 期内完成的义务数；没有期限的、期限所在年份没有工作日表的不计。"
        "Early rate = duties discharged at least one working day before their due dates ÷ duties discharged in the period; those without a date, or with no working-day table, are in neither."
        |t: &Tallied| t.early, |t: &Tallied| t.timed;
    Saved "working_days_saved" "节约工作日" "Working days saved"
        "节约工作日 = 期内提前完成的义务从完成之日到期限之日的工作日之和；每件平均 = 该和 ÷ 期内完成的义务数（与提前办结率的分母相同）。"
        "Working days saved = the working days from the day of discharge to the due date, added up over the duties discharged early; per item = that sum ÷ duties discharged in the period (the denominator of the early rate)."
        |t: &Tallied| t.saved, |t: &Tallied| t.timed;
    Response "response" "响应率" "Response rate"
        "响应率 = 截至统计时点已按时联系举报人（答复，或三日三次联系未果）的案件数 ÷ 期内派单的案件数。"
        "Response rate = cases in which an informant was contacted in time by the as-of instant (answered, or tried on three days) ÷ cases dispatched in the period."
        |t: &Tallied| t.answered, |t: &Tallied| t.dispatched;
    Resolution "resolution" "认可率" "Resolution rate"
        "认可率 = 举报人认可办理结果的回访数 ÷ 已联系上举报人的回访数。"
        "Resolution rate = return visits in which the informant accepts the outcome ÷ return visits in which the informant was reached."
        |t: &Tallied| t.confirmed, |t: &Tallied| t.visits - t.unreached;
    Satisfaction "satisfaction" "满意率" "Satisfaction rate"
        "满意率 = 评价为基本满意及以上的回访数 ÷ 作出评价的回访数；与未联系上的比例一并列出。"
        "Satisfaction rate = return visits rated at least \"basically satisfied\" ÷ return visits that were rated; it stands beside the share not reached."
        |t: &Tallied| t.content, |t: &Tallied| t.rated;
    Unreached "unreached" "回访未联系上" "Not reached"
        "回访未联系上 = 三日三次未能联系上举报人的回访数 ÷ 期内结束的回访数。"
        "Not reached = return visits that ended without reaching the informant on three days ÷ return visits that ended in the period."
        |t: &Tallied| t.unreached, |t: &Tallied| t.visits;
    Objection "objection" "异议率" "Objection rate"
        "异议率 = 期内承办单位提出异议（含核查认定不属本单位）的次数 ÷ 期内派单次数（含裁定改派）。"
        "Objection rate = objections of the units dispatched to, findings that it is not theirs included ÷ dispatches in the period, those by a ruling included."
        |t: &Tallied| t.objections, |t: &Tallied| t.dispatches;
    Reopen "reopen" "重办率" "Reopen rate"
        "重办率 = 期内销号、截至统计时点又重办的件次 ÷ 期内销号的件次。"
        "Reopen rate = closings of the period undone by a reopening up to the as-of instant ÷ closings of the period."
        |t: &Tallied| t.reopened, |t: &Tallied| t.closings;
    Overturned "overturned" "复查改变率" "Overturned rate"
        "复查改变率 = 复查认定原办理结果有误的件次 ÷ 期内复查的件次。"
        "Overturned rate = re-checks that found the outcome wrong ÷ re-checks of the period."
        |t: &Tallied| t.overturned, |t: &Tallied| t.rechecks;
}

impl Indicator {
    /// Whether it is so much for each of the denominator and not a share of it.
    pub fn is_average(self) -> bool {
        self == Indicator::Saved
    }

    /// The indicator of a code.
    pub fn find(code: &str) -> Option<Indicator> {
        Indicator::ALL.iter().copied().find(|indicator| indicator.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(indicator: Indicator, tallied: &Tallied) -> String {
        indicator.of(tallied).percent().unwrap()
    }

    /// Guangxi (DOMAIN 3) printed 95.59 % closed beside "100 % on time"; its 271 open cases, once
    /// overdue, are late.
    #[test]
    fn guangxi_was_not_on_time_with_271_cases_overdue_and_open() {
        let (accepted, closed) = (6_150, 5_879);
        let tallied = Tallied {
            cohort: accepted,
            closed_of_cohort: closed,
            in_time: closed,
            due: closed + (accepted - closed),
            ..Tallied::default()
        };
        assert_eq!(percent(Indicator::Closure, &tallied), "95.59");
        assert_eq!(Indicator::OnTime.of(&tallied), Ratio { num: 5_879, den: 6_150 });
        assert_eq!(percent(Indicator::OnTime, &tallied), "95.59");
    }

    /// Hainan printed 95 % early and 7.2 days for each item; its own counts give others.
    #[test]
    fn hainan_was_early_in_91_9_per_cent_and_saved_8_13_days_an_item() {
        let tallied = Tallied { timed: 6_307, early: 5_797, saved: 51_293, ..Tallied::default() };
        assert_eq!(percent(Indicator::Early, &tallied), "91.91");
        assert_eq!(Indicator::Saved.of(&tallied).average().as_deref(), Some("8.13"));
    }

    #[test]
    fn what_was_not_reached_is_no_part_of_what_was_resolved() {
        let tallied = Tallied {
            visits: 10,
            unreached: 4,
            confirmed: 3,
            rated: 5,
            content: 4,
            ..Tallied::default()
        };
        assert_eq!(Indicator::Resolution.of(&tallied), Ratio { num: 3, den: 6 });
        assert_eq!(Indicator::Satisfaction.of(&tallied), Ratio { num: 4, den: 5 });
        assert_eq!(Indicator::Unreached.of(&tallied), Ratio { num: 4, den: 10 });
    }

    #[test]
    fn nothing_counted_is_no_rate() {
        for indicator in Indicator::ALL {
            assert_eq!(indicator.of(&Tallied::default()).percent(), None, "{indicator:?}");
        }
    }

    #[test]
    fn the_manual_defines_each_in_the_words_of_the_report() {
        let manual = include_str!("../../docs/REPORTS.md").replace('\n', " ");
        for indicator in Indicator::ALL {
            let ((zh, en), code) = (indicator.means(), indicator.code());
            assert!(manual.contains(&format!("`{code}`")), "{code}");
            assert!(manual.contains(zh) && manual.contains(en), "{code}");
        }
    }
}
