//! What a plan shall be: the same options as flags and as keys of a plan file (TOML).

use crate::columns::Columns;
use crate::count::{Count, counts};
use clap::Args as ClapArgs;
use data::work::plan::{Codes, Dedicated, NamedRules};
use partition::solve::{Current, Level, Options};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The options of a plan. Lists may be given several times.
#[derive(Clone, Debug, Default, ClapArgs, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Asked {
    /// No cell crosses these: `FILE[:LAYER]`.
    #[arg(long)]
    pub(crate) parents: Option<String>,
    /// The legal boundary: `FILE[:LAYER]`.
    #[arg(long)]
    pub(crate) boundary: Option<String>,
    /// `COLUMN[:SHARE]`: a column to share fairly, within this share of the mean; the first one decides (default: households).
    #[arg(long)]
    pub(crate) balance: Vec<String>,
    /// COLUMN=LO..HI: each cell weighs LO to HI of it.
    #[arg(long)]
    pub(crate) range: Vec<String>,
    /// COLUMN: its limit is only priced, not insisted on.
    #[arg(long)]
    pub(crate) soft: Vec<String>,
    /// COLUMN=WEIGHT: what leaving its limit costs against the first column (default 1).
    #[arg(long)]
    pub(crate) weight: Vec<String>,
    /// A size preset, such as s0-11-shushan, instead of ranges.
    #[arg(long)]
    pub(crate) size: Option<String>,
    /// Number of cells, or PARENT=NUMBER for each parent; shared by load where only one number is given.
    #[arg(long)]
    #[serde(deserialize_with = "counts")]
    pub(crate) k: Vec<String>,
    /// How many people there are, or PARENT=NUMBER for each parent: at most one cell for each · 人员数
    #[arg(long)]
    #[serde(deserialize_with = "counts")]
    pub(crate) staff: Vec<String>,
    /// `K[:SHARE]`: levels of cells that nest, the coarsest first, each with its tolerance; instead of --k · 分级
    #[arg(long, value_delimiter = ',', conflicts_with = "k")]
    pub(crate) levels: Vec<String>,
    /// Loads within this share of the mean are equal (default: the worst deviation is made as small as can be).
    #[arg(long)]
    pub(crate) tolerance: Option<f64>,
    /// Seed of all randomness (default 1).
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Rounds of improvement; time grows in proportion (default 12).
    #[arg(long)]
    pub(crate) effort: Option<u32>,
    /// UNIT=CELL: the unit is in this cell · 锁定
    #[arg(long)]
    pub(crate) lock: Vec<String>,
    /// UNIT,UNIT…: in one cell · 同格
    #[arg(long)]
    pub(crate) together: Vec<String>,
    /// UNIT,UNIT…: in different cells · 分开
    #[arg(long)]
    pub(crate) apart: Vec<String>,
    /// UNIT,UNIT…: at most one of these in a cell · 驻点
    #[arg(long)]
    pub(crate) office: Vec<String>,
    /// UNIT,UNIT, or the class of a line: no cell reaches across; short for `--crossing …=wall` · 阻隔
    #[arg(long)]
    #[serde(skip)]
    pub(crate) wall: Vec<String>,
    /// UNIT,UNIT=PRICE, or CLASS=PRICE: a metre of this border inside a cell counts as so many metres of outline; the
    /// price `wall` forbids it.
    #[arg(long)]
    #[serde(rename = "crossings", deserialize_with = "crossings")]
    pub(crate) crossing: Vec<String>,
    /// UNIT,UNIT: neighbours without a common border, such as over a bridge · 连接
    #[arg(long)]
    pub(crate) link: Vec<String>,
    /// NAME=UNIT,UNIT…: a cell of their own beside the plan, which has no part in its balance; without units it ends · 专属网格
    #[arg(long)]
    #[serde(deserialize_with = "dedicated")]
    pub(crate) dedicated: Vec<String>,
    /// Such cells by a column of the units that holds their names, or by polygons: `FILE[:LAYER]`.
    #[arg(long, value_name = "COLUMN|FILE")]
    pub(crate) dedicated_from: Option<String>,
    /// Neighbouring cells that stand in for each other · AB岗
    #[arg(long)]
    pub(crate) pairs: bool,
    /// Codes of 15 digits: `parents` when the parents are named by their 12 digits, or the 12 digits.
    #[arg(long)]
    pub(crate) codes: Option<String>,
    /// repartition: the plan in force, a column of the units or a table id,cell (default: that of the project).
    #[arg(long)]
    pub(crate) current: Option<String>,
    /// repartition: what moving as much load as a cell has costs.
    #[arg(long)]
    pub(crate) price: Option<f64>,
    /// repartition: the most load that may move.
    #[arg(long)]
    pub(crate) cap: Option<i64>,
    /// repartition: put right around these units only, UNIT,UNIT…; all cells further away stay as they are · 就近调整
    #[arg(long, value_delimiter = ',')]
    pub(crate) near: Vec<String>,
    /// repartition: points or polygons of objects (buildings, addresses, places) to count where they change hands: `FILE[:LAYER]`.
    #[arg(long)]
    pub(crate) objects: Option<String>,
    /// repartition: who leads which cell, a roster (.xlsx or .csv) or a project that has people · 花名册
    #[arg(long)]
    pub(crate) roster: Option<PathBuf>,
    /// repartition: write what changes hands as a table (.csv): by cells, by units and by objects · 移交清单
    #[arg(long)]
    pub(crate) handover: Option<PathBuf>,
    /// Where to write: .gpkg (a project), .geojson (cells) or .csv (id,cell).
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Write a page about the plan too (.html): map, histogram, tables, proofs in words · 报告
    #[arg(long)]
    pub(crate) report: Option<PathBuf>,
}

/// A plan file: the units and the options.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    units: Option<String>,
    #[serde(flatten)]
    rest: toml::Table,
}

impl Asked {
    /// These options over those of a plan file, and the units it names.
    pub(crate) fn over(self, path: Option<&Path>) -> Result<(Self, Option<String>)> {
        let Some(path) = path else { return Ok((self, None)) };
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
        let wrong = |e: toml::de::Error| format!("{name}: {}", e.to_string().trim().replace('\n', " "));
        let file: File = toml::from_str(&text).map_err(wrong)?;
        let under: Self = file.rest.try_into().map_err(wrong)?;
        let list = |own: Vec<String>, under: Vec<String>| if own.is_empty() { under } else { own };
        let asked = Self {
            parents: self.parents.or(under.parents),
            boundary: self.boundary.or(under.boundary),
            balance: list(self.balance, under.balance),
            range: list(self.range, under.range),
            soft: list(self.soft, under.soft),
            weight: list(self.weight, under.weight),
            size: self.size.or(under.size),
            k: list(self.k, under.k),
            staff: list(self.staff, under.staff),
            levels: list(self.levels, under.levels),
            tolerance: self.tolerance.or(under.tolerance),
            seed: self.seed.or(under.seed),
            effort: self.effort.or(under.effort),
            lock: list(self.lock, under.lock),
            together: list(self.together, under.together),
            apart: list(self.apart, under.apart),
            office: list(self.office, under.office),
            wall: self.wall,
            crossing: list(self.crossing, under.crossing),
            link: list(self.link, under.link),
            dedicated: list(self.dedicated, under.dedicated),
            dedicated_from: self.dedicated_from.or(under.dedicated_from),
            pairs: self.pairs || under.pairs,
            codes: self.codes.or(under.codes),
            current: self.current.or(under.current),
            price: self.price.or(under.price),
            cap: self.cap.or(under.cap),
            near: list(self.near, under.near),
            objects: self.objects.or(under.objects),
            roster: self.roster.or(under.roster),
            handover: self.handover.or(under.handover),
            out: self.out.or(under.out),
            report: self.report.or(under.report),
        };
        Ok((asked, file.units))
    }

    pub(crate) fn options(&self, columns: &Columns) -> Options {
        let usual = Options::default();
        Options {
            seed: self.seed.unwrap_or(usual.seed),
            tolerance: columns.share.or(self.tolerance),
            within: None,
            effort: self.effort.unwrap_or(usual.effort),
        }
    }

    /// The levels, the coarsest first.
    pub(crate) fn levels(&self) -> Result<Vec<Level>> {
        let one = |text: &String| {
            let (cells, share) = match text.split_once(':') {
                Some((cells, share)) => (cells, Some(number(share, text)?)),
                None => (text.as_str(), None),
            };
            let wrong = |_| {
                format!(
                    "'{text}' is no level: write CELLS or CELLS:SHARE, such as 12:0.05 · 分级写法:网格数:容差"
                )
            };
            Ok(Level { cells: cells.trim().parse().map_err(wrong)?, tolerance: share.or(self.tolerance) })
        };
        self.levels.iter().map(one).collect()
    }

    /// How many cells: what is said, or those of the finest level.
    pub(crate) fn cells(&self) -> Result<Count> {
        Ok(match self.levels()?.last() {
            Some(level) => Count::All(level.cells),
            None => Count::of(&self.k)?,
        })
    }

    /// How many people.
    pub(crate) fn people(&self) -> Result<Count> {
        Count::of(&self.staff)
    }

    pub(crate) fn price(&self) -> f64 {
        self.price.unwrap_or(Current::USUAL_PRICE)
    }

    /// Rules by id. `classes` are the lines that run along borders.
    pub(crate) fn rules(&self, ids: &[String], classes: &[([u32; 2], String)]) -> Result<NamedRules> {
        let lists = |all: &[String]| all.iter().map(|t| units(t)).collect::<Vec<_>>();
        let id = |u: u32| ids.get(u as usize).cloned().unwrap_or_default();
        let of_class = |class: &str| -> Result<Vec<[String; 2]>> {
            let own: Vec<_> = classes.iter().filter(|c| c.1 == class).map(|c| c.0.map(id)).collect();
            if own.is_empty() {
                return Err(format!("no border is of class '{class}'; two units are named as UNIT,UNIT · 没有「{class}」类的边界").into());
            }
            Ok(own)
        };
        let borders = |text: &str| match text.contains(',') {
            true => Ok(vec![two(text)?]),
            false => of_class(text),
        };
        let mut rules = NamedRules {
            locks: self.lock.iter().map(|t| assigned(t)).collect::<Result<_>>()?,
            together: lists(&self.together),
            apart: lists(&self.apart),
            offices: self.office.iter().flat_map(|t| units(t)).collect(),
            links: self.link.iter().map(|t| two(t)).collect::<Result<_>>()?,
            ..NamedRules::default()
        };
        for text in &self.wall {
            rules.walls.extend(borders(text)?);
        }
        for text in &self.crossing {
            let (what, price) = assigned(text)?;
            if price.trim() == "wall" {
                rules.walls.extend(borders(&what)?);
                continue;
            }
            let price = number(&price, text)?;
            rules.crossings.extend(borders(&what)?.into_iter().map(|b| (b, price)));
        }
        Ok(rules)
    }

    /// Dedicated cells by name, and those that are to end.
    pub(crate) fn dedicated(&self) -> Result<Vec<Dedicated>> {
        let one = |text: &String| match text.rsplit_once('=') {
            Some((name, ids)) if !name.trim().is_empty() => {
                Ok(Dedicated { name: name.trim().to_owned(), units: units(ids) })
            }
            _ => Err(format!(
                "'{text}' names no dedicated cell: write NAME=UNIT,UNIT · 专属网格写法:名称=单元,单元"
            )
            .into()),
        };
        self.dedicated.iter().map(one).collect()
    }

    pub(crate) fn codes(&self) -> Codes {
        match self.codes.as_deref() {
            None => Codes::Plain,
            Some("parents") => Codes::Parents,
            Some(prefix) => Codes::Within(prefix.to_owned()),
        }
    }
}

/// What it costs to have a border inside a cell.
#[derive(Deserialize)]
#[serde(untagged)]
enum Price {
    Times(f64),
    Never(Never),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Never {
    Wall,
}

/// The table `[crossings]` of a plan file.
fn crossings<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<String>, D::Error> {
    let wrong = |what: &str| {
        D::Error::custom(format!(
            "the crossing '{what}' needs a price, or \"wall\" · 跨越代价应为数字或 \"wall\""
        ))
    };
    let table = BTreeMap::<String, toml::Value>::deserialize(from)?;
    let one = |(what, price): (String, toml::Value)| match price.try_into() {
        Ok(Price::Times(price)) => Ok(format!("{what}={price}")),
        Ok(Price::Never(Never::Wall)) => Ok(format!("{what}=wall")),
        Err(_) => Err(wrong(&what)),
    };
    table.into_iter().map(one).collect()
}

/// One of the tables `[[dedicated]]` of a plan file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    name: String,
    units: Vec<String>,
}

fn dedicated<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<String>, D::Error> {
    let all = Vec::<Own>::deserialize(from)?;
    Ok(all.into_iter().map(|own| format!("{}={}", own.name, own.units.join(","))).collect())
}

/// What stands before and after the last `=`.
pub(crate) fn assigned(text: &str) -> Result<(String, String)> {
    match text.rsplit_once('=') {
        Some((what, to)) if !what.is_empty() && !to.is_empty() => Ok((what.to_owned(), to.to_owned())),
        _ => Err(format!("'{text}' lacks a '=': write WHAT=VALUE · 「{text}」应写作 名称=值").into()),
    }
}

pub(crate) fn number(text: &str, whole: &str) -> Result<f64> {
    let number = text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    Ok(number
        .ok_or_else(|| format!("'{text}' in '{whole}' is no number · 「{whole}」中的「{text}」不是数字"))?)
}

fn units(text: &str) -> Vec<String> {
    text.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect()
}

fn two(text: &str) -> Result<[String; 2]> {
    let wrong = |_| format!("'{text}' are not two units: write UNIT,UNIT · 「{text}」应为两个单元:单元,单元");
    Ok(<[String; 2]>::try_from(units(text)).map_err(wrong)?)
}
