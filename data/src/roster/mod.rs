//! Rosters (花名册): tables of who answers for which cell, as offices keep them.
//!
//! Reads `.xlsx`, and text in UTF-8, UTF-16 or GB18030. One row is one person in one role at one place. Columns are found by
//! their headings, in any order: cell (网格编码 or 网格名称) or parent (社区), role (角色), name (姓名), and if wanted
//! staff number, telephones, organisation, post, AB岗, first and last day, document.
//!
//! Each row gets a verdict with all its reasons, so that a roster can be mended in one go. The verdicts never repeat a
//! telephone number.

mod columns;
mod row;
mod table;
mod verdict;

pub use table::{MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED_BYTES};
pub use verdict::{Reason, RowReport, Verdict};

use self::columns::Columns;
use self::row::{Entrant, RowReader};
use crate::store::records::CellName;
use partition::people::{Date, Organisation, People, Person, Slot};
use std::collections::BTreeMap;

/// What rows may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The cells of the plan.
    pub cells: &'a [CellName],
    /// The parents by name.
    pub parents: &'a [String],
    /// When an assignment begins whose row does not say so: usually today.
    pub from: Date,
}

/// A roster that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// Every row that is not empty, in order.
    pub rows: Vec<RowReport>,
    /// What the rows without errors say.
    pub people: People,
}

/// Why a file is no roster at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RosterError {
    /// `.xls`.
    #[error("this is a workbook of Excel 97 (.xls); save it as .xlsx")]
    OldWorkbook,
    /// The workbook is broken.
    #[error("this workbook cannot be read: {0}; save it again as .xlsx")]
    Workbook(String),
    /// The text is broken.
    #[error("this table cannot be read: {0}")]
    Text(String),
    /// Neither of the encodings.
    #[error("this is neither a workbook nor text in UTF-8, UTF-16 or GB18030; save it as .xlsx")]
    Encoding,
    /// Beyond the limits.
    #[error("this roster has more than {MAX_ROWS} rows or unpacks to more than {} MiB; split it", MAX_UNPACKED_BYTES >> 20)]
    TooLong,
    /// No headings.
    #[error("no line has the headings 角色, 姓名 and 网格编码 (or 社区); found: {}", found.join(", "))]
    NoColumns {
        /// The fullest line of text near the top.
        found: Vec<String>,
    },
    /// A heading stands twice.
    #[error("two columns are headed {0}; remove one")]
    ColumnTwice(String),
}

impl Roster {
    /// Reads a roster, whatever kind of table it is.
    ///
    /// # Complexity
    /// O(rows log rows).
    ///
    /// # Errors
    /// [`RosterError`] when there are no rows to judge.
    pub fn read(bytes: &[u8], known: &Known<'_>) -> Result<Self, RosterError> {
        let lines = table::lines(bytes)?;
        let (head, columns) = Columns::find(&lines)?;
        let mut rows = Vec::new();
        let mut entrants: Vec<(usize, Entrant)> = Vec::new();
        for line in lines.iter().skip(head + 1) {
            let reader = RowReader { columns: &columns, line, known, report: RowReport::new(line.row) };
            let (report, entrant) = reader.read();
            entrants.extend(entrant.map(|e| (rows.len(), e)));
            rows.push(report);
        }
        for (a, b) in clashes(&entrants) {
            for (this, other) in [(a, b), (b, a)] {
                let other = rows[other].row;
                let zh = format!("与第 {other} 行同时担任同一岗位");
                let en = format!("row {other} holds the same role and slot at the same time");
                rows[this].say(Verdict::Error, "double-slot", zh, en);
            }
        }
        let good = entrants.into_iter().filter(|(row, _)| rows[*row].verdict < Verdict::Error);
        let people = gathered(good.map(|(_, entrant)| entrant));
        Ok(Self { rows, people })
    }

    /// How many rows cannot be loaded.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.rows.iter().filter(|r| r.verdict == Verdict::Error).count()
    }

    /// What is to be loaded: all or nothing, unless parts will do.
    #[must_use]
    pub fn loadable(&self, partial: bool) -> Option<&People> {
        (partial || self.errors() == 0).then_some(&self.people)
    }
}

/// Rows that claim what only one can have. Neither is known to be right, so both are named; each row that clashes is in
/// at least one pair, and there are fewer pairs than rows.
fn clashes(entrants: &[(usize, Entrant)]) -> Vec<(usize, usize)> {
    let of = |i: usize| &entrants[i].1.assignment;
    let seat = |i: usize| (&of(i).place, of(i).role, of(i).slot.unwrap_or(Slot::A));
    let mut order: Vec<usize> = (0..entrants.len()).filter(|&i| of(i).role.most() == 1).collect();
    order.sort_by(|&a, &b| {
        seat(a).cmp(&seat(b)).then(of(a).period.from.cmp(&of(b).period.from)).then(a.cmp(&b))
    });
    let mut pairs = Vec::new();
    for group in order.chunk_by(|&a, &b| seat(a) == seat(b)) {
        // Of those before, who stays longest, and who of somebody else's does.
        let mut longest: [Option<usize>; 2] = [None; 2];
        let later = |a: Option<usize>, b: usize| {
            let end = |i: usize| of(i).period.to.map_or((1, None), |to| (0, Some(to)));
            a.is_none_or(|a| end(b) > end(a))
        };
        for &now in group {
            let rival = longest.into_iter().flatten().find(|&i| of(i).subject != of(now).subject);
            pairs.extend(rival.filter(|&r| of(r).clashes(of(now))).map(|r| (entrants[r].0, entrants[now].0)));
            let same = longest[0].is_some_and(|i| of(i).subject == of(now).subject);
            if later(longest[0], now) {
                if !same {
                    longest[1] = longest[0];
                }
                longest[0] = Some(now);
            } else if !same && later(longest[1], now) {
                longest[1] = Some(now);
            }
        }
    }
    pairs
}

/// Several rows may be about one person: the last that says something is believed.
fn gathered(entrants: impl Iterator<Item = Entrant>) -> People {
    let mut persons: BTreeMap<String, Person> = BTreeMap::new();
    let mut organisations: BTreeMap<String, Organisation> = BTreeMap::new();
    let mut assignments = Vec::new();
    for Entrant { person: new, organisation, assignment } in entrants {
        let p = persons.entry(new.id.clone()).or_insert_with(|| Person { id: new.id, ..Person::default() });
        p.name = new.name;
        p.organisation = new.organisation.or(p.organisation.take());
        p.post = new.post.or(p.post.take());
        p.duty_phone = new.duty_phone.or(p.duty_phone.take());
        p.mobile = new.mobile.or(p.mobile.take());
        p.mobile_published = new.mobile_published.or(p.mobile_published.take());
        organisations.extend(organisation.map(|o| (o.id.clone(), o)));
        assignments.push(assignment);
    }
    assignments.sort();
    assignments.dedup();
    let (persons, organisations) = (persons.into_values().collect(), organisations.into_values().collect());
    People { persons, organisations, assignments, absences: Vec::new() }
}
