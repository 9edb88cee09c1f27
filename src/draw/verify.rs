//! Draws again from what was published, and compares. Works on the document that the service gives
//! out (`GET /api/v1/draws/{draw}`), wherever it was read from.

use serde_json::Value;

use super::select::{Candidates, Seed, checker, fingerprint, salted_fingerprint, select};
use crate::seal;

/// What was found to be as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Cases that could be drawn.
    pub population: usize,
    /// Cases drawn; none where the draw is still to come.
    pub drawn: usize,
    /// Whether the choice of checkers was drawn again too: the document must hold the candidates,
    /// which staff alone are given.
    pub checkers: bool,
}

/// The first thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// Something is missing or of another form.
    #[error("{0}: missing, or not of the form that docs/DRAW.md gives")]
    Form(&'static str),
    /// A list is out of order or has something twice.
    #[error("population: line {0} does not come after the one before it")]
    Order(usize),
    /// A list is not the one that was fixed.
    #[error("{0}: its hash is {1}, announced was {2}")]
    Hash(&'static str, String, String),
    /// Cases and candidates do not go together.
    #[error("candidates: they are not those of the population")]
    Candidates,
    /// A notice does not say what its leaf commits to.
    #[error("{0}: its leaf does not fit its bytes")]
    Leaf(&'static str),
    /// The document says something else than the sealed notice.
    #[error("{0}: {1} differs from the notice")]
    Notice(&'static str, &'static str),
    /// The notices stand in the log in the wrong order.
    #[error("the result stands in the log before its announcement")]
    Early,
    /// Other cases are drawn.
    #[error("place {place}: {drawn} is drawn here, the document has {given}")]
    Drawn {
        /// Place in the order of drawing, from 1.
        place: usize,
        /// What the seed gives.
        drawn: String,
        /// What the document has.
        given: String,
    },
    /// Another unit checks.
    #[error("case {case}: its checker is {drawn}, the document has {given}")]
    Checker {
        /// The case.
        case: String,
        /// What the seed gives.
        drawn: String,
        /// What the document has.
        given: String,
    },
}

/// Members that the announcement repeats.
const ANNOUNCED: [&str; 8] = [
    "draw",
    "kind",
    "period",
    "scope",
    "share_percent",
    "seed",
    "population_hash",
    "candidates_hash",
];

/// Draws again and compares everything with everything.
pub fn verify(document: &Value) -> Result<Verified, Difference> {
    let population = texts(&document["population"]).ok_or(Difference::Form("population"))?;
    ordered(&population)?;
    same("population", fingerprint(&population), &document["population_hash"])?;
    let candidates = candidates(document, &population)?;
    let fields = notice("announced", &document["announced"])?;
    for name in ANNOUNCED {
        if fields[name] != document[name] {
            return Err(Difference::Notice("announced", name));
        }
    }
    let seed = seed(&document["seed"]).ok_or(Difference::Form("seed"))?;
    let share = document["share_percent"].as_u64().and_then(|n| u32::try_from(n).ok());
    let share = share.ok_or(Difference::Form("share_percent"))?;
    let found = Verified { population: population.len(), drawn: 0, checkers: candidates.is_some() };
    if document["result"].is_null() {
        return Ok(found);
    }
    let fields = notice("result", &document["result"])?;
    for (name, given) in [("draw", &document["draw"]), ("drawn", &document["drawn"])] {
        if fields[name] != *given {
            return Err(Difference::Notice("result", name));
        }
    }
    let place = |notice: &str| document[notice]["place"].as_i64();
    if let (Some(announced), Some(result)) = (place("announced"), place("result"))
        && result <= announced
    {
        return Err(Difference::Early);
    }
    let drawn = select(&seed, &population, share);
    let salt = document["candidates_salt"].as_str().unwrap_or_default();
    compare(&drawn, &document["drawn"], (&seed, salt), candidates.as_ref())?;
    Ok(Verified { drawn: drawn.len(), ..found })
}

fn compare(
    drawn: &[String],
    given: &Value,
    (seed, salt): (&Seed, &str),
    candidates: Option<&Candidates>,
) -> Result<(), Difference> {
    let given = given.as_array().ok_or(Difference::Form("drawn"))?;
    let text = |value: Option<&Value>| {
        value.and_then(Value::as_str).map_or_else(|| "nothing".to_owned(), str::to_owned)
    };
    for place in 0..drawn.len().max(given.len()) {
        let ours = drawn.get(place).cloned().unwrap_or_else(|| "nothing".to_owned());
        let theirs = text(given.get(place).map(|one| &one["case"]));
        if ours != theirs {
            return Err(Difference::Drawn { place: place + 1, drawn: ours, given: theirs });
        }
        let Some(units) = candidates.and_then(|all| all.get(&ours)) else { continue };
        let chosen = checker(seed, salt, &ours, units).map(|unit| unit.to_string());
        let named = given.get(place).and_then(|one| one["checker"].as_str());
        if chosen.as_deref() != named {
            let drawn = chosen.unwrap_or_else(|| "nobody".to_owned());
            let given = named.unwrap_or("nobody").to_owned();
            return Err(Difference::Checker { case: ours, drawn, given });
        }
    }
    Ok(())
}

fn candidates(document: &Value, population: &[String]) -> Result<Option<Candidates>, Difference> {
    let form = || Difference::Form("candidates");
    if document["candidates"].is_null() {
        return Ok(None);
    }
    let all: Candidates =
        serde_json::from_value(document["candidates"].clone()).map_err(|_| form())?;
    if !all.keys().eq(population) {
        return Err(Difference::Candidates);
    }
    let salt = document["candidates_salt"].as_str().and_then(|hex| hex::decode(hex).ok());
    let salt = salt.ok_or(Difference::Form("candidates_salt"))?;
    same("candidates", salted_fingerprint(&salt, &all), &document["candidates_hash"])?;
    Ok(Some(all))
}

fn same(what: &'static str, ours: String, announced: &Value) -> Result<(), Difference> {
    let announced = announced.as_str().unwrap_or_default();
    if ours == announced {
        return Ok(());
    }
    Err(Difference::Hash(what, ours, announced.to_owned()))
}

fn ordered(population: &[String]) -> Result<(), Difference> {
    let wrong = population.windows(2).position(|two| two[0] >= two[1]);
    wrong.map_or(Ok(()), |at| Err(Difference::Order(at + 2)))
}

/// The fields of a notice, if its leaf fits its bytes.
fn notice(name: &'static str, notice: &Value) -> Result<Value, Difference> {
    let text = |member: &str| notice[member].as_str().ok_or(Difference::Form(name));
    let salt = hex::decode(text("salt")?).map_err(|_| Difference::Form(name))?;
    let bytes = text("bytes")?;
    if seal::leaf(&salt, bytes.as_bytes()) != text("leaf")? {
        return Err(Difference::Leaf(name));
    }
    let said: Value = serde_json::from_str(bytes).map_err(|_| Difference::Form(name))?;
    Ok(said["fields"].clone())
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

fn seed(value: &Value) -> Option<Seed> {
    hex::decode(value.as_str()?).ok()?.try_into().ok()
}
