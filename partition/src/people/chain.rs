//! "Whose place is this?": the ordered chain of responsibility.

use super::{Absence, Assignment, Date, Place, Slot, Subject};

/// One link of the chain: an assignment, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Index into the assignments given.
    pub assignment: usize,
    /// Index into the path of places given: 0 is the innermost.
    pub level: usize,
    /// B岗 answering for somebody who is away.
    pub stands_in: bool,
}

/// Who answers, in the order in which they are to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Chain {
    /// The links, innermost place first.
    pub links: Vec<Link>,
    /// 属地兜底: nobody is named for the cell itself, so those of a place around it answer. A finding (RSP-01).
    pub fallback: bool,
}

/// The chain of responsibility on a day along `path`: from the innermost place (a building, or the cell) outwards.
///
/// At each place roles come in their order, and of one role A岗 before B岗, then longest in duty first. Who is away is
/// left out, and the B岗 of the same role answers instead.
///
/// # Complexity
/// O(assignments × path + links log links).
#[must_use]
pub fn chain(path: &[Place], assignments: &[Assignment], absences: &[Absence], at: Date) -> Chain {
    let away = |a: &Assignment| match &a.subject {
        Subject::Person(id) => absences.iter().any(|x| x.person == *id && x.period.contains(at)),
        Subject::Organisation(_) => false,
    };
    let holds = |a: &Assignment| a.period.contains(at);
    let mut links = Vec::new();
    for (level, place) in path.iter().enumerate() {
        let mut here: Vec<usize> = (0..assignments.len())
            .filter(|&i| assignments[i].place == *place && holds(&assignments[i]))
            .collect();
        here.sort_by_key(|&i| {
            let a = &assignments[i];
            (a.role, a.slot.unwrap_or(Slot::A), a.period.from, &a.subject)
        });
        for &assignment in &here {
            let a = &assignments[assignment];
            let same = |b: &&Assignment| b.role == a.role && b.slot != Some(Slot::B);
            let stands_in =
                a.slot == Some(Slot::B) && here.iter().map(|&i| &assignments[i]).filter(same).all(away);
            if !away(a) {
                links.push(Link { assignment, level, stands_in });
            }
        }
    }
    let cell = path.iter().position(|p| matches!(p, Place::Cell(_)));
    let fallback = cell.is_some_and(|cell| !links.iter().any(|l| l.level == cell)) && !links.is_empty();
    Chain { links, fallback }
}
