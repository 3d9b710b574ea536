//! The columns to balance: what is asked of each, and whether that can be at all.

use crate::asked::{Asked, assigned, number};
use crate::count::Count;
use data::store::model::{Criterion, Project};
use data::work::plan::{Dedicated, Further};
use partition::solve::{Goal, Limit};
use partition::workload::{Range, feasible_k, joint_feasibility, nearest_k, size_preset};
use std::collections::{BTreeMap, BTreeSet};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The columns to balance, the first of which decides.
pub(crate) struct Columns {
    pub(crate) balance: String,
    pub(crate) share: Option<f64>,
    range: Option<(i64, i64)>,
    pub(crate) further: Vec<Further>,
}

/// What is asked of the number of cells.
pub(crate) struct Wanted {
    pub(crate) goal: Goal,
    /// How many of the cells each parent gets; empty shares them by load.
    pub(crate) counts: Vec<(String, u32)>,
    /// What each cell may weigh, where parents with means of their own share a range.
    pub(crate) within: Option<[i64; 2]>,
}

/// A column that is balanced: its share of deviation, its range of loads.
type Column = (String, Option<f64>, Option<(i64, i64)>);

impl Asked {
    /// The columns, before any file is read.
    pub(crate) fn columns(&self) -> Result<Columns> {
        let mut all: Vec<Column> = Vec::new();
        for text in &self.balance {
            let (name, share) = match text.rsplit_once(':') {
                Some((name, share)) => (name, Some(number(share, text)?)),
                None => (text.as_str(), None),
            };
            all.push((name.to_owned(), share, None));
        }
        for text in &self.range {
            let (name, lo, hi) = range(text)?;
            match all.iter_mut().find(|c| c.0 == name) {
                Some(column) => column.2 = Some((lo, hi)),
                None => all.push((name, None, Some((lo, hi)))),
            }
        }
        if let Some(id) = &self.size {
            let preset = size_preset(id).ok_or_else(|| {
                let known: Vec<&str> = partition::workload::SIZE_PRESETS.iter().map(|p| p.id).collect();
                format!(
                    "there is no size preset '{id}'; there are: {} · 没有名为「{id}」的规模预设",
                    known.join(", ")
                )
            })?;
            let whole = |r: Range| (r.lo as i64, r.hi as i64);
            for (name, r) in [("households", preset.households), ("persons", preset.persons)] {
                let named = all.iter_mut().find(|c| c.0 == name);
                match (named, r) {
                    (Some(column), Some(r)) if column.2.is_none() => column.2 = Some(whole(r)),
                    // Whoever names columns wants these only.
                    (None, Some(r)) if self.balance.is_empty() => {
                        all.push((name.to_owned(), None, Some(whole(r))))
                    }
                    _ => {}
                }
            }
        }
        if all.is_empty() {
            all.push(("households".to_owned(), None, None));
        }
        let weights: Vec<(String, f64)> = self
            .weight
            .iter()
            .map(|t| assigned(t).and_then(|(c, w)| Ok((c, number(&w, t)?))))
            .collect::<Result<_>>()?;
        let named = self.soft.iter().chain(weights.iter().map(|w| &w.0));
        if let Some(stray) = named.into_iter().find(|n| !all.iter().any(|c| c.0 == **n)) {
            return Err(format!(
                "'{stray}' is not balanced: name it with --balance or --range too · 「{stray}」未列入均衡指标"
            )
            .into());
        }
        let mut all = all.into_iter();
        let first = all.next();
        let further = all.map(|(column, share, range)| Further {
            limit: match range {
                Some((lo, hi)) => Limit::Range { lo, hi },
                // What most plans call about equal.
                None => Limit::Share(share.unwrap_or(0.20)),
            },
            weight: weights.iter().find(|w| w.0 == column).map_or(1.0, |w| w.1),
            hard: !self.soft.contains(&column),
            column,
        });
        let further = further.collect();
        let (balance, share, range) = first.unwrap_or_default();
        Ok(Columns { balance, share, range, further })
    }
}

impl Columns {
    /// The range of the first column, or its share of the mean as far as that is known before.
    pub(crate) fn range(&self) -> Option<[f64; 2]> {
        self.range.map(|(lo, hi)| [lo as f64, hi as f64])
    }

    /// What a size preset or ranges ask for, as a number of cells or a range, once the totals are known: `total` of a
    /// column, of all or of one parent.
    ///
    /// `people` are how many there are, one for each cell at most (R-SIZE-4); `present` is the number of cells of the plan
    /// in force.
    pub(crate) fn goal(
        &mut self,
        cells: Count,
        people: Count,
        present: Option<u32>,
        total: impl Fn(&str, Option<&str>) -> Option<u64>,
    ) -> Result<Wanted> {
        self.joint(&|column| total(column, None))?;
        let all = |parent: Option<&str>| total(&self.balance, parent).unwrap_or(0);
        let whole = |goal: Goal| Ok(Wanted { goal, counts: Vec::new(), within: None });
        let (k, staff) = match (cells, people) {
            (Count::Each(cells), people) => return self.of_parents(Some(cells), people, all),
            (Count::Open, people @ Count::Each(_)) => {
                return self.of_parents(None, people, all);
            }
            (_, Count::Each(_)) => return Err(ONE_KIND.into()),
            (cells, people) => (cells.whole(), people.whole()),
        };
        let k = match staff {
            Some(staff) => Some(self.staffed(k, staff, all(None))?),
            None => k.or(present.filter(|_| self.range.is_none())),
        };
        match (k, self.range) {
            (Some(k), Some(_)) => {
                let room = self.room(k, all(None))?;
                self.share = Some(self.share.map_or(room, |s| s.min(room)).clamp(0.0, 1.0));
                whole(Goal::Cells(k))
            }
            (Some(k), None) => whole(Goal::Cells(k)),
            (None, Some((lo, hi))) => whole(Goal::Range { lo, hi }),
            (None, None) => Err("say how many cells (--k 20), how heavy (--range households=300..500) or which size (--size s0-11-shushan) · 请给出网格数、区间或规模预设".into()),
        }
    }

    /// A number of cells for each parent, as said or as many as its people can take on.
    fn of_parents(
        &self,
        cells: Option<BTreeMap<String, u32>>,
        people: Count,
        all: impl Fn(Option<&str>) -> u64,
    ) -> Result<Wanted> {
        let people = match people {
            Count::Open => BTreeMap::new(),
            Count::Each(people) => people,
            Count::All(_) => return Err(ONE_KIND.into()),
        };
        let parents: BTreeSet<&String> = cells.iter().flat_map(BTreeMap::keys).chain(people.keys()).collect();
        let mut counts = Vec::with_capacity(parents.len());
        for parent in parents {
            let said = cells.as_ref().and_then(|c| c.get(parent)).copied();
            let here = |e: Box<dyn std::error::Error>| format!("{parent}: {e}");
            let k = match (people.get(parent), said) {
                (Some(&staff), said) => self.staffed(said, staff, all(Some(parent))).map_err(here)?,
                (None, Some(k)) => k,
                (None, None) => continue,
            };
            if self.range.is_some() {
                self.room(k, all(Some(parent))).map_err(here)?;
            }
            counts.push((parent.clone(), k));
        }
        let sum = counts.iter().fold(0_u32, |sum, c| sum.saturating_add(c.1));
        Ok(Wanted { goal: Goal::Cells(sum), counts, within: self.range.map(|(lo, hi)| [lo, hi]) })
    }

    /// How far `k` cells that share `all` may be from their mean.
    fn room(&self, k: u32, all: u64) -> Result<f64> {
        let Some((lo, hi)) = self.range else { return Ok(1.0) };
        let range = Range::new(lo.max(0) as u64, hi.max(0) as u64);
        let allowed = feasible_k(all, range);
        if !allowed.as_ref().is_some_and(|ks| ks.contains(&u64::from(k))) {
            return Err(impossible_k(k, all, range, allowed, &self.balance).into());
        }
        let mean = all as f64 / f64::from(k);
        Ok(((mean - lo as f64) / mean).min((hi as f64 - mean) / mean))
    }

    /// The number of cells nearest to the middle of the range that the range and the staff allow; without a range a cell
    /// for each.
    fn staffed(&self, k: Option<u32>, staff: u32, all: u64) -> Result<u32> {
        let least = match (k, self.range) {
            (Some(k), _) => k,
            (None, Some((lo, hi))) => {
                let (lo, hi) = (lo.max(0) as u64, hi.max(0) as u64);
                // What no number of cells meets is explained with the range itself.
                let Some(ks) = feasible_k(all, Range::new(lo, hi)) else { return Ok(staff) };
                let aim = (2 * all + (lo + hi) / 2) / (lo + hi).max(1);
                let k = aim.clamp(*ks.start(), *ks.end()).min(u64::from(staff)).max(*ks.start());
                u32::try_from(k).unwrap_or(u32::MAX)
            }
            (None, None) => staff,
        };
        if least > staff {
            return Err(format!(
                "{least} cells are needed at least, and there are {staff} people: {} more, or larger cells · 至少需要 {least} 个网格,只有 {staff} 人:须增加 {} 人,或扩大网格规模",
                least - staff,
                least - staff
            )
            .into());
        }
        Ok(least)
    }

    /// R-SIZE-2: households and persons are not independent.
    fn joint(&self, total: &impl Fn(&str) -> Option<u64>) -> Result<()> {
        let persons = self.further.iter().find(|f| f.column == "persons" && f.hard);
        let (Some((h_lo, h_hi)), Some(Further { limit: Limit::Range { lo, hi }, .. })) =
            (self.range.filter(|_| self.balance == "households"), persons)
        else {
            return Ok(());
        };
        let range = |lo: i64, hi: i64| Range::new(lo.max(0) as u64, hi.max(0) as u64);
        let (Some(households), Some(people)) = (total("households"), total("persons")) else { return Ok(()) };
        match joint_feasibility(range(h_lo, h_hi), range(*lo, *hi), households, people) {
            Some(joint) if !joint.feasible => Err(contradiction(&joint, [h_lo, h_hi], [*lo, *hi]).into()),
            _ => Ok(()),
        }
    }
}

fn contradiction(joint: &partition::workload::JointFeasibility, h: [i64; 2], p: [i64; 2]) -> String {
    let ratio = |milli: u64| milli as f64 / 1000.0;
    let (r, least, most) =
        (ratio(joint.ratio_milli), ratio(joint.least_ratio_milli), ratio(joint.greatest_ratio_milli));
    format!(
        "{}–{} households and {}–{} persons cannot hold in one cell here: a household has {r:.2} persons, and it would have to be {least:.2} to {most:.2}; let households decide with --balance households, or make the other one soft with --soft persons · 户均 {r:.2} 人,户数 {}–{} 与人口 {}–{} 不能同时满足(需户均 {least:.2}–{most:.2} 人);建议以户数为主(--balance households)",
        h[0], h[1], p[0], p[1], h[0], h[1], p[0], p[1]
    )
}

fn impossible_k(
    k: u32,
    total: u64,
    range: Range,
    allowed: Option<std::ops::RangeInclusive<u64>>,
    column: &str,
) -> String {
    let (lo, hi) = (range.lo, range.hi);
    match allowed {
        Some(ks) => format!(
            "{k} cells cannot share {total} {column} at {lo}–{hi} each: k must be {}..{} · {total} 按每格 {lo}–{hi} 划分,网格数须为 {}–{} 个,{k} 个不行",
            ks.start(),
            ks.end(),
            ks.start(),
            ks.end()
        ),
        None => {
            let near = nearest_k(total, range).max(1);
            format!(
                "no number of cells shares {total} {column} at {lo}–{hi} each; the nearest is {near} with a mean of {:.0} · {total} 无法按每格 {lo}–{hi} 划分,最接近的是 {near} 个",
                total as f64 / near as f64
            )
        }
    }
}

const ONE_KIND: &str = "say for each parent, or for the whole, how many cells and how many people, not one so and one so · 网格数与人员数须同为逐个上级或同为总数";

/// The total of a criterion of a project over all units but those of dedicated cells, in whole units; of one parent, if one
/// is named.
pub(crate) fn total_of(
    project: &Project,
    dedicated: &[Dedicated],
    column: &str,
    parent: Option<&str>,
) -> Option<u64> {
    let units = &project.units;
    let c: &Criterion = units.criteria.iter().find(|c| c.name == column)?;
    let aside: BTreeSet<&String> = dedicated.iter().flat_map(|d| &d.units).collect();
    let inside = |u: usize| {
        let own = || units.parents.get(u).and_then(|&p| units.parent_names.get(p as usize));
        parent.is_none_or(|name| own().is_some_and(|own| own == name))
    };
    let shared = (0..units.ids.len()).filter(|&u| !aside.contains(&units.ids[u]) && inside(u));
    u64::try_from(shared.map(|u| c.loads[u]).sum::<i64>() / c.scale.max(1)).ok()
}

/// `households=300..500`.
fn range(text: &str) -> Result<(String, i64, i64)> {
    let wrong = || {
        format!(
            "'{text}' is no range: write COLUMN=LO..HI, such as households=300..500 · 区间写法:列名=下限..上限"
        )
    };
    let (column, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (lo, hi) = rest.split_once("..").ok_or_else(wrong)?;
    Ok((column.to_owned(), lo.trim().parse().map_err(|_| wrong())?, hi.trim().parse().map_err(|_| wrong())?))
}
