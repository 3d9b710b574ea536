//! Proofs and relaxations in sentences, for people.

use super::{Bound, Certificate, Clash, Scope, Why};
use crate::solve::{Relaxation, Rules, Step};
use serde::Serialize;
use std::fmt;

/// The same thing in two languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    fn new(zh: String, en: String) -> Self {
        Self { zh, en }
    }

    /// Both, one sentence after the other.
    #[must_use]
    pub fn and(&self, more: &Self) -> Self {
        Self { zh: format!("{};{}", self.zh, more.zh), en: format!("{}; {}", self.en, more.en) }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · {}", self.en, self.zh)
    }
}

/// Units named in one sentence; more are counted.
const NAMED: usize = 8;

fn list(units: &[u32], name: &dyn Fn(u32) -> String) -> Words {
    let shown: Vec<String> = units.iter().take(NAMED).map(|&u| name(u)).collect();
    match units.len().saturating_sub(NAMED) {
        0 => Words::new(shown.join("、"), shown.join(", ")),
        more => Words::new(
            format!("{} 等 {} 个", shown.join("、"), units.len()),
            format!("{} and {more} more", shown.join(", ")),
        ),
    }
}

/// How numbers of a criterion are written: its steps for one of what is counted.
pub(crate) fn amount(load: i64, scale: i64) -> String {
    let scale = scale.max(1);
    if load % scale == 0 { (load / scale).to_string() } else { format!("{:.1}", load as f64 / scale as f64) }
}

impl Rules {
    /// The rules by name: `wall u1,u2; lock u3=0`.
    #[must_use]
    pub fn words(&self, naming: &Naming<'_>) -> Words {
        let name = naming.unit;
        let mut all: Vec<(&str, &str, String)> = Vec::new();
        let join = |units: &[u32]| units.iter().map(|&u| name(u)).collect::<Vec<_>>().join(",");
        all.extend(
            self.locks
                .iter()
                .map(|l| ("锁定", "lock", format!("{}={}", name(l.unit), (naming.cell)(l.cell)))),
        );
        all.extend(self.together.iter().map(|g| ("同格", "together", join(g))));
        all.extend(self.apart.iter().map(|g| ("分开", "apart", join(g))));
        if self.seeds.len() > 1 {
            all.push(("驻点", "offices", join(&self.seeds)));
        }
        all.extend(self.walls.iter().map(|w| ("阻隔", "wall", join(w))));
        let zh: Vec<String> = all.iter().map(|(zh, _, what)| format!("{zh} {what}")).collect();
        let en: Vec<String> = all.iter().map(|(_, en, what)| format!("{en} {what}")).collect();
        Words::new(zh.join(";"), en.join("; "))
    }
}

impl Clash {
    /// What goes wrong, by which rules, and what would help.
    #[must_use]
    pub fn words(&self, naming: &Naming<'_>) -> Words {
        let name = naming.unit;
        let rules = self.rules.words(naming);
        let cells = self.cells.unwrap_or(0);
        let (zh, en) = match &self.why {
            Why::Torn { unit } => (
                format!("单元 {} 既要求同格又要求分开", name(*unit)),
                format!("unit {} has to share a cell with units that it has to be apart from", name(*unit)),
            ),
            Why::Cut { one, other } => (
                format!("单元 {} 与 {} 要求同格,但没有可用的单元相连", name(*one), name(*other)),
                format!(
                    "units {} and {} have to share a cell, but no free units connect them",
                    name(*one),
                    name(*other)
                ),
            ),
            Why::TooFew { units } => {
                let who = list(units, name);
                (
                    format!("单元 {} 两两不能同格,至少需要 {} 个网格,而要求 {cells} 个", who.zh, units.len()),
                    format!(
                        "no two of units {} can share a cell, so they need at least {} cells, and {cells} were asked for",
                        who.en,
                        units.len()
                    ),
                )
            }
            Why::Tried => (
                match self.cells {
                    Some(cells) => format!("已穷尽各单元同格与分开的所有组合,{cells} 个网格无法满足这些规则"),
                    None => "已穷尽各单元同格与分开的所有组合,这些规则不能同时满足".to_owned(),
                },
                match self.cells {
                    Some(cells) => {
                        format!("every way to put neighbours together or apart was tried: {cells} cells cannot keep the rules")
                    }
                    None => "every way to put neighbours together or apart was tried: the rules cannot all be kept"
                        .to_owned(),
                },
            ),
            Why::TooMany { most } => (
                format!("合并须同格的单元后只有 {most} 个,不足 {cells} 个网格"),
                format!(
                    "when units that share a cell are one, only {most} units are left, fewer than {cells} cells"
                ),
            ),
        };
        if self.rules.is_empty() {
            return Words::new(zh, en);
        }
        let (more_zh, more_en) = match &self.why {
            Why::TooFew { units } => {
                (format!(",或改为 {} 个网格", units.len()), format!(", or ask for {} cells", units.len()))
            }
            Why::TooMany { most } => (format!(",或改为 {most} 个网格"), format!(", or ask for {most} cells")),
            _ => Default::default(),
        };
        Words::new(
            format!("{zh}。起因:{}。去掉其中一条即可{more_zh}", rules.zh),
            format!("{en}. It follows from: {}. Drop one of them{more_en}", rules.en),
        )
    }
}

/// What things are called.
#[derive(Clone, Copy)]
pub struct Naming<'a> {
    /// Units.
    pub unit: &'a dyn Fn(u32) -> String,
    /// Cells that units are locked to.
    pub cell: &'a dyn Fn(u32) -> String,
}

/// What certificates are told with.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    /// What units and cells are called.
    pub naming: Naming<'a>,
    /// What a criterion is called, and its steps for one of what is counted; `None` for the first.
    pub criterion: &'a dyn Fn(Option<&str>) -> (String, i64),
}

impl Certificate {
    /// Why it cannot be, with numbers.
    #[must_use]
    pub fn words(&self, telling: &Telling<'_>) -> Words {
        let name = telling.naming.unit;
        let (first, scale) = (telling.criterion)(None);
        let say = |load: i64| amount(load, scale);
        let (words, rules) = match self {
            Self::UnitAboveHi(c) => (
                Words::new(
                    format!(
                        "单元 {} {}有 {first} {},超过上限 {}",
                        name(c.unit),
                        if c.rules.is_empty() { "单独" } else { "与须同格者合计" },
                        say(c.load),
                        say(c.hi)
                    ),
                    format!(
                        "unit {} {}has {} {first}, above the limit of {}",
                        name(c.unit),
                        if c.rules.is_empty() { "alone " } else { "with those it has to share a cell with " },
                        say(c.load),
                        say(c.hi)
                    ),
                ),
                &c.rules,
            ),
            Self::WeightGap(c) => {
                let few = c.load.div_euclid(c.hi.max(1)) + i64::from(c.load.rem_euclid(c.hi.max(1)) > 0);
                let (zh, en) = match c.further.first() {
                    None if c.load < c.lo => (
                        format!("不足一格的下限 {}", say(c.lo)),
                        format!("less than the {} that one cell needs", say(c.lo)),
                    ),
                    None => (
                        format!(
                            "{} 格至多 {},{few} 格至少 {}",
                            few - 1,
                            say((few - 1) * c.hi),
                            say(few * c.lo)
                        ),
                        format!(
                            "{} cells hold at most {}, and {few} need at least {}",
                            few - 1,
                            say((few - 1) * c.hi),
                            say(few * c.lo)
                        ),
                    ),
                    Some(b) => {
                        let w = limit(b, telling);
                        (
                            format!("没有一个网格数能同时满足{}", w.zh),
                            format!("no number of cells meets {} as well", w.en),
                        )
                    }
                };
                let who = list(&c.units, name);
                (
                    Words::new(
                        format!(
                            "连成一片的单元 {} 共有 {first} {}:{zh}(区间 {}–{})",
                            who.zh,
                            say(c.load),
                            say(c.lo),
                            say(c.hi)
                        ),
                        format!(
                            "units {} can only be cut among themselves and have {} {first}: {en} (range {}–{})",
                            who.en,
                            say(c.load),
                            say(c.lo),
                            say(c.hi)
                        ),
                    ),
                    &c.rules,
                )
            }
            Self::Pocket(c) => {
                let who = list(&c.units, name);
                (
                    Words::new(
                        format!(
                            "单元 {} 只经 {} 与外界相连,单独不足 {},连同 {} 共 {},超过 {}",
                            who.zh,
                            name(c.gate),
                            say(c.lo),
                            name(c.gate),
                            say(c.load),
                            say(c.hi)
                        ),
                        format!(
                            "units {} reach others through {} only; they are too light for cells of {} {first}, and with {} they have {}, above {}",
                            who.en,
                            name(c.gate),
                            say(c.lo),
                            name(c.gate),
                            say(c.load),
                            say(c.hi)
                        ),
                    ),
                    &c.rules,
                )
            }
            Self::Clash(c) => return c.words(&telling.naming),
            Self::Ratio(c) => {
                let w = limit(&c.further, telling);
                let (_, steps) = (telling.criterion)(Some(&c.further.criterion));
                let best = amount(c.best, steps);
                let low = c.best < c.further.lo;
                (
                    Words::new(
                        format!(
                            "凡含单元 {} 且 {first} 在 {}–{} 之内的网格,{} {} {best},不能满足{}",
                            name(c.unit),
                            say(c.lo),
                            say(c.hi),
                            c.further.criterion,
                            if low { "至多" } else { "至少" },
                            w.zh
                        ),
                        format!(
                            "a cell with unit {} and {}–{} {first} has {} {best} {}, so it cannot meet {}",
                            name(c.unit),
                            say(c.lo),
                            say(c.hi),
                            if low { "at most" } else { "at least" },
                            c.further.criterion,
                            w.en
                        ),
                    ),
                    &c.rules,
                )
            }
            Self::Homeless(c) => {
                let further: Vec<Words> = c.further.iter().map(|b| limit(b, telling)).collect();
                let zh: String = further.iter().map(|w| format!("且{}", w.zh)).collect();
                let en: String = further.iter().map(|w| format!(" and {}", w.en)).collect();
                let [lo, hi] = [c.lo, c.hi].map(say);
                (
                    Words::new(
                        format!(
                            "已穷尽含单元 {} 的所有连片网格,没有一个 {first} 在 {lo}–{hi} 之内{zh}",
                            name(c.unit)
                        ),
                        format!(
                            "every connected cell with unit {} was tried: none has {lo}–{hi} {first}{en}",
                            name(c.unit)
                        ),
                    ),
                    &c.rules,
                )
            }
            Self::Exhaustive(c) => {
                let who = list(&c.units, name);
                let further: Vec<Words> = c.further.iter().map(|b| limit(b, telling)).collect();
                let more = |pick: fn(&Words) -> &str, and: &str| {
                    further.iter().map(|w| format!("{and}{}", pick(w))).collect::<String>()
                };
                let (local_zh, local_en) = match c.scope {
                    Scope::ComponentWide => ("", ""),
                    Scope::Local => ("(仅就这一片而言)", " (of this area alone)"),
                };
                (
                    Words::new(
                        format!(
                            "已穷尽单元 {} 的所有划法,没有一种使每格 {first} 在 {}–{} 之内{}{local_zh}",
                            who.zh,
                            say(c.lo),
                            say(c.hi),
                            more(|w| &w.zh, "且")
                        ),
                        format!(
                            "every way to cut units {} was tried: none keeps all cells within {}–{} {first}{}{local_en}",
                            who.en,
                            say(c.lo),
                            say(c.hi),
                            more(|w| &w.en, " and ")
                        ),
                    ),
                    &c.rules,
                )
            }
        };
        let under = rules.words(&telling.naming);
        if under.en.is_empty() {
            return words;
        }
        Words::new(
            format!("{}。起因:{}", words.zh, under.zh),
            format!("{}. It rests on: {}", words.en, under.en),
        )
    }
}

impl Certificate {
    /// The least change of the range that takes this reason away; others may be left. `None` where the proof does not say.
    #[must_use]
    pub fn helps(&self, telling: &Telling<'_>) -> Option<Words> {
        let (first, scale) = (telling.criterion)(None);
        let say = |load: i64| amount(load, scale);
        let lower = |lo: i64| {
            (format!("下限降到 {} {first}", say(lo)), format!("a lower limit of {} {first}", say(lo)))
        };
        let upper = |hi: i64| {
            (format!("上限升到 {} {first}", say(hi)), format!("an upper limit of {} {first}", say(hi)))
        };
        let (ways, rules) = match self {
            Self::WeightGap(c) if c.further.is_empty() && c.hi > 0 => {
                let few = c.load.div_euclid(c.hi);
                let mut ways = vec![lower(c.load / (few + 1))];
                if few > 0 {
                    ways.push(upper(c.load.div_euclid(few) + i64::from(c.load.rem_euclid(few) > 0)));
                }
                (ways, &c.rules)
            }
            Self::Pocket(c) => (vec![upper(c.load)], &c.rules),
            Self::UnitAboveHi(c) => (vec![upper(c.load)], &c.rules),
            _ => return None,
        };
        let (mut zh, mut en): (Vec<String>, Vec<String>) = ways.into_iter().unzip();
        if !rules.is_empty() {
            zh.push("去掉上述规则之一".to_owned());
            en.push("one of these rules less".to_owned());
        }
        Some(Words::new(
            format!("去除此因至少需要:{}", zh.join(" 或 ")),
            format!("to take this reason away it needs {}", en.join(" or ")),
        ))
    }
}

fn limit(b: &Bound, telling: &Telling<'_>) -> Words {
    let (_, scale) = (telling.criterion)(Some(&b.criterion));
    let range = format!("{}–{}", amount(b.lo, scale), amount(b.hi, scale));
    Words::new(format!("{} {range}", b.criterion), format!("{range} {}", b.criterion))
}

impl Relaxation {
    /// The smallest ranges that would do; `None` where none is known.
    #[must_use]
    pub fn smallest(&self, range: [i64; 2], scale: i64) -> Option<Words> {
        let known = self.ranges(range, scale, |step| if let Step::By(by) = step { Some(by) } else { None });
        (!known.is_empty()).then(|| {
            Words::new(
                format!("可行的最小放宽:{}", known.join(" 或 ")),
                format!("the smallest ranges that would do: {}", known.join(" or ")),
            )
        })
    }

    /// A range that does because the plan at hand keeps it; `None` where the smallest are known, or none.
    #[must_use]
    pub fn planned(&self, range: [i64; 2], scale: i64) -> Option<Words> {
        let known =
            self.ranges(range, scale, |step| if let Step::AtMost(by) = step { Some(by) } else { None });
        known.first().map(|range| {
            Words::new(
                format!("放宽到 {range} 即可行(即本方案);能否更小,尚未得知"),
                format!("{range} would do, as this plan shows; whether less would is not known"),
            )
        })
    }

    fn ranges(&self, [lo, hi]: [i64; 2], scale: i64, by: impl Fn(Step) -> Option<i64>) -> Vec<String> {
        let say = |lo: i64, hi: i64| format!("{}–{}", amount(lo.max(0), scale), amount(hi, scale));
        let widened = [(self.hi_only, 0, 1), (self.lo_only, 1, 0), (self.both, 1, 1)];
        let steps = widened.iter().filter_map(|&(step, down, up)| Some((by(step)?, down, up)));
        steps.map(|(by, down, up)| say(lo - down * by, hi + up * by)).collect()
    }
}
