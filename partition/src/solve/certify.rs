//! What a plan does not meet, and proofs that it cannot: of whole parents, and of single cells.

use super::{
    Goal, Limit, Options, Problem, Rules, Solution, SolveError, Verdict,
    band::{Band, Side},
    certificate::{Certificate, Exhaustive, Facts, Homeless, Ratio, Scope, UnitAboveHi},
    decide::{Asked, Decision, Range, decide},
    exact::{Ask, Exact, Want, cover},
    part::Part,
    region::{Cell, Context},
    relax,
    rules::Reduced,
};
use crate::progress::Progress;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// A cell outside a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmet {
    /// The cell.
    pub cell: u32,
    /// The criteria whose limits it misses: 0 for the first, then the further ones.
    pub criteria: Vec<u32>,
    /// The proof in [`Solution::certificates`], where there is one: no plan meets all limits here.
    pub certificate: Option<usize>,
}

/// Cells around which a plan is looked for exactly, for a proof that there is none: the first so many.
const TRIED: usize = 128;
/// Steps in which a proof about an area must be confirmed to be one.
const CONFIRMED: u64 = 1_000_000;
/// Units of a region that is tried exactly, at least where there are so many.
const REGION: usize = 24;

/// One verdict for each parent: the plan in hand, a proof, or neither.
pub(super) fn verdicts(
    cells: &[Vec<Cell>],
    problem: &Problem<'_>,
    range: Range,
    context: Context<'_>,
    progress: &dyn Progress,
) -> Result<Vec<Verdict>, SolveError> {
    let (ground, exact) = Reduced::of_proofs(problem)?;
    let regions = super::regions(ground.part.clone(), ground.parents.as_deref());
    let parent_of = |cell: &Cell| problem.parents.and_then(|p| p.get(*cell.units.first()? as usize).copied());
    let mut cells_of: BTreeMap<Option<u32>, Vec<&Cell>> = BTreeMap::new();
    for cell in cells.iter().flatten() {
        cells_of.entry(parent_of(cell)).or_default().push(cell);
    }
    let count = cells.iter().map(Vec::len).sum::<usize>() as f64;
    let mean = |loads: &[i64]| loads.iter().sum::<i64>() as f64 / count;
    let means: Vec<f64> = problem.further.iter().map(|f| mean(&f.criterion.loads)).collect();
    let sum = |cell: &Cell, loads: &[i64]| cell.units.iter().map(|&u| loads[u as usize]).sum::<i64>();
    let keeps = |cell: &Cell| {
        let mut further = problem.further.iter().zip(&means).filter(|(f, _)| f.hard);
        further.all(|(f, &mean)| f.limit.admits(sum(cell, &f.criterion.loads), mean))
    };
    let meets = |cell: &&Cell| {
        let load = sum(cell, &problem.criterion.loads);
        cell.giant.map_or((range.lo..=range.hi).contains(&load), |_| cell.units.len() == 1) && keeps(cell)
    };
    // A share of the mean depends on the number of cells: only ranges are the same in every plan.
    let sides: Vec<Side> = problem
        .further
        .iter()
        .map(|f| match f.limit {
            Limit::Range { lo, hi } => {
                Side { band: Band { target: lo as f64, lo, hi }, weight: f.weight, hard: f.hard }
            }
            Limit::Share(_) => {
                let band = Band { target: 1.0, lo: 0, hi: i64::MAX };
                Side { band, weight: f.weight, hard: false }
            }
        })
        .collect();
    // The least and the greatest load in the plan at hand; giants alone do no harm, other criteria have to be met.
    let spread = |parent: Option<u32>| {
        let cells = cells_of.get(&parent)?.iter().filter(|c| c.giant.is_none() || c.units.len() > 1);
        let loads: Option<Vec<i64>> =
            cells.map(|c| keeps(c).then(|| sum(c, &problem.criterion.loads))).collect();
        let loads = loads?;
        Some([*loads.iter().min()?, *loads.iter().max()?])
    };
    let names: Vec<&str> = problem.further.iter().map(|f| f.criterion.name.as_str()).collect();
    let asked = Asked { range, sides: &sides, names: &names };
    let all_asked = problem.further.iter().zip(&sides).all(|(f, s)| f.hard == s.hard);
    let proof = Proof::of(problem, &ground);
    let groups: Vec<&[super::Region]> = regions.chunk_by(|a, b| a.parent == b.parent).collect();
    let done = AtomicU64::new(0);
    let decided = |group: &&[super::Region]| {
        let parent = group[0].parent;
        let parts: Vec<Part> = group.iter().map(|r| r.part.clone()).collect();
        let decision = if cells_of.get(&parent).is_some_and(|cells| cells.iter().all(meets)) {
            // The plan in hand is the proof.
            Decision::Feasible
        } else if let Some(certificate) = proof.heavy_together(parent, &parts, range) {
            Decision::Infeasible(Box::new(certificate))
        } else {
            match decide(parent, &parts, asked, context.limits) {
                Decision::Infeasible(found) => {
                    proof.grounded(*found).map_or(Decision::Undecided, |c| Decision::Infeasible(Box::new(c)))
                }
                // It can be done without something that is asked for; whether with it nobody knows.
                Decision::Feasible if !problem.is_plain() => Decision::Undecided,
                decision => decision,
            }
        };
        // The smallest one is searched for where a cover of this ground is a plan.
        let searched = exact && all_asked && matches!(decision, Decision::Infeasible(_));
        let smallest =
            if searched { relax::relax(parent, &parts, asked, context.limits) } else { relax::UNKNOWN };
        let relaxation =
            (decision != Decision::Feasible).then(|| smallest.or_as_planned(range, spread(parent)));
        progress.stage("verdicts", done.fetch_add(1, Ordering::Relaxed) + 1, groups.len() as u64);
        Verdict { parent, decision, relaxation }
    };
    Ok(groups.par_iter().map(decided).collect())
}

/// Finds the cells outside their limits, and proofs for them.
pub(super) fn unmet(
    problem: &Problem<'_>,
    options: &Options,
    solution: &mut Solution,
    context: Context<'_>,
    progress: &dyn Progress,
) -> Result<(), SolveError> {
    let count = solution.cells.len();
    // Around the mean of all cells, or of those of a parent that was told how many to have.
    let mut means: BTreeMap<Option<u32>, (i64, u32)> = BTreeMap::new();
    for cell in solution.cells.iter().filter(|_| problem.counts.is_some()) {
        let sum = means.entry(cell.parent).or_default();
        *sum = (sum.0 + cell.load, sum.1 + 1);
    }
    let (fair, goal) = (solution.fair_share, problem.goal);
    let first = |parent: Option<u32>| match (goal, options.within, options.tolerance) {
        (Goal::Range { lo, hi }, ..) => Some(Band { target: lo as f64, lo, hi }),
        (Goal::Cells(_), Some([lo, hi]), _) => Some(Band { target: lo as f64, lo, hi }),
        (Goal::Cells(_), None, Some(t)) => {
            Some(Band::around(means.get(&parent).map_or(fair, |&(w, n)| w as f64 / f64::from(n)), t))
        }
        (Goal::Cells(_), None, None) => None,
    };
    let sides: Vec<Side> = problem
        .further
        .iter()
        .map(|f| {
            let mean = f.criterion.loads.iter().sum::<i64>() as f64 / count as f64;
            let band = match f.limit {
                Limit::Share(share) => Band::around(mean, share),
                Limit::Range { lo, hi } => Band { target: mean, lo, hi },
            };
            Side { band, weight: f.weight, hard: f.hard }
        })
        .collect();
    // Where cells have a range, a giant alone is as it should be, and has its proof already.
    let excused = matches!(problem.goal, Goal::Range { .. });
    let mut found = Vec::new();
    for (c, cell) in (0..).zip(&solution.cells).filter(|(_, cell)| !(excused && cell.giant)) {
        let mut criteria: Vec<u32> = Vec::new();
        criteria.extend(first(cell.parent).filter(|band| !band.admits(cell.load)).map(|_| 0));
        let missed = (1..).zip(&sides).zip(&cell.further).filter(|((_, s), w)| s.hard && !s.band.admits(**w));
        criteria.extend(missed.map(|((i, _), _)| i));
        if !criteria.is_empty() {
            found.push(Unmet { cell: c, criteria, certificate: None });
        }
    }
    if found.is_empty() || (context.work.stop)() {
        solution.unmet = found;
        return Ok(());
    }
    // What is proved of the parent is proved of its cells.
    let of_parent: BTreeMap<Option<u32>, usize> =
        solution.verdicts.iter().filter_map(|v| Some((v.parent, v.certificate?))).collect();
    for unmet in &mut found {
        unmet.certificate = of_parent.get(&solution.cells[unmet.cell as usize].parent).copied();
    }
    if first(None).is_none() {
        solution.unmet = found;
        return Ok(());
    }
    let (ground, _) = Reduced::of_proofs(problem)?;
    let names: Vec<&str> = problem.further.iter().map(|f| f.criterion.name.as_str()).collect();
    let proof = Proof::of(problem, &ground);
    let neighbourhood = Neighbourhood::of(&ground, &solution.labels, count);
    let open: Vec<(usize, u32)> =
        (0..).zip(&found).filter(|(_, u)| u.certificate.is_none()).map(|(i, u)| (i, u.cell)).collect();
    let done = AtomicU64::new(0);
    let proofs: Vec<Option<Certificate>> = open
        .par_iter()
        .enumerate()
        .map(|(turn, &(_, cell))| {
            let band = first(solution.cells[cell as usize].parent)?;
            let asked = Asked { range: Range { lo: band.lo, hi: band.hi }, sides: &sides, names: &names };
            let classes = neighbourhood.units(cell);
            let cheap = proof.oversize(classes, asked).or_else(|| proof.ratio(classes, asked));
            let own = cheap.or_else(|| {
                if turn >= TRIED || (context.work.stop)() {
                    return None;
                }
                let tried = proof.homeless(classes, asked);
                tried.or_else(|| proof.around(&neighbourhood, cell, asked, context))
            });
            progress.stage("proofs", done.fetch_add(1, Ordering::Relaxed) + 1, open.len() as u64);
            own
        })
        .collect();
    for ((i, _), certificate) in open.into_iter().zip(proofs) {
        let Some(certificate) = certificate else { continue };
        let known = solution.certificates.iter().position(|c| *c == certificate);
        found[i].certificate = Some(known.unwrap_or_else(|| {
            solution.certificates.push(certificate);
            solution.certificates.len() - 1
        }));
    }
    solution.unmet = found;
    Ok(())
}

/// The cells over the ground of proofs.
struct Neighbourhood {
    /// The units of each cell, in the numbers of the ground.
    units: Vec<Vec<u32>>,
    label: Vec<u32>,
}

impl Neighbourhood {
    fn of(ground: &Reduced, labels: &[u32], cells: usize) -> Self {
        let label: Vec<u32> = ground.members.iter().map(|m| labels[m[0] as usize]).collect();
        let mut units = vec![Vec::new(); cells];
        for (u, &c) in (0..).zip(&label) {
            units[c as usize].push(u);
        }
        Self { units, label }
    }

    fn units(&self, cell: u32) -> &[u32] {
        &self.units[cell as usize]
    }

    /// Units of the cell, of the cells beside it, and of more around those until there are enough.
    fn around(&self, ground: &Reduced, cell: u32) -> Vec<u32> {
        let mut cells = vec![cell];
        let (mut units, mut grown) = (self.units(cell).to_vec(), 0);
        let parent = |u: u32| ground.parents.as_ref().map(|p| p[u as usize]);
        while grown < cells.len() && (grown == 0 || units.len() < REGION) {
            let own = self.units(cells[grown]).iter();
            let beside: Vec<u32> = own
                .flat_map(|&u| ground.part.graph.row(u).iter().filter(move |&&v| parent(u) == parent(v)))
                .map(|&v| self.label[v as usize])
                .collect();
            for c in beside {
                if !cells.contains(&c) {
                    cells.push(c);
                    units.extend(self.units(c));
                }
            }
            grown += 1;
        }
        units
    }
}

/// Makes proofs about the units themselves, with the rules they need.
pub(super) struct Proof<'a> {
    facts: Facts<'a>,
    rules: Rules,
    ground: &'a Reduced,
    parents: Option<&'a [u32]>,
}

impl<'a> Proof<'a> {
    pub(super) fn of(problem: &Problem<'a>, ground: &'a Reduced) -> Self {
        let rules = problem.rules.map(|r| problem.with_standing_locks(r)).unwrap_or_default();
        let rules = Rules { crossings: Vec::new(), ..rules };
        Self { facts: Facts::of(problem), rules, ground, parents: problem.parents }
    }

    fn units(&self, classes: &[u32]) -> Vec<u32> {
        let all = classes.iter().flat_map(|&c| self.ground.members[c as usize].iter().copied());
        let mut units: Vec<u32> = all.collect();
        units.sort_unstable();
        units
    }

    /// Units that share a cell by rules and weigh more than one may.
    fn heavy_together(&self, parent: Option<u32>, parts: &[Part], range: Range) -> Option<Certificate> {
        let classes = parts.iter().flat_map(|p| p.units.iter().zip(&p.loads));
        let (&class, &load) = classes
            .filter(|&(&c, &w)| w > range.hi && self.ground.members[c as usize].len() > 1)
            .min_by_key(|e| *e.0)?;
        let unit = self.ground.members[class as usize][0];
        let rules = Rules::default();
        self.grounded_in(
            Certificate::UnitAboveHi(UnitAboveHi { parent, unit, load, hi: range.hi, rules }),
            &[unit],
        )
    }

    /// A proof over the ground of proofs as one over the units.
    pub(super) fn grounded(&self, certificate: Certificate) -> Option<Certificate> {
        match certificate {
            Certificate::WeightGap(mut c) => {
                c.units = self.units(&c.units);
                let near = c.units.clone();
                self.grounded_in(Certificate::WeightGap(c), &near)
            }
            Certificate::Pocket(mut c) => {
                let mut near = self.units(&[c.gate]);
                c.gate = near[0];
                c.units = self.units(&c.units);
                near.extend(&c.units);
                self.grounded_in(Certificate::Pocket(c), &near)
            }
            Certificate::Exhaustive(mut c) => {
                c.units = self.units(&c.units);
                c.rules = self.near(&c.units);
                Some(Certificate::Exhaustive(c))
            }
            other => Some(other),
        }
    }

    /// With as few of the rules near `units` as confirm it; `None` when they do not.
    fn grounded_in(&self, certificate: Certificate, units: &[u32]) -> Option<Certificate> {
        let under = |rules: &Rules| {
            let mut certificate = certificate.clone();
            match &mut certificate {
                Certificate::UnitAboveHi(c) => c.rules = rules.clone(),
                Certificate::WeightGap(c) => c.rules = rules.clone(),
                Certificate::Pocket(c) => c.rules = rules.clone(),
                _ => {}
            }
            certificate
        };
        let holds = |rules: &Rules| under(rules).recheck(&self.facts).is_ok();
        let near = self.near(units);
        holds(&near).then(|| under(&near.needed(holds)))
    }

    /// The rules about these units and those beside them.
    fn near(&self, units: &[u32]) -> Rules {
        if self.rules.is_empty() {
            return Rules::default();
        }
        let mut near = vec![false; self.facts.graph.len()];
        for &u in units {
            near[u as usize] = true;
            self.facts.graph.row(u).iter().for_each(|&v| near[v as usize] = true);
        }
        self.rules.among(|u| near[u as usize])
    }

    /// C1 for one of the units of a cell, with those it has to be with.
    fn oversize(&self, classes: &[u32], asked: Asked<'_>) -> Option<Certificate> {
        let hi = asked.range.hi;
        let load = |c: u32| self.ground.part.loads[c as usize];
        let &class = classes.iter().find(|&&c| load(c) > hi)?;
        let unit = self.ground.members[class as usize][0];
        let parent = self.parents.map(|p| p[unit as usize]);
        let claim = UnitAboveHi { parent, unit, load: load(class), hi, rules: Rules::default() };
        self.grounded_in(Certificate::UnitAboveHi(claim), &[unit])
    }

    /// C7 for one of the units of a cell.
    fn ratio(&self, classes: &[u32], asked: Asked<'_>) -> Option<Certificate> {
        let Range { lo, hi } = asked.range;
        let (units, links) = (self.units(classes), self.links());
        let ratio = |bound| Ratio::find(&self.facts, &links, &units, [lo, hi], bound);
        asked.bounds().iter().find_map(ratio).map(Certificate::Ratio)
    }

    /// C8 for one of the units of a cell.
    fn homeless(&self, classes: &[u32], asked: Asked<'_>) -> Option<Certificate> {
        let Range { lo, hi } = asked.range;
        let units = self.units(classes);
        let found = Homeless::find(&self.facts, &self.links(), &units, [lo, hi], &asked.bounds());
        found.map(Certificate::Homeless)
    }

    /// Rules that only forbid need not be named where nothing can be done without them either.
    fn links(&self) -> Rules {
        Rules { links: self.rules.links.clone(), ..Rules::default() }
    }

    /// C8 for a region around a cell: it cannot be cut otherwise so that all its cells are inside.
    fn around(
        &self,
        cells: &Neighbourhood,
        cell: u32,
        asked: Asked<'_>,
        context: Context<'_>,
    ) -> Option<Certificate> {
        let region = cells.around(self.ground, cell);
        let part = self.ground.part.sub(&region);
        let Range { lo, hi } = asked.range;
        let ask = Ask { lo, hi, count: None, prefer: None, sides: asked.sides, want: Want::Any };
        if cover(&part, ask, context.limits) != Exact::None {
            return None;
        }
        let parent = self.parents.map(|p| p[self.ground.members[region[0] as usize][0] as usize]);
        let (further, rules) = (asked.bounds(), Rules::default());
        let claim = Exhaustive { scope: Scope::Local, parent, units: region, lo, hi, further, rules };
        self.confirmed(claim)
    }

    /// A claim over the ground of proofs as one over the units, if a recheck confirms it: what nobody could confirm
    /// soon is no proof.
    pub(super) fn confirmed(&self, claim: Exhaustive) -> Option<Certificate> {
        let Some(Certificate::Exhaustive(claim)) = self.grounded(Certificate::Exhaustive(claim)) else {
            return None;
        };
        claim.recheck_within(&self.facts, CONFIRMED).is_ok().then_some(Certificate::Exhaustive(claim))
    }
}
