//! Context layers.

use crate::support::{cell_attributes, decode, flat, jittered, region};
use fast_mvt::{MvtGeometry, MvtValue};
use partition::chain::guard;
use partition::frame::{Point, Polygon, Region};
use tiles::{
    BuildError, ContextFeature, ContextKind, ContextShape, Options, SourceInput, TileJson, TileSource,
};

fn p(x_m: i64, y_m: i64) -> Point {
    Point::new(x_m * 1_000_000, y_m * 1_000_000)
}

fn with(context: &[ContextFeature]) -> Result<TileSource, BuildError> {
    let plan = jittered(4, 8, 4, 100, 4);
    let input = SourceInput {
        units: &plan.units,
        labels: &plan.labels,
        cells: &cell_attributes(plan.cells),
        unit_attributes: &[],
        context,
    };
    TileSource::new(input, &Options { min_zoom: Some(5), ..Options::default() }, &flat)
}

fn feature(kind: ContextKind, class: &str, name: Option<&str>, shape: ContextShape) -> ContextFeature {
    ContextFeature { kind, class: class.to_owned(), name: name.map(str::to_owned), shape }
}

fn area(shell: Vec<Point>) -> ContextShape {
    ContextShape::Area(Region::single(Polygon { shell, holes: vec![] }))
}

#[test]
fn context_is_clipped_valid_and_starts_at_its_zoom() {
    let lake = area(vec![p(-900, -900), p(-900, 1700), p(1700, 1700), p(1700, -900)]);
    let bow_tie = area(vec![p(100, 100), p(120, 120), p(120, 100), p(100, 120)]);
    let road = ContextShape::Line(vec![p(-500, 50), p(500, 60), p(500, 700), p(-500, 700)]);
    let s = with(&[
        feature(ContextKind::Road, "primary", Some("中山路"), road),
        feature(ContextKind::Water, "lake", None, lake),
        feature(ContextKind::Building, "house", None, bow_tie),
    ])
    .unwrap();
    let json = TileJson::new(&s, "", "", None);
    let listed: Vec<&str> = json.vector_layers.iter().map(|l| l.id).collect();
    assert_eq!(listed, ["cells", "cell_labels", "context_water", "context_buildings", "context_roads"]);
    let mut layers_seen = std::collections::BTreeSet::new();
    for z in 5..=18 {
        let [[x, _], [y, _]] = s.tile_range(z).unwrap();
        for (x, y) in [(x, y), (x + 1, y), (x, y - 1), (x + 1, y - 1)] {
            let Some(bytes) = s.tile(z, x, y).unwrap() else { continue };
            let layers = decode(&bytes);
            assert!(z >= 12 || !layers.contains_key("context_roads"));
            assert!(z >= 15 || !layers.contains_key("context_buildings"));
            for name in ["context_water", "context_buildings"] {
                for f in layers.get(name).into_iter().flatten() {
                    layers_seen.insert(name);
                    let ground = region(&f.geometry);
                    assert_eq!(guard(&ground), Ok(()), "{z}/{x}/{y} {name}");
                    let b = ground.bounds().unwrap();
                    assert!(b.min.x >= -64 && b.max.x <= 4160 && b.min.y >= -4160 && b.max.y <= 64);
                }
            }
            for f in layers.get("context_roads").into_iter().flatten() {
                layers_seen.insert("context_roads");
                assert_eq!(f.tags["name"], MvtValue::String("中山路".to_owned()));
                assert_eq!(f.tags["kind"], MvtValue::String("primary".to_owned()));
                let lines = match &f.geometry {
                    MvtGeometry::LineString(l) => vec![l.clone()],
                    MvtGeometry::MultiLineString(m) => m.0.clone(),
                    other => panic!("{other:?}"),
                };
                for line in lines {
                    assert!(line.0.len() >= 2);
                    assert!(
                        line.0.iter().all(|c| (-64..=4160).contains(&c.x) && (-64..=4160).contains(&c.y))
                    );
                }
            }
        }
    }
    assert_eq!(layers_seen.len(), 3, "all layers were seen: {layers_seen:?}");
}

#[test]
fn names_of_context_are_held_to_the_same_rule() {
    let line = ContextShape::Line(vec![p(0, 0), p(5, 5)]);
    let refused = with(&[feature(ContextKind::Road, "path", Some("call 13812345678"), line)]);
    assert!(matches!(refused, Err(BuildError::PersonalName(_))));
}
