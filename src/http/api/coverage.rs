//! Where the line reaches: townships with somebody at work.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, page_of, staff};
use crate::desk::coverage::{COVERING, Coverage};
use crate::intake::{Why, tip};
use crate::ledger::Role;
use crate::place::Code;
use crate::trend::Ratio;

/// What was asked for, and the answer.
pub struct Asked {
    /// The scope.
    pub scope: Code,
    /// Its coverage.
    pub coverage: Coverage,
    /// After which township the list of what is lacking goes on.
    pub next: Option<String>,
}

/// Coverage of the townships in a scope, for its own people and those above: how many have an
/// operator or a handler, by the divisions below, and which have none.
#[utoipa::path(get, path = "/api/v1/coverage", tag = "reports",
    params(("scope" = Option<String>, Query, description = "Code or name of a division; the own unit where absent"),
           ("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn show(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let Asked { scope, coverage, next } = asked(&req, &state).await?;
        let divisions = &state.desk.law.divisions;
        let counted = |code: Code, Ratio { num, den }: Ratio| {
            json!({ "code": code, "name": divisions.full_name(code), "num": num, "den": den,
                    "percent": Ratio { num, den }.percent() })
        };
        let rows: Vec<Value> = coverage.rows.iter().map(|(code, n)| counted(*code, *n)).collect();
        let bare = |code: &Code| json!({ "code": code, "name": divisions.full_name(*code) });
        let lacking: Vec<Value> = coverage.lacking.iter().map(bare).collect();
        request::json(&json!({
            "scope": scope,
            "townships": counted(scope, coverage.whole),
            "by_division": rows,
            "lacking": { "items": lacking, "next": next },
            "covered_by": COVERING.map(Role::name),
        }))
    }
    .await;
    done(&req, result)
}

/// Reads what is asked for; a scope that the asker does not oversee is not there.
pub async fn asked(req: &HttpRequest, state: &State) -> Result<Asked, Problem> {
    let who = staff(req)?;
    let mut query = Query::of(req)?;
    let divisions = &state.desk.law.divisions;
    let scope = query.read("scope", |text| tip::find_unit(text, divisions));
    let page = query.page();
    let after = page.after.as_deref().map(str::parse::<Code>);
    if let Some(Err(_)) = after {
        query.fault("after", Why::NotACode);
    }
    query.finish()?;
    let scope = scope.unwrap_or(who.unit);
    if !who.oversees(scope) {
        return Err(Problem::not_found());
    }
    let limit = usize::try_from(page.limit).unwrap_or_default();
    let after = after.and_then(Result::ok);
    let mut coverage = state.desk.coverage(scope, after, limit + 1).await?;
    let (lacking, next) = page_of(coverage.lacking, page.limit, Code::to_string);
    coverage.lacking = lacking;
    Ok(Asked { scope, coverage, next })
}
