//! One place where a rule is broken, and how to say so.

use super::rules::{RuleId, Severity};
use crate::chain::{BOUNDARY, Holder};
use crate::frame::{Point, Region};

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
    /// The sentence for people; `name` gives a region's id, `area_m2` the published area of the ground.
    #[must_use]
    pub fn words(&self, name: impl Fn(Holder) -> String, area_m2: f64) -> Words {
        let rule = self.rule.rule();
        let ids: Vec<String> = self.holders.iter().map(|&h| name(h)).collect();
        let mut zh = rule.zh.to_owned();
        let mut en = rule.en.to_owned();
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
            zh += &format!(";最长的邻边属于 {}({shared} m)", name(host));
            en += &format!("; longest border with {} ({shared} m)", name(host));
        }
        if let Some((zh_detail, en_detail)) = self.detail {
            zh += &format!("({zh_detail})");
            en += &format!(" ({en_detail})");
        }
        Words { zh, en }
    }
}

/// Three significant digits, never in exponents.
fn figure(v: f64) -> String {
    let digits = if v == 0.0 { 0 } else { (2 - v.abs().log10().floor() as i32).clamp(0, 9) };
    format!("{v:.*}", digits as usize)
}
