//! One place where a rule is broken, and how to say so.

use super::rules::{RuleId, Severity};
use crate::chain::{BOUNDARY, Holder};
use crate::frame::{Point, Region};
use std::cmp::Ordering;

/// What a finding is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Cells, or ground where cells should be.
    #[default]
    Cells,
    /// An object: an enterprise, a building, a river. Its number in the list that was tested.
    Object(u32),
    /// An area one level up. Its number among the parents.
    Parent(u32),
}

/// A figure that is not what it should be, in its own steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Which figure: its number among those that were tested.
    pub column: u32,
    /// As found.
    pub found: i64,
    /// The least and the most it should be.
    pub wanted: (i64, i64),
}

/// What would mend a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Suggestion {
    /// Give the ground to this cell.
    Fill(Holder),
    /// Make a cell of the ground.
    NewCell,
    /// Leave the ground to one of its holders.
    Settle,
    /// Give the ground up.
    CutOff,
    /// Insert the missing vertices.
    Match,
    /// Draw the outline again.
    Redraw,
    /// Keep one of the cells, or cut one out of the other.
    Decide,
    /// Find out where the object is.
    Locate,
    /// Record the cell in which the object lies.
    Record,
    /// Count again, or correct the total.
    Recount,
    /// Share the work anew with the cells around.
    Share,
}

impl Suggestion {
    fn words(self, names: &impl Names) -> Words {
        let (zh, en) = match self {
            Self::Fill(h) => {
                let name = names.cell(h);
                return Words { zh: format!("划入 {name}"), en: format!("give it to {name}") };
            }
            Self::NewCell => ("设为新网格", "make a cell of it"),
            Self::Settle => ("归其中一个网格", "leave it to one of them"),
            Self::CutOff => ("从网格中去掉", "take it off the cell"),
            Self::Match => ("补齐邻边结点", "insert the missing vertices"),
            Self::Redraw => ("重新绘制边界", "draw the outline again"),
            Self::Decide => ("确定保留哪一个", "decide which of them stays"),
            Self::Locate => ("补正坐标", "find out where it is"),
            Self::Record => ("按所在网格更正登记", "record the cell it lies in"),
            Self::Recount => ("核对数据", "check the figures"),
            Self::Share => ("与相邻网格调整", "share it anew with the cells around"),
        };
        Words { zh: zh.into(), en: en.into() }
    }
}

/// One place where a rule is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// How badly, here.
    pub severity: Severity,
    /// The ground concerned: the gap or the overlap itself. No parts where only lines or whole cells are.
    pub ground: Region,
    /// The lines concerned, where no ground is.
    pub lines: Vec<[Point; 2]>,
    /// The regions concerned, ascending.
    pub holders: Vec<Holder>,
    /// Regions beside a gap with the length of border they share with it, µm; longest first.
    pub neighbours: Vec<(Holder, i64)>,
    /// Mean width of the ground, µm.
    pub width_um: i64,
    /// Where to look.
    pub at: Point,
    /// More than the rule's title says, such as why a ring is wrong: 中文, English.
    pub detail: Option<(&'static str, &'static str)>,
    /// What it is about.
    pub about: About,
    /// A figure as found, and as it should be.
    pub figures: Option<Figures>,
    /// What would mend it.
    pub suggestion: Option<Suggestion>,
    /// Which exception of the list covers it. Shown, and no fault.
    pub accepted: Option<u32>,
}

impl Finding {
    /// A finding by `rule`, as severe as the table says, that names nothing yet.
    #[must_use]
    pub fn of(rule: RuleId, at: Point) -> Self {
        Self {
            rule,
            severity: rule.rule().severity,
            ground: Region::default(),
            lines: Vec::new(),
            holders: Vec::new(),
            neighbours: Vec::new(),
            width_um: 0,
            at,
            detail: None,
            about: About::Cells,
            figures: None,
            suggestion: None,
            accepted: None,
        }
    }

    /// Order of reports: by rule, the largest ground first, then by cells, objects and place.
    #[must_use]
    pub fn order(&self, o: &Self) -> Ordering {
        let key = |f: &Self| (f.rule, -f.ground.twice_area_um2());
        key(self)
            .cmp(&key(o))
            .then_with(|| (&self.holders, self.about, self.at).cmp(&(&o.holders, o.about, o.at)))
    }
}

/// What things are called in sentences. A function from cells to names will do.
pub trait Names {
    /// A cell.
    fn cell(&self, h: Holder) -> String;

    /// An object, by its number in the list that was tested.
    fn object(&self, n: u32) -> String {
        (n + 1).to_string()
    }

    /// An area one level up, by its number.
    fn parent(&self, n: u32) -> String {
        (n + 1).to_string()
    }

    /// A figure, by its number, and how many of its steps make one.
    fn column(&self, n: u32) -> (String, i64) {
        (format!("no. {}", n + 1), 1)
    }

    /// Why an exception of the list is one, and who says so.
    fn exception(&self, n: u32) -> String {
        format!("no. {}", n + 1)
    }
}

impl<F: Fn(Holder) -> String> Names for F {
    fn cell(&self, h: Holder) -> String {
        self(h)
    }
}

/// A finding in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Finding {
    /// The sentence for people; `area_m2` is the published area of the ground.
    #[must_use]
    pub fn words(&self, names: &impl Names, area_m2: f64) -> Words {
        let rule = self.rule.rule();
        let ids: Vec<String> = self.holders.iter().map(|&h| names.cell(h)).collect();
        let mut zh = rule.zh.to_owned();
        let mut en = rule.en.to_owned();
        match self.about {
            About::Cells => {}
            About::Object(n) => {
                let name = names.object(n);
                zh += &format!(":对象 {name}");
                en += &format!(": object {name}");
            }
            About::Parent(n) => {
                let name = names.parent(n);
                zh += &format!(":上级 {name}");
                en += &format!(": parent {name}");
            }
        }
        if !ids.is_empty() {
            zh += &format!(":{}", ids.join("、"));
            en += &format!(": {}", ids.join(", "));
        }
        if !self.ground.parts.is_empty() {
            let width = self.width_um as f64 / 1e6;
            zh += &format!(",面积 {} m²,平均宽 {} m", figure(area_m2), figure(width));
            en += &format!(", {} m², {} m wide on average", figure(area_m2), figure(width));
        }
        if let Some(&(host, shared)) = self.neighbours.iter().find(|(h, _)| *h != BOUNDARY) {
            let shared = figure(shared as f64 / 1e6);
            let host = names.cell(host);
            zh += &format!(";最长的邻边属于 {host}({shared} m)");
            en += &format!("; longest border with {host} ({shared} m)");
        }
        if let Some((zh_detail, en_detail)) = self.detail {
            zh += &format!("({zh_detail})");
            en += &format!(" ({en_detail})");
        }
        if let Some(n) = self.accepted {
            let why = names.exception(n);
            zh += &format!(":{why}");
            en += &format!(": {why}");
        }
        if let Some(Figures { column, found, wanted: (least, most) }) = self.figures {
            let (name, scale) = names.column(column);
            let one = |v: i64| if scale == 1 { v.to_string() } else { (v as f64 / scale as f64).to_string() };
            let (found, least, most) = (one(found), one(least), one(most));
            let (zh_wanted, en_wanted) = if least == most {
                (least.clone(), least)
            } else {
                (format!("{least} 至 {most}"), format!("{least} to {most}"))
            };
            zh += &format!(",{name} {found},应为 {zh_wanted}");
            en += &format!(", {name} {found}, should be {en_wanted}");
        }
        if let Some(suggestion) = self.suggestion {
            let words = suggestion.words(names);
            zh += &format!(";建议:{}", words.zh);
            en += &format!("; suggestion: {}", words.en);
        }
        Words { zh, en }
    }
}

/// Three significant digits, never in exponents.
fn figure(v: f64) -> String {
    let digits = if v == 0.0 { 0 } else { (2 - v.abs().log10().floor() as i32).clamp(0, 9) };
    format!("{v:.*}", digits as usize)
}
