//! What kind of business a tagged place is.

use serde::{Deserialize, Serialize};

/// Writes the kinds, their names and the list of all from one table.
macro_rules! kinds {
    ($($variant:ident $id:literal $zh:literal $doc:literal;)*) => {
        /// Kind of a business or institution, as far as OpenStreetMap-like tags tell.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum BusinessKind {
            $(#[doc = $doc] $variant,)*
        }

        impl BusinessKind {
            /// Every kind.
            pub const ALL: [Self; [$($id),*].len()] = [$(Self::$variant),*];

            /// Stable name, as options and files take it.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Name in Chinese.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh,)* }
            }
        }
    };
}

kinds! {
    Restaurant "restaurant" "餐馆" "Restaurant, fast food, food court.";
    Cafe "cafe" "咖啡馆、冷饮店" "Café, ice cream parlour, canteen-like small kitchen.";
    Bar "bar" "酒吧" "Bar, pub, beer garden.";
    FoodProducer "food-producer" "食品生产加工" "Brewery, bakery that produces, confectioner's workshop.";
    FreshFood "fresh-food" "生鲜食品店" "Butcher, fishmonger, delicatessen, baker's shop.";
    GeneralFood "general-food" "超市、便利店" "Supermarket, convenience store.";
    PackedFood "packed-food" "预包装食品店" "Greengrocer, drinks, sweets, tea, coffee beans.";
    Market "market" "集贸市场" "Market place.";
    ShoppingCentre "shopping-centre" "商场" "Mall, department store.";
    OtherShop "other-shop" "其他商店" "Any other shop.";
    Hotel "hotel" "宾馆、旅馆" "Hotel, hostel, guest house.";
    Entertainment "entertainment" "公共娱乐场所" "Cinema, theatre, night club, casino, karaoke, amusement arcade.";
    Sports "sports" "体育场馆" "Stadium, sports hall, fitness centre, swimming hall.";
    Hall "hall" "会堂" "Conference, exhibition or events hall, community centre.";
    Station "station" "客运站、码头、航站楼" "Bus station, railway station, ferry or airport terminal.";
    School "school" "学校" "School, college, university.";
    Kindergarten "kindergarten" "托儿所、幼儿园" "Kindergarten, nursery.";
    Hospital "hospital" "医院" "Hospital; not a practice without beds.";
    CareHome "care-home" "养老院、福利院" "Nursing home, social facility.";
    Clinic "clinic" "诊所、药店" "Clinic, doctor, dentist, pharmacy.";
    Culture "culture" "图书馆、博物馆、展览馆" "Library, museum, gallery.";
    Worship "worship" "宗教活动场所" "Place of worship.";
    Office "office" "办公机构" "Office of any kind, bank, public administration.";
    Fuel "fuel" "加油站" "Fuel station.";
    Craft "craft" "手工业、修理" "Workshop that makes or repairs.";
}

/// The kind of a place from its tags; `None` when no tag names a business.
///
/// Where several tags name one, the first of `amenity`, `shop`, `tourism`, `leisure`, `healthcare`, `craft`,
/// `office`, `railway`/`aeroway` wins, whatever their order: a restaurant in a hotel that carries both tags on
/// one place counts once, as a restaurant.
#[must_use]
pub fn classify<'a>(tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<BusinessKind> {
    tags.into_iter()
        .filter_map(|(key, value)| of_tag(key, value))
        .min_by_key(|&(rank, _)| rank)
        .map(|(_, k)| k)
}

/// Rank of the key and kind of the value; `None` for a tag that names no business.
fn of_tag(key: &str, value: &str) -> Option<(u8, BusinessKind)> {
    use BusinessKind as K;
    let closed = matches!(value, "" | "no" | "vacant" | "disused" | "abandoned");
    if closed {
        return None;
    }
    let found = match key {
        "amenity" => (0, amenity(value)?),
        "shop" => (1, shop(value)),
        "tourism" => (2, tourism(value)?),
        "leisure" => (3, leisure(value)?),
        "healthcare" => (4, if value == "hospital" { K::Hospital } else { K::Clinic }),
        "craft" => (5, craft(value)),
        "office" => (6, K::Office),
        "railway" if value == "station" => (7, K::Station),
        "aeroway" if value == "terminal" => (7, K::Station),
        _ => return None,
    };
    Some(found)
}

fn amenity(value: &str) -> Option<BusinessKind> {
    use BusinessKind as K;
    Some(match value {
        "restaurant" | "fast_food" | "food_court" => K::Restaurant,
        "cafe" | "ice_cream" | "internet_cafe" => K::Cafe,
        "bar" | "pub" | "biergarten" => K::Bar,
        "marketplace" => K::Market,
        "cinema" | "theatre" | "nightclub" | "casino" | "gambling" | "karaoke_box" | "stripclub"
        | "music_venue" => K::Entertainment,
        "conference_centre" | "exhibition_centre" | "events_venue" | "community_centre" | "social_centre"
        | "arts_centre" => K::Hall,
        "bus_station" | "ferry_terminal" => K::Station,
        "school" | "college" | "university" | "language_school" | "music_school" | "driving_school"
        | "training" => K::School,
        "kindergarten" | "childcare" => K::Kindergarten,
        "hospital" => K::Hospital,
        "social_facility" | "nursing_home" => K::CareHome,
        "clinic" | "doctors" | "dentist" | "pharmacy" | "veterinary" => K::Clinic,
        "library" => K::Culture,
        "place_of_worship" => K::Worship,
        "bank" | "bureau_de_change" | "post_office" | "townhall" | "courthouse" | "police" | "embassy" => {
            K::Office
        }
        "fuel" => K::Fuel,
        _ => return None, // benches, bicycle parking, waste baskets …
    })
}

fn shop(value: &str) -> BusinessKind {
    use BusinessKind as K;
    match value {
        "supermarket" | "convenience" | "grocery" | "food" | "kiosk" => K::GeneralFood,
        "butcher" | "seafood" | "deli" | "bakery" | "pastry" | "cheese" | "dairy" => K::FreshFood,
        "greengrocer"
        | "alcohol"
        | "beverages"
        | "wine"
        | "confectionery"
        | "chocolate"
        | "tea"
        | "coffee"
        | "health_food"
        | "nutrition_supplements"
        | "farm"
        | "spices" => K::PackedFood,
        "mall" | "department_store" => K::ShoppingCentre,
        _ => K::OtherShop,
    }
}

fn tourism(value: &str) -> Option<BusinessKind> {
    use BusinessKind as K;
    match value {
        "hotel" | "hostel" | "guest_house" | "motel" | "apartment" => Some(K::Hotel),
        "museum" | "gallery" => Some(K::Culture),
        _ => None, // artworks, view points …
    }
}

fn leisure(value: &str) -> Option<BusinessKind> {
    use BusinessKind as K;
    match value {
        "sports_centre" | "sports_hall" | "stadium" | "fitness_centre" | "ice_rink" | "swimming_area" => {
            Some(K::Sports)
        }
        "amusement_arcade" | "dance" | "bowling_alley" | "escape_game" | "adult_gaming_centre" | "sauna" => {
            Some(K::Entertainment)
        }
        _ => None, // parks, play grounds …
    }
}

fn craft(value: &str) -> BusinessKind {
    match value {
        "brewery" | "distillery" | "winery" | "confectionery" | "bakery" | "caterer" => {
            BusinessKind::FoodProducer
        }
        _ => BusinessKind::Craft,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BusinessKind as K;

    #[test]
    fn tags_name_a_kind() {
        let cases = [
            (&[("amenity", "restaurant")][..], Some(K::Restaurant)),
            (&[("shop", "bakery")], Some(K::FreshFood)),
            (&[("shop", "shoes")], Some(K::OtherShop)),
            (&[("shop", "vacant")], None),
            (&[("office", "yes")], Some(K::Office)),
            (&[("tourism", "artwork")], None),
            (&[("amenity", "bench")], None),
            (&[("craft", "brewery")], Some(K::FoodProducer)),
            (&[("railway", "station")], Some(K::Station)),
            (&[("railway", "tram_stop")], None),
            (&[("building", "retail")], None),
            (&[], None),
        ];
        for (tags, kind) in cases {
            assert_eq!(classify(tags.iter().copied()), kind, "{tags:?}");
        }
    }

    #[test]
    fn the_order_of_tags_does_not_matter() {
        assert_eq!(classify([("tourism", "hotel"), ("amenity", "restaurant")]), Some(K::Restaurant));
        assert_eq!(classify([("amenity", "restaurant"), ("tourism", "hotel")]), Some(K::Restaurant));
        assert_eq!(classify([("office", "company"), ("amenity", "bench")]), Some(K::Office));
    }

    #[test]
    fn a_kind_serialises_as_its_id() {
        for kind in BusinessKind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.id()));
        }
    }
}
