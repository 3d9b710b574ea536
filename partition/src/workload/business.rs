//! How much work a kind of business is, under a preset.

use super::{BusinessKind, Period, Rate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Risk tier of a food business, lowest risk first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RiskTier {
    /// Low risk: once in two years.
    A,
    /// Fairly low risk: once a year.
    B,
    /// Medium risk: twice a year.
    C,
    /// High risk: three times a year.
    D,
}

impl RiskTier {
    /// The rate of the preset `food-anhui-2022`.
    #[must_use]
    pub const fn rate(self) -> Rate {
        match self {
            Self::A => Rate::new(1, Period::TwoYears),
            Self::B => Rate::new(1, Period::Year),
            Self::C => Rate::new(2, Period::Year),
            Self::D => Rate::new(3, Period::Year),
        }
    }
}

/// Which tier each kind of food business is taken for.
///
/// **An assumption, to be replaced by the office's own list.** Real tiers are given to each enterprise from its
/// score; a map does not know them. Only one line has a written basis: the 2016 national rule puts kitchens
/// that serve pupils, patients or old people, and central kitchens, into D. The rest is a plain ordering by
/// what is handled: cooked on the spot or produced C, open fresh food C, snacks and drinks served B, mixed
/// shelves B, packed goods A. The Anhui scheme itself speaks of enterprises that *produce* food; using its
/// rates for restaurants and shops is part of the assumption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FoodTiers(BTreeMap<BusinessKind, RiskTier>);

impl Default for FoodTiers {
    fn default() -> Self {
        use BusinessKind as K;
        use RiskTier::{A, B, C, D};
        Self(BTreeMap::from([
            (K::School, D),
            (K::Kindergarten, D),
            (K::Hospital, D),
            (K::CareHome, D),
            (K::Restaurant, C),
            (K::FoodProducer, C),
            (K::FreshFood, C),
            (K::Market, C),
            (K::Cafe, B),
            (K::Bar, B),
            (K::GeneralFood, B),
            (K::Hotel, B),
            (K::PackedFood, A),
        ]))
    }
}

impl FoodTiers {
    /// The tier of `kind`; `None` when it is no food business.
    #[must_use]
    pub fn tier(&self, kind: BusinessKind) -> Option<RiskTier> {
        self.0.get(&kind).copied()
    }

    /// Sets the tier of `kind`, or takes it out with `None`.
    pub fn set(&mut self, kind: BusinessKind, tier: Option<RiskTier>) {
        match tier {
            Some(tier) => self.0.insert(kind, tier),
            None => self.0.remove(&kind),
        };
    }
}

/// How work is counted from businesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VisitPreset {
    /// `food-anhui-2022`: food businesses, at the rate of their assumed tier.
    #[serde(rename = "food-anhui-2022")]
    FoodAnhui2022(FoodTiers),
    /// `fire-shenyang`: public gathering places (公众聚集场所), screened monthly by the street.
    ///
    /// The kinds follow the definition in article 73 (3) of the Fire Protection Law: hotels, restaurants,
    /// shopping centres, markets, stations, sports venues, halls and public entertainment; cafés and bars are
    /// taken as restaurants. **An assumption**: Shenyang's text speaks of all compounds and all units of the
    /// street, and the law's wider class (schools, hospitals, care homes …) is left out here.
    #[serde(rename = "fire-shenyang")]
    FireShenyang,
}

impl VisitPreset {
    /// `food-anhui-2022` with the assumed tiers.
    #[must_use]
    pub fn food_anhui_2022() -> Self {
        Self::FoodAnhui2022(FoodTiers::default())
    }

    /// The preset called `id`, with its default assumptions.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        match id {
            "food-anhui-2022" => Some(Self::food_anhui_2022()),
            "fire-shenyang" => Some(Self::FireShenyang),
            _ => None,
        }
    }

    /// Stable name, as options take it; also the name of the frequency preset behind it.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::FoodAnhui2022(_) => "food-anhui-2022",
            Self::FireShenyang => "fire-shenyang",
        }
    }

    /// Thousandths of a visit per month for one business of this kind; `None` when the preset does not look
    /// at the kind.
    #[must_use]
    pub fn milli_visits(&self, kind: BusinessKind) -> Option<u64> {
        match self {
            Self::FoodAnhui2022(tiers) => tiers.tier(kind).map(|t| t.rate().milli_visits_per_month()),
            Self::FireShenyang => {
                is_public_gathering_place(kind).then(|| Rate::new(1, Period::Month).milli_visits_per_month())
            }
        }
    }

    /// The work of many businesses: Σ of their visits, thousandths per month.
    ///
    /// ```
    /// use partition::workload::{BusinessKind, VisitPreset};
    ///
    /// let kinds = [BusinessKind::Restaurant, BusinessKind::Cafe, BusinessKind::Office];
    /// assert_eq!(VisitPreset::food_anhui_2022().workload_milli(kinds), 167 + 83);
    /// ```
    #[must_use]
    pub fn workload_milli(&self, kinds: impl IntoIterator<Item = BusinessKind>) -> u64 {
        kinds.into_iter().filter_map(|kind| self.milli_visits(kind)).sum()
    }
}

/// Whether `fire-shenyang` takes this kind for a public gathering place.
const fn is_public_gathering_place(kind: BusinessKind) -> bool {
    use BusinessKind as K;
    matches!(
        kind,
        K::Hotel
            | K::Restaurant
            | K::Cafe
            | K::Bar
            | K::ShoppingCentre
            | K::Market
            | K::Station
            | K::Sports
            | K::Hall
            | K::Entertainment
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::frequency_preset;
    use BusinessKind as K;

    #[test]
    fn tiers_and_frequency_presets_give_the_same_rates() {
        let food = frequency_preset("food-anhui-2022").unwrap();
        for (id, tier) in [("a", RiskTier::A), ("b", RiskTier::B), ("c", RiskTier::C), ("d", RiskTier::D)] {
            let published = food.class(id).unwrap().frequency.milli_visits_per_month();
            assert_eq!(published, Some(tier.rate().milli_visits_per_month()));
        }
        let street = frequency_preset("fire-shenyang").unwrap().class("street").unwrap();
        assert_eq!(
            street.frequency.milli_visits_per_month(),
            VisitPreset::FireShenyang.milli_visits(K::Hotel)
        );
    }

    #[test]
    fn work_is_the_sum_over_businesses() {
        let kinds = [K::Restaurant, K::Restaurant, K::Kindergarten, K::Office, K::Hotel];
        assert_eq!(VisitPreset::food_anhui_2022().workload_milli(kinds), 2 * 167 + 250 + 83);
        assert_eq!(VisitPreset::FireShenyang.workload_milli(kinds), 3_000);
        assert_eq!(VisitPreset::FireShenyang.workload_milli([]), 0);
    }

    #[test]
    fn an_office_may_set_its_own_tiers() {
        let mut tiers = FoodTiers::default();
        tiers.set(K::Restaurant, Some(RiskTier::D));
        tiers.set(K::Hotel, None);
        let preset = VisitPreset::FoodAnhui2022(tiers);
        assert_eq!(preset.milli_visits(K::Restaurant), Some(250));
        assert_eq!(preset.milli_visits(K::Hotel), None);
        let json = serde_json::to_string(&preset).unwrap();
        assert_eq!(serde_json::from_str::<VisitPreset>(&json).unwrap(), preset);
    }

    #[test]
    fn presets_are_found_by_name() {
        for id in ["food-anhui-2022", "fire-shenyang"] {
            assert_eq!(VisitPreset::by_id(id).unwrap().id(), id);
            assert!(frequency_preset(id).is_some());
        }
        assert_eq!(VisitPreset::by_id("market"), None);
    }
}
