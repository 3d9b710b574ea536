//! What cells are called: codes are identities, numbers run from north-west to south-east.

use super::super::WorkError;
use crate::store::model::CellKind;
use crate::store::records::CellName;
use std::collections::BTreeSet;

/// How codes are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Codes {
    /// Numbers of the plan, of three digits or more.
    #[default]
    Plain,
    /// 15 digits (DB11/T 2157-2023): the 12 of the parent, which is its name, and a number from 001 to 999 in it.
    Parents,
    /// 15 digits: these 12, and a number from 001 to 999.
    Within(String),
}

impl Codes {
    /// Codes and names for cells in the order of their numbers, each with its parent; `kept` are codes that go on,
    /// `used` all that were ever given and are not given again.
    ///
    /// # Errors
    /// [`WorkError::NoCode`] for a parent whose name is no code; [`WorkError::Codes`] when a parent has more than 999
    /// cells.
    pub fn name(
        &self,
        parents: &[Option<u32>],
        parent_names: &[String],
        kept: &[Option<String>],
        used: &[String],
    ) -> Result<Vec<CellName>, WorkError> {
        let mut given: BTreeSet<String> = used.iter().chain(kept.iter().flatten()).cloned().collect();
        let width = parents.len().to_string().len().max(3);
        let mut names = Vec::with_capacity(parents.len());
        for (i, &parent) in parents.iter().enumerate() {
            let code = match kept.get(i).cloned().flatten() {
                Some(code) => code,
                None => {
                    let prefix = self.prefix(parent, parent_names)?;
                    let next = match &prefix {
                        Some(prefix) => next(&given, prefix, 3)
                            .filter(|&n| n <= 999)
                            .ok_or_else(|| WorkError::Codes { prefix: prefix.clone() })?,
                        None => next(&given, "", 0).unwrap_or(1),
                    };
                    match prefix {
                        Some(prefix) => format!("{prefix}{next:03}"),
                        None => format!("{next:0width$}"),
                    }
                }
            };
            given.insert(code.clone());
            names.push(CellName { code, name: format!("第{}网格", i + 1), kind: CellKind::Base, parent });
        }
        Ok(names)
    }

    fn prefix(&self, parent: Option<u32>, names: &[String]) -> Result<Option<String>, WorkError> {
        let prefix = match self {
            Self::Plain => return Ok(None),
            Self::Within(prefix) => prefix.clone(),
            Self::Parents => parent.and_then(|p| names.get(p as usize).cloned()).unwrap_or_default(),
        };
        if prefix.len() == 12 && prefix.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Some(prefix));
        }
        Err(WorkError::NoCode { name: prefix })
    }
}

/// One more than the greatest number given behind `prefix`, of `digits` digits (any number of them for 0).
fn next(given: &BTreeSet<String>, prefix: &str, digits: usize) -> Option<u64> {
    let numbers = given.iter().filter_map(|code| code.strip_prefix(prefix));
    let numbers = numbers.filter(|n| digits == 0 || n.len() == digits).filter_map(|n| n.parse::<u64>().ok());
    numbers.max().unwrap_or(0).checked_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(names: Result<Vec<CellName>, WorkError>) -> Vec<String> {
        names.unwrap().into_iter().map(|n| n.code).collect()
    }

    #[test]
    fn codes_are_twelve_digits_of_the_parent_and_three() {
        let parents = ["330481001007".to_owned(), "330481001008".to_owned()];
        let cells = [Some(0), Some(0), Some(1)];
        let made = codes(Codes::Parents.name(&cells, &parents, &[], &[]));
        assert_eq!(made, ["330481001007001", "330481001007002", "330481001008001"]);
        let plain = codes(Codes::Plain.name(&cells, &parents, &[], &[]));
        assert_eq!(plain, ["001", "002", "003"]);
        // Kept codes stay, new ones follow the greatest ever given, retired ones are not given again.
        let kept = [None, Some("330481001007004".to_owned()), None];
        let used = ["330481001007009".to_owned()];
        let made = codes(Codes::Parents.name(&cells, &parents, &kept, &used));
        assert_eq!(made, ["330481001007010", "330481001007004", "330481001008001"]);
    }

    #[test]
    fn overflow_and_names_that_are_no_codes_are_errors() {
        let within = Codes::Within("330481001007".into());
        assert_eq!(codes(within.name(&[None; 999], &[], &[], &[])).last().unwrap(), "330481001007999");
        let error = within.name(&[None; 1000], &[], &[], &[]).unwrap_err().to_string();
        assert!(error.contains("330481001007") && error.contains("999") && error.contains("超过"), "{error}");
        let error = Codes::Parents.name(&[Some(0)], &["城东社区".into()], &[], &[]).unwrap_err().to_string();
        assert!(error.contains("城东社区") && error.contains("12"), "{error}");
    }
}
