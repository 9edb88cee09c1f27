//! The compound fields of acts: corrections, measures, the filing test.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::amount::Amount;
use super::super::words::MeasureKind;
use crate::intake::{Category, Severity};
use crate::place::Code;

/// New values for fields of an earlier entry.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Corrections {
    /// Another category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub category: Option<Category>,
    /// Another severity: it changes the lane of every clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Another place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub division: Option<Code>,
    /// The accused unit, kept away from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub accused_unit: Option<Code>,
    /// Recusals that end: a superior found that the unit is not the accused.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lift_recusal: bool,
    /// Any other field, as text.
    #[serde(flatten)]
    pub texts: BTreeMap<String, String>,
}

/// One measure of a decision, in the unit of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Measure {
    /// What is ordered.
    pub kind: MeasureKind,
    /// How much of it.
    #[schema(value_type = String)]
    pub amount: Amount,
    /// For fines: the penalty benchmark that was applied.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub benchmark: Option<String>,
    /// For fines: the quantity on which the benchmark counts, in its unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub base: Option<Amount>,
    /// For fines: why it lies outside the benchmark's range, or why none applies.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deviation: Option<String>,
}

/// The filing test, all five (DOMAIN 5): without any one of them no case is filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Filing {
    /// The actor can be identified.
    pub actor: bool,
    /// There is a fact that violates the law.
    pub fact: bool,
    /// The law attaches liability to it.
    pub liability: bool,
    /// It is for this unit to pursue.
    pub jurisdiction: bool,
    /// The day on which the violation ended, from which limitation runs; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ended_on: Option<NaiveDate>,
    /// Whether life or health is concerned: limitation is then five years, not two (行政处罚法 2021
    /// art. 36).
    pub life_or_health: bool,
}
