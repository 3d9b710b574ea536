//! The list of legal gaps.

use super::super::WorkError;
use crate::read::{Feature, FeatureSet};
use partition::check::LegalGap;
use partition::frame::Region;
use serde_json::Value;

const REASON: [&str; 4] = ["reason", "理由", "原因", "说明"];
const AUTHOR: [&str; 5] = ["author", "批准人", "审批人", "登记人", "作者"];

/// Ground that may stay without a cell, each with a `reason` (理由) and an `author` (批准人): without them it is no
/// exception, only a hole in the list.
pub(super) fn legal_gaps(set: &FeatureSet, regions: Vec<Region>) -> Result<Vec<LegalGap>, WorkError> {
    let text = |f: &Feature, names: &[&str]| {
        let found = names.iter().find_map(|n| f.properties.get(*n).and_then(Value::as_str));
        found.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
    };
    let wanting = |f: &Feature, what| WorkError::Exception {
        path: set.path.display().to_string(),
        index: f.index,
        id: f.id.clone(),
        what,
    };
    let one = |(f, ground): (&Feature, Region)| {
        Ok(LegalGap {
            ground,
            reason: text(f, &REASON).ok_or_else(|| wanting(f, "reason (理由)"))?,
            author: text(f, &AUTHOR).ok_or_else(|| wanting(f, "author (批准人)"))?,
        })
    };
    set.features.iter().zip(regions).map(one).collect()
}
