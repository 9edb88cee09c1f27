//! What may be done on a case, as forms; and why the rest may not.

use super::acts::{self, Setting};
use super::field::{Field, refill};
use super::form::{Form, ONCE, new_once};
use crate::desk::enter::Principal;
use crate::intake::{Fault, receipt};
use crate::ledger::agenda::Item;
use crate::ledger::{Act, DutyKind, Refusal};

/// An act that may be done now.
pub struct ActForm {
    pub act: &'static str,
    pub name: &'static str,
    /// Which tip it is for, where that matters.
    pub about: String,
    pub id: String,
    pub fields: Vec<Field>,
    pub has_files: bool,
    /// Heading of the group of acts that it begins; empty within a group.
    pub heading: &'static str,
    /// Unfolded: what comes next, or what was just tried.
    pub unfolded: bool,
    /// Where sending it would only bring the list of what is owed.
    pub warning: String,
    pub once: String,
}

/// An act that may not be done, and why.
pub type Shut = (&'static str, String);

/// What was just sent from this page and came back.
pub struct Tried<'a> {
    /// The act; nothing was sent where there is none.
    pub act: Option<Act>,
    /// The form as it was sent.
    pub form: &'a Form,
    /// What is wrong with its fields.
    pub faults: &'a [Fault],
}

/// What may be done, with forms; and the rest with the reason why not.
pub fn offers(
    items: Vec<Item>,
    who: &Principal,
    tried: &Tried<'_>,
    setting: &Setting<'_>,
) -> (Vec<ActForm>, Vec<Shut>) {
    let lang = setting.lang;
    let (mut open, mut shut) = (Vec::new(), Vec::new());
    for item in items {
        let name = lang.pick(item.act.names().0, item.act.names().1);
        // A closing that is asked for too early is answered with the list: that list is the work.
        // Only where it is the asker's to ask, and not asked already.
        if item.act == Act::RequestClose
            && let Some(why) = no_closing(who, setting)
        {
            shut.push((name, why));
            continue;
        }
        // Nobody approves what was not asked for, whatever is still owed.
        if item.act == Act::ApproveClose && setting.case.open(DutyKind::Review).is_none() {
            let none = Refusal::DutyNotOpen(DutyKind::Review, Vec::new());
            shut.push((
                name,
                reason(item.may.as_ref().err().filter(is_certain).unwrap_or(&none), setting),
            ));
            continue;
        }
        let owed = match &item.may {
            Err(Refusal::Outstanding(owed)) if item.act == Act::RequestClose => owed.len(),
            _ => 0,
        };
        match item.may {
            Err(Refusal::NotCorrectable(_) | Refusal::NoSuchEntry) => {
                let words = ("没有您可以更正的条目", "there is no entry that you may correct");
                shut.push((name, lang.pick(words.0, words.1).to_owned()));
            }
            Err(refusal) if owed == 0 => shut.push((name, reason(&refusal, setting))),
            _ => open.push(act_form(item.act, item.tip.as_deref(), name, owed, tried, setting)),
        }
    }
    shut.dedup();
    group(&mut open, setting);
    // The first act that moves the case stands open; notes and corrections never come first, nor
    // does what brings a warning.
    let moves = |form: &&mut ActForm| form.warning.is_empty() && group_of(form.act) == 0;
    if !open.iter().any(|form| form.unfolded)
        && let Some(first) = open.iter_mut().find(moves)
    {
        first.unfolded = true;
    }
    (open, shut)
}

/// Whether a refusal says more than that something is still owed.
fn is_certain(refusal: &&Refusal) -> bool {
    !matches!(refusal, Refusal::Outstanding(_))
}

/// Which group of acts one belongs to: those that move the case, those on its clocks and beside it,
/// those that join it with others or begin it anew, those of supervision, and those that only add to
/// its ledger.
fn group_of(act: &str) -> usize {
    match act {
        "ask_opinion" | "ask_extension" | "rule_extension" | "pause" | "resume" | "transfer"
        | "attempt_reply" => 1,
        "merge" | "split" | "reopen" => 2,
        "urge" | "list" | "lift" | "take_over" | "account" => 3,
        "note" | "correct" | "avert" => 4,
        _ => 0,
    }
}

/// Puts the acts in groups, in each of which they keep their order.
fn group(open: &mut [ActForm], setting: &Setting<'_>) {
    let t = |zh, en| setting.lang.pick(zh, en);
    let names = [
        "",
        t("期限与协办", "Clocks and others"),
        t("并案与重办", "Joining and reopening"),
        t("督办", "Supervision"),
        t("记录", "Record"),
    ];
    open.sort_by_key(|form| group_of(form.act));
    let mut last = 0;
    for form in open {
        let group = group_of(form.act);
        if group != last {
            form.heading = names[group];
        }
        last = group;
    }
}

/// Why a closing is not to be asked for by this person now, whatever is owed.
fn no_closing(who: &Principal, setting: &Setting<'_>) -> Option<String> {
    let (case, lang) = (setting.case, setting.lang);
    if case.open(DutyKind::Review).is_some() {
        let words = lang.pick("已申请销号，等待审核", "asked for already; the review is under way");
        return Some(words.to_owned());
    }
    let others = who.unit != case.is.holder && case.is_live();
    others.then(|| reason(&Refusal::NotYourDuty(case.is.holder), setting))
}

/// What somebody should know before sending the form.
fn warning(act: Act, tip: Option<&str>, owed: usize, setting: &Setting<'_>) -> String {
    let reply = tip.and_then(|tip| setting.case.open_reply(tip));
    let untold = act == Act::Reply && reply.is_some_and(|duty| duty.rule.is_empty());
    match owed {
        0 if untold => setting.lang.pick(
            "尚无办理结果；现在反馈即视为已完成反馈".to_owned(),
            "there is no outcome yet; answering now ends the duty to answer".to_owned(),
        ),
        0 => String::new(),
        owed => setting.lang.pick(
            format!("现在申请将不予销号：尚有 {owed} 项未办结"),
            format!("asking now will be refused: {owed} duties are outstanding"),
        ),
    }
}

/// A refusal in words; a unit by its name.
pub fn reason(refusal: &Refusal, setting: &Setting<'_>) -> String {
    match refusal {
        Refusal::NotYourDuty(unit) => {
            let unit = setting.ground.divisions.full_name(*unit);
            let zh = format!("该事项由{unit}承担，请由其办理");
            setting.lang.pick(zh, format!("the duty belongs to {unit}; it must act"))
        }
        other => other.words(setting.lang),
    }
}

fn act_form(
    act: Act,
    tip: Option<&str>,
    name: &'static str,
    owed: usize,
    tried: &Tried<'_>,
    setting: &Setting<'_>,
) -> ActForm {
    let lang = setting.lang;
    let mut fields = acts::fields(act, tip, setting);
    let again = tried.act == Some(act) && tried.form.get("tip") == tip;
    if again {
        refill(&mut fields, tried.form, tried.faults, lang);
    }
    let warning = warning(act, tip, owed, setting);
    ActForm {
        act: act.name(),
        name,
        about: tip.map(receipt::spoken).unwrap_or_default(),
        id: format!("{}{}", act.name(), tip.unwrap_or_default()),
        has_files: fields.iter().any(|field| field.control() == "files"),
        fields,
        heading: "",
        unfolded: again,
        warning,
        once: tried.form.get(ONCE).filter(|_| again).map_or_else(new_once, str::to_owned),
    }
}
