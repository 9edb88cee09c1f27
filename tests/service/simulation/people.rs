//! What people do, and what the model remembers of it.

use hotline::desk::handle::Request;
use hotline::desk::receive::From;
use hotline::desk::{Answer, DeskError, Once};
use hotline::intake::{TipForm, tip};
use hotline::ledger::Command;
use hotline::store::{CredentialKind, Fate, StoreError};
use serde_json::{Value, json};

use super::{Known, Simulation};
use crate::drill::web_tip;

/// What is done about a case in turn: by whom, and which act.
pub const LIFE: [(&str, &str); 8] = [
    ("judge-430000", "accept"),
    ("judge-430000", "dispatch"),
    ("handler-430121", "sign"),
    ("handler-430121", "verify"),
    ("handler-430121", "dispose"),
    ("operator-430121", "reply"),
    ("handler-430121", "request_close"),
    ("reviewer-430121", "approve_close"),
];

impl Simulation<'_> {
    pub async fn send(&self, number: usize, stage: usize) -> Result<Answer, DeskError> {
        let key = format!("{number}-{stage}");
        let once = Some(Once::new(&self.desk.vault, "simulation", "/", &key, key.as_bytes()));
        let divisions = &self.desk.law.divisions;
        let now = self.desk.clock.now();
        let Some((login, act)) = stage.checked_sub(1).map(|turn| LIFE[turn]) else {
            let mut form = web_tip();
            form["informant"] = json!({ "mode": "named", "name": "金丝雀",
                                        "email": format!("informant-{number}@mailbox.example") });
            let ground = tip::Ground { divisions, now, staff: false };
            let tip = tip::check(TipForm::read(form), &ground).unwrap();
            let source = format!("{number}");
            return self.desk.receive(tip, From::Public { source }, once).await;
        };
        let (case, tip) = self.cases[number].receipt.clone().unwrap();
        let fields = match act {
            "dispatch" => json!({ "unit": "430121" }),
            "verify" => json!({ "finding": "founded", "officers": ["李勘", "王察"],
                                "at": now.to_rfc3339(), "place": "村东头", "text": "现场核查",
                                "evidence": [self.evidence] }),
            "dispose" => {
                json!({ "kind": "corrected", "basis": "土地管理法第七十七条", "text": "已拆除复耕" })
            }
            "reply" => json!({ "tip": tip, "means": "phone", "text": "已拆除复耕" }),
            "request_close" => json!({ "text": "已办结" }),
            _ => json!({}),
        };
        self.act(login, &case, act, fields, once).await
    }

    async fn act(
        &self,
        login: &str,
        case: &str,
        act: &str,
        fields: Value,
        once: Option<Once>,
    ) -> Result<Answer, DeskError> {
        let who = self.desk.principal(self.base.token(login), CredentialKind::Token).await;
        let who = who.unwrap().unwrap();
        let (now, divisions) = (self.desk.clock.now(), &self.desk.law.divisions);
        let command = Command::read(act, fields, now, divisions).unwrap();
        let case_no = case.to_owned();
        let (scope, actor) = (who.scope(), who.actor());
        self.desk.act(Request { scope, case_no, command, actor, expect: None }, once).await
    }

    pub fn heard(
        &mut self,
        number: usize,
        stage: usize,
        done: Result<Answer, DeskError>,
        fate: Fate,
    ) {
        let name = stage.checked_sub(1).map_or("receive", |turn| LIFE[turn].1);
        self.note(&format!("{number} {name} {fate:?} {}", done.is_ok()));
        match done {
            Ok(answer) => {
                assert_eq!(fate, Fate::Done);
                let body: Value = serde_json::from_slice(&answer.body).unwrap();
                let known = &mut self.cases[number];
                if stage == 0 {
                    let text = |name: &str| body[name].as_str().unwrap().to_owned();
                    known.receipt = Some((text("case"), text("tip")));
                }
                known.said.push(name.to_owned());
                known.waiting = None;
            }
            Err(DeskError::Store(StoreError::Unavailable(_))) => assert_ne!(fate, Fate::Done),
            Err(other) => panic!("{number} {name}: {other}"),
        }
    }

    /// A case may not be struck off while something is owed.
    pub async fn hasten(&mut self) {
        let early = |known: &Known| (2..7).contains(&known.said.len()) && known.waiting.is_none();
        let Some(number) = self.cases.iter().position(early) else {
            return self.note("none to hasten");
        };
        let (case, _) = self.cases[number].receipt.clone().unwrap();
        for (login, act) in [LIFE[6], LIFE[7]] {
            let done = self.act(login, &case, act, json!({ "text": "快些" }), None).await;
            assert!(matches!(done, Err(DeskError::Refused(_))), "{number} {act}");
        }
        self.note(&format!("{number} not hastened"));
    }
}
