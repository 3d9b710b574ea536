//! What is to be said about a row.

use serde::{Deserialize, Serialize};

/// Whether a row can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It can.
    Ok,
    /// It can, but somebody should look at it.
    Warning,
    /// It cannot.
    Error,
}

/// One reason for a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A stable name.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A row and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowReport {
    /// Its number as spreadsheets count: the first is 1.
    pub row: usize,
    /// The worst of its reasons.
    pub verdict: Verdict,
    /// Nothing when all is well.
    pub reasons: Vec<Reason>,
}

impl RowReport {
    pub(super) fn new(row: usize) -> Self {
        Self { row, verdict: Verdict::Ok, reasons: Vec::new() }
    }

    pub(super) fn say(&mut self, verdict: Verdict, code: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.verdict = self.verdict.max(verdict);
        self.reasons.push(Reason { code: code.into(), zh: zh.into(), en: en.into() });
    }
}
