//! `wangge scenario run`: what published plans ask, on data that come with the product.

use super::partition::planned;
use crate::args::{Scenario, ScenarioCommand};
use crate::asked::Asked;
use crate::in_force::dedicated;
use crate::{End, Outcome, input, print_json, print_line};
use data::frame::Frame;
use data::osm::read_pbf;
use data::read::{Limits, ReadOptions, Source, read_features};
use data::store::model::{Cell, CellKind, Criterion, Input, Project};
use data::work::given::{Layers, frame_for, take_in};
use data::work::made_up;
use data::work::plan::{Made, unit_graph};
use data::work::sample::sample;
use data::work::town::{self, Area, DIVIDING_ROADS, Divide, from_osm, unit_options};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// One published plan: where it is played, what it asks, what must come out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Played {
    id: String,
    /// Whose plan it is.
    title: String,
    /// The words it rests on.
    words: String,
    ground: Place,
    #[serde(default)]
    load: Vec<Load>,
    #[serde(default)]
    plan: Asked,
    expect: Expected,
    /// The same question on counted households, where those data are at hand.
    real: Option<Real>,
}

/// A published data set, in the folder that the variable `WANGGE_DATA` names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Real {
    ground: Place,
    #[serde(default)]
    plan: Asked,
    expect: Expected,
}

/// Units that come with the product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    /// A file of units …
    units: Option<String>,
    /// … or an extract with a box.
    osm: Option<String>,
    bbox: Option<String>,
    /// Only units with one of these values in a column.
    #[serde(default)]
    only: BTreeMap<String, Vec<String>>,
    /// The column whose values are the parents.
    parents: Option<String>,
    /// Whether the columns of the file are loads that somebody counted.
    #[serde(default)]
    counted: bool,
}

/// A criterion that the ground comes without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Load {
    name: String,
    /// Made up, so many in all.
    total: Option<i64>,
    #[serde(default)]
    seed: u64,
    /// In proportion to another, a tenth up or down.
    like: Option<String>,
    /// Counted: the ground of each unit, m².
    #[serde(default)]
    area: bool,
}

/// What must come out. Cells are contiguous, inside their parents, without gap and overlap in any case.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    units: Option<usize>,
    cells: Option<usize>,
    dedicated: Option<usize>,
    /// Number of units in the cells, ascending.
    sizes: Option<Vec<u64>>,
    /// COLUMN = greatest deviation from the mean.
    deviation: BTreeMap<String, f64>,
    /// COLUMN = [lo, hi, share of the cells that lie within].
    within: BTreeMap<String, [f64; 3]>,
    /// Cells nobody can stand in for.
    alone: Option<usize>,
    /// Cells of each level that is contiguous, within its tolerance and nests, the coarsest first.
    levels: Option<Vec<usize>>,
    /// Cells outside a limit that have no proof, at most.
    unproved: Option<usize>,
    /// No plan of as many cells has a smaller worst deviation, in any parent: proved.
    least: Option<bool>,
    /// Businesses drawn in each cell, the same when drawn again.
    drawn: Option<usize>,
    /// It cannot be: all of these words are in the explanation.
    refused: Vec<String>,
}

pub(crate) fn run(a: &Scenario) -> Outcome {
    let ScenarioCommand::Run { ids, all, dir, json } = &a.what;
    let mut end = End::Clean;
    let known = files(dir)?;
    let wanted: Vec<&String> = if *all { known.keys().collect() } else { ids.iter().collect() };
    for id in wanted {
        let path = known.get(id).ok_or_else(|| {
            let known: Vec<&str> = known.keys().map(String::as_str).collect();
            format!("there is no scenario '{id}'; there are: {} · 没有场景「{id}」", known.join(", "))
        })?;
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let played: Played = toml::from_str(&text)
            .map_err(|e| format!("{}: {}", path.display(), e.to_string().trim().replace('\n', " ")))?;
        let mut rows = play(&played.ground, &played.load, &played.plan, &played.expect)?;
        let mut note = None;
        if let Some(real) = &played.real {
            match real.ground.at_hand() {
                Some(ground) => rows.extend(
                    play(&ground, &[], &real.plan, &real.expect)?
                        .into_iter()
                        .map(|r| Row { what: format!("实测 {} {}", real.ground.name(), r.what), ..r }),
                ),
                None => {
                    note = Some(format!(
                        "{} is not at hand (WANGGE_DATA): not played · 未找到数据,跳过",
                        real.ground.name()
                    ))
                }
            }
        }
        if rows.iter().any(|r| !r.holds) {
            end = End::Findings;
        }
        if *json {
            let checks: Vec<Value> = rows
                .iter()
                .map(|r| json!({"what": r.what, "expected": r.expected, "found": r.found, "holds": r.holds}))
                .collect();
            print_json(
                &json!({"id": played.id, "holds": rows.iter().all(|r| r.holds), "checks": checks, "skipped": note}),
            );
            continue;
        }
        print_line(&format!("{} {}\n    {}", played.id, played.title, played.words));
        for r in rows {
            let sign = if r.holds { "✓" } else { "✗" };
            print_line(&format!(
                "  {sign} {}: expected 应为 {}, came out 实为 {}",
                r.what, r.expected, r.found
            ));
        }
        note.iter().for_each(|n| print_line(&format!("  – {n}")));
    }
    Ok(end)
}

fn files(dir: &Path) -> Result<BTreeMap<String, std::path::PathBuf>> {
    let entries = std::fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let paths = entries.filter_map(|e| e.ok().map(|e| e.path()));
    let toml = paths.filter(|p| p.extension().is_some_and(|e| e == "toml"));
    Ok(toml.filter_map(|p| Some((p.file_stem()?.to_str()?.to_owned(), p))).collect())
}

/// One thing that was expected.
struct Row {
    what: String,
    expected: String,
    found: String,
    holds: bool,
}

impl Row {
    fn same<T: PartialEq + std::fmt::Debug>(what: &str, expected: &T, found: &T) -> Self {
        let shown = |v: &T| format!("{v:?}");
        Self { what: what.into(), expected: shown(expected), found: shown(found), holds: expected == found }
    }
}

impl Place {
    fn name(&self) -> &str {
        self.units.as_deref().unwrap_or_default()
    }

    /// The place inside the folder of published data sets, when it is there. Its units carry their own loads.
    fn at_hand(&self) -> Option<Self> {
        let folder = std::env::var_os("WANGGE_DATA")?;
        let path = Path::new(&folder).join(self.name());
        let (only, parents) = (self.only.clone(), self.parents.clone());
        let units = path.exists().then(|| path.display().to_string())?;
        Some(Self { units: Some(units), osm: None, bbox: None, counted: true, only, parents })
    }
}

fn play(place: &Place, load: &[Load], plan: &Asked, expect: &Expected) -> Result<Vec<Row>> {
    let (mut project, inputs) = ground(place)?;
    for load in load {
        let criterion = loads(load, &project)?;
        project.units.criteria.push(criterion);
    }
    let mut rows = Vec::new();
    rows.extend(expect.units.map(|n| Row::same("单元 units", &n, &project.units.ids.len())));
    let columns = plan.columns()?;
    let dedicated = dedicated(plan, &project, None, false)?;
    let made = planned(&project, plan, columns, &dedicated, None, inputs);
    match (made, expect.refused.is_empty()) {
        (Ok((made, out)), true) => {
            rows.extend(compare(expect, &project, &made, &out)?);
            rows.extend(kept_whole(plan, &project, &made));
        }
        (Ok(_), false) => rows.push(Row {
            what: "说明 explanation".into(),
            expected: expect.refused.join(" … "),
            found: "a plan".into(),
            holds: false,
        }),
        (Err(e), _) => {
            let said = e.to_string();
            rows.push(Row {
                what: "说明 explanation".into(),
                expected: if expect.refused.is_empty() {
                    "a plan".into()
                } else {
                    expect.refused.join(" … ")
                },
                holds: !expect.refused.is_empty() && expect.refused.iter().all(|w| said.contains(w)),
                found: said,
            });
        }
    }
    Ok(rows)
}

fn ground(place: &Place) -> Result<(Project, Vec<Input>)> {
    if let Some(osm) = &place.osm {
        let extract = read_pbf(Path::new(osm), &Limits::default())?;
        let area = Area::Box(input::bbox(place.bbox.as_deref().unwrap_or_default())?);
        let frame: Frame = town::frame_for(&extract, &area)?;
        let divide = Divide::Lines { roads: DIVIDING_ROADS.map(String::from).to_vec() };
        let made = from_osm(&extract, &frame, &area, &divide, &unit_options(), "scenario")?;
        return Ok((made.project, vec![Input { path: osm.clone(), sha256: extract.sha256 }]));
    }
    let path = place.units.as_deref().ok_or("a scenario needs ground: units or osm")?;
    let mut set = read_features(&Source::parse(path), &ReadOptions::default())?;
    let value = |f: &data::read::Feature, column: &str| {
        f.properties.get(column).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    for (column, values) in &place.only {
        set.features.retain(|f| values.contains(&value(f, column)));
    }
    let layers = Layers { units: &set, parents: None, boundary: None };
    let mut project = take_in(&layers, &frame_for(&layers)?, None)?.project;
    if !place.counted {
        project.units.criteria.clear();
    }
    if let Some(column) = &place.parents {
        let names: Vec<String> = set.features.iter().map(|f| value(f, column)).collect();
        let all: BTreeSet<&String> = names.iter().collect();
        project.units.parent_names = all.iter().map(|n| (*n).clone()).collect();
        let number = |n: &String| project.units.parent_names.binary_search(n).unwrap_or_default() as u32;
        project.units.parents = names.iter().map(number).collect();
    }
    Ok((project, vec![Input { path: path.into(), sha256: set.sha256.clone() }]))
}

fn loads(load: &Load, project: &Project) -> Result<Criterion> {
    let units = &project.units;
    if load.area {
        let m2 = |r: &partition::frame::Region| (r.twice_area_um2() / 2_000_000_000_000) as i64;
        let loads = units.regions.iter().map(m2).collect();
        return Ok(Criterion { name: load.name.clone(), scale: 1, estimate: None, loads });
    }
    let like = match &load.like {
        None => None,
        Some(name) => {
            let found = units.criteria.iter().find(|c| c.name == *name);
            Some(found.ok_or_else(|| format!("a load is like '{name}', which comes not before it"))?)
        }
    };
    let total = load.total.ok_or_else(|| format!("the load '{}' needs a total", load.name))?;
    Ok(made_up::criterion(&load.name, units.ids.len(), total, load.seed, like))
}

/// Compounds that the plan says stay whole, read off the labels.
fn kept_whole(plan: &Asked, project: &Project, made: &Made) -> Option<Row> {
    let cell = |id: &str| {
        let unit = project.units.ids.iter().position(|u| u == id.trim());
        unit.and_then(|u| made.plan.labels.get(u))
    };
    let cells = |group: &String| group.split(',').map(cell).collect::<BTreeSet<_>>().len();
    let divided = plan.together.iter().filter(|g| cells(g) > 1).count();
    (!plan.together.is_empty()).then(|| Row::same("被拆开的院落 compounds divided", &0, &divided))
}

fn compare(expect: &Expected, project: &Project, made: &Made, out: &Value) -> Result<Vec<Row>> {
    let labels = &made.plan.labels;
    let base = |c: &&Cell| c.kind == CellKind::Base;
    let (cells, all) = (made.plan.cells.iter().filter(base).count(), made.plan.cells.len());
    let mut rows = Vec::new();
    rows.extend(expect.cells.map(|n| Row::same("网格 cells", &n, &cells)));
    rows.extend(expect.dedicated.map(|n| Row::same("专属网格 dedicated cells", &n, &(all - cells))));
    // Read off the labels, not off what the solver says.
    let graph = unit_graph(&project.units)?;
    let pieces = graph.components_within(labels).members();
    let pieces = pieces.iter().filter(|p| (labels[p[0] as usize] as usize) < cells).count();
    let linked = made.severed.iter().filter_map(|s| s.link);
    let declared = linked.filter(|&[a, b]| labels[a as usize] == labels[b as usize]).count();
    let crossing = project.units.parents_of().map_or(0, |parents| {
        let mut of: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); all];
        labels.iter().zip(parents).for_each(|(&c, &p)| {
            of[c as usize].insert(p);
        });
        of.iter().filter(|p| p.len() > 1).count()
    });
    rows.push(Row::same(
        "空白、重叠、飞地、跨上级 gaps, overlaps, pieces, crossing parents",
        &[0; 4],
        &[made.gaps, made.overlaps, pieces - cells - declared, crossing],
    ));
    if let Some(sizes) = &expect.sizes {
        let mut found = vec![0; all];
        labels.iter().for_each(|&c| found[c as usize] += 1);
        found.truncate(cells);
        found.sort_unstable();
        rows.push(Row::same("每格单元 units a cell", sizes, &found));
    }
    let sums = |column: &str| -> Result<Vec<f64>> {
        let criterion = project.units.criteria.iter().find(|c| c.name == column);
        let criterion = criterion.ok_or_else(|| format!("there is no criterion '{column}'"))?;
        let mut sums = vec![0.0; all];
        labels.iter().zip(&criterion.loads).for_each(|(&c, &w)| sums[c as usize] += w as f64);
        sums.truncate(cells);
        Ok(sums.into_iter().map(|w| w / criterion.scale as f64).collect())
    };
    for (column, &most) in &expect.deviation {
        let sums = sums(column)?;
        let mean = sums.iter().sum::<f64>() / cells as f64;
        let worst = sums.iter().map(|w| (w / mean - 1.0).abs()).fold(0.0, f64::max);
        rows.push(Row {
            what: format!("{column} 最大偏差 max deviation"),
            expected: format!("≤ {:.1} %", 100.0 * most),
            found: format!("{:.1} %", 100.0 * worst),
            holds: worst <= most + 1e-9,
        });
    }
    for (column, &[lo, hi, share]) in &expect.within {
        let sums = sums(column)?;
        let inside = sums.iter().filter(|w| (lo..=hi).contains(*w)).count();
        rows.push(Row {
            what: format!("{column} {lo}–{hi}"),
            expected: format!("≥ {:.0} % of cells", 100.0 * share),
            found: format!("{inside} of {cells}"),
            holds: inside as f64 >= share * cells as f64 - 1e-9,
        });
    }
    if let Some(levels) = &expect.levels {
        // Giants excepted: they are outside the tolerance of the finest level whatever is done.
        let holds = |l: &&data::work::plan::PlanLevel| {
            l.figures.noncontiguous == 0
                && l.differing.is_none_or(|edges| edges == 0)
                && l.tolerance.is_none_or(|t| l.figures.max_deviation_free <= t + 5e-3)
        };
        let found: Vec<usize> = made.levels.iter().filter(holds).map(|l| l.codes.len()).collect();
        rows.push(Row::same("各级网格 cells of levels that hold", levels, &found));
    }
    if let Some(most) = expect.unproved {
        let unmet = out["unmet"].as_array().map_or(&[][..], Vec::as_slice);
        // A proof about an area alone leaves open whether it could be cut otherwise with more around it.
        let open = unmet.iter().filter(|u| u["certificate"].is_null() || u["local"] == true).count();
        rows.push(Row {
            what: "超限且未证明无法满足 outside and not proved".into(),
            expected: format!("≤ {most}"),
            found: format!("{open} of {}", unmet.len()),
            holds: open <= most,
        });
    }
    if let Some(least) = expect.least {
        let all = out["bounds"].as_array().map_or(&[][..], Vec::as_slice);
        let found = !all.is_empty() && all.iter().all(|b| b["least"] == true);
        rows.push(Row::same("已证明没有更均衡的划法 proved that nothing is more equal", &least, &found));
    }
    if let Some(each) = expect.drawn {
        rows.push(drawn(each, project, labels, cells)?);
    }
    if let Some(alone) = expect.alone {
        let found = out["pairs"]["alone"].as_array().map_or(usize::MAX, Vec::len);
        rows.push(Row::same("AB岗 无法配对 without a pair", &alone, &found));
    }
    Ok(rows)
}

/// Draws from the businesses that were counted in each unit, forwards and backwards.
fn drawn(each: usize, project: &Project, labels: &[u32], cells: usize) -> Result<Row> {
    let counted = project.units.criteria.iter().find(|c| c.name == "businesses");
    let counted = counted.ok_or("there are no businesses to draw from")?;
    let of_unit = |(u, n): (usize, &i64)| (1..=n / counted.scale).map(move |i| (u, i));
    let names: Vec<(String, u32)> = counted
        .loads
        .iter()
        .enumerate()
        .flat_map(of_unit)
        .map(|(u, i)| (format!("{}-{i}", project.units.ids[u]), labels[u]))
        .collect();
    let objects: Vec<(&str, Option<u32>)> = names.iter().map(|(n, c)| (n.as_str(), Some(*c))).collect();
    let back: Vec<(&str, Option<u32>)> = objects.iter().rev().copied().collect();
    let names = |of: &[(&str, Option<u32>)]| -> Vec<Vec<String>> {
        let own = sample(of, cells, each, 1);
        own.iter().map(|own| own.iter().map(|&o| of[o as usize].0.to_owned()).collect()).collect()
    };
    let first = names(&objects);
    let found: Vec<usize> = first.iter().map(Vec::len).collect();
    let same = first == names(&back);
    let row = Row::same("随机抽查 drawn in each cell", &vec![each; cells], &found);
    Ok(Row { holds: row.holds && same, ..row })
}
