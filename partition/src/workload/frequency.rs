//! Visit frequencies: how often published plans want something visited.
//!
//! A rate is kept as the plan states it (so many per day, week, quarter …) and turned into milli-visits per
//! month on demand, rounded half up, so that the figure and its sentence never drift apart.

use serde::Serialize;

/// The period a plan counts visits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A day; a month has 30.436875 of them.
    Day,
    /// Seven days; a month has 4.348125 of them.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
    /// Twenty-four months.
    TwoYears,
}

/// So many visits in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Rate {
    /// Number of visits.
    pub visits: u32,
    /// In which time.
    pub per: Period,
}

impl Rate {
    /// `visits` in each `per`.
    #[must_use]
    pub const fn new(visits: u32, per: Period) -> Self {
        Self { visits, per }
    }

    /// Thousandths of a visit per month, rounded half up.
    #[must_use]
    pub const fn milli_visits_per_month(self) -> u64 {
        // Micro-visits per month as a fraction, so that rounding happens once.
        let (num, den) = match self.per {
            Period::Day => (30_436_875, 1),
            Period::Week => (4_348_125, 1),
            Period::Month => (1_000_000, 1),
            Period::Quarter => (1_000_000, 3),
            Period::Year => (1_000_000, 12),
            Period::TwoYears => (1_000_000, 24),
        };
        let (num, den) = (self.visits as u64 * num, den * 1000);
        (num + den / 2) / den
    }
}

/// What one visit is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Each object of the class.
    Object,
    /// Each household.
    Household,
    /// Each cell, however much it holds.
    Cell,
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// At least so often; up to `at_most` where the plan gives a range.
    Visits {
        /// The lower end, which is what the work is counted from.
        at_least: Rate,
        /// The upper end, where there is one.
        at_most: Option<Rate>,
    },
    /// Somebody is there all the time: a post of its own, no visits.
    DedicatedPost,
    /// So many objects drawn at random in each round; the length of a round is not stated.
    SampleOf(u32),
}

impl Frequency {
    /// Thousandths of a visit per month, from the lower end of the range; `None` where it is no rate.
    #[must_use]
    pub const fn milli_visits_per_month(self) -> Option<u64> {
        match self {
            Self::Visits { at_least, .. } => Some(at_least.milli_visits_per_month()),
            Self::DedicatedPost | Self::SampleOf(_) => None,
        }
    }
}

/// One class of things to visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FrequencyClass {
    /// Stable name within its preset.
    pub id: &'static str,
    /// Name in Chinese.
    pub zh: &'static str,
    /// What one visit is counted for.
    pub per: Per,
    /// How often.
    pub frequency: Frequency,
    /// The sentence it comes from.
    pub text: &'static str,
}

/// How often one plan wants its things visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FrequencyPreset {
    /// Stable name, as options take it.
    pub id: &'static str,
    /// The field of work, in Chinese.
    pub zh: &'static str,
    /// Its classes.
    pub classes: &'static [FrequencyClass],
}

impl FrequencyPreset {
    /// The class called `id`.
    #[must_use]
    pub fn class(&self, id: &str) -> Option<&'static FrequencyClass> {
        self.classes.iter().find(|c| c.id == id)
    }
}

/// The preset called `id`.
#[must_use]
pub fn frequency_preset(id: &str) -> Option<&'static FrequencyPreset> {
    FREQUENCY_PRESETS.iter().find(|p| p.id == id)
}

const fn class(
    id: &'static str,
    zh: &'static str,
    per: Per,
    visits: u32,
    period: Period,
    text: &'static str,
) -> FrequencyClass {
    let frequency = Frequency::Visits { at_least: Rate::new(visits, period), at_most: None };
    FrequencyClass { id, zh, per, frequency, text }
}

const fn range(
    id: &'static str,
    zh: &'static str,
    visits: (u32, u32),
    period: Period,
    text: &'static str,
) -> FrequencyClass {
    let (at_least, at_most) = (Rate::new(visits.0, period), Some(Rate::new(visits.1, period)));
    FrequencyClass { id, zh, per: Per::Object, frequency: Frequency::Visits { at_least, at_most }, text }
}

mod presets;
pub use presets::FREQUENCY_PRESETS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_rounded_once_and_half_up() {
        let cases = [
            (1, Period::Day, 30_437),
            (3, Period::Day, 91_311),
            (1, Period::Week, 4_348),
            (2, Period::Month, 2_000),
            (1, Period::Quarter, 333),
            (2, Period::Quarter, 667),
            (1, Period::Year, 83),
            (2, Period::Year, 167),
            (3, Period::Year, 250),
            (4, Period::Year, 333),
            (1, Period::TwoYears, 42),
            (0, Period::Day, 0),
        ];
        for (visits, per, milli) in cases {
            assert_eq!(Rate::new(visits, per).milli_visits_per_month(), milli, "{visits} per {per:?}");
        }
        assert_eq!(Rate::new(u32::MAX, Period::Day).milli_visits_per_month(), 130_725_382_687_003);
    }

    #[test]
    fn the_presets_say_what_the_plans_say() {
        let milli = |preset: &str, class: &str| {
            frequency_preset(preset).unwrap().class(class).unwrap().frequency.milli_visits_per_month()
        };
        assert_eq!(milli("ruyang-env", "controlled-source"), Some(2_000));
        assert_eq!(milli("ruyang-env", "province-city-other-project"), Some(667));
        assert_eq!(milli("ruyang-env", "key-enterprise"), None);
        assert_eq!(milli("hebei-env", "level-3"), Some(4_348));
        assert_eq!(milli("datunying", "household"), Some(333));
        assert_eq!(milli("chengguan", "patrol"), Some(91_311));
        assert_eq!(milli("food-2016", "d"), Some(250));
        assert_eq!(milli("food-anhui-2022", "a"), Some(42));
        assert_eq!(milli("fire-shenyang", "street"), Some(1_000));
        assert_eq!(milli("market", "random-check"), None);
        assert!(frequency_preset("no such preset").is_none());
    }

    #[test]
    fn names_are_unique_and_every_class_quotes_its_basis() {
        for (i, preset) in FREQUENCY_PRESETS.iter().enumerate() {
            assert!(FREQUENCY_PRESETS[..i].iter().all(|p| p.id != preset.id));
            assert!(!preset.classes.is_empty());
            for (j, class) in preset.classes.iter().enumerate() {
                assert!(preset.classes[..j].iter().all(|c| c.id != class.id), "{}/{}", preset.id, class.id);
                assert!(!class.text.is_empty());
            }
        }
    }
}
