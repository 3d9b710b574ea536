//! The line of work: from files to units, from units to a plan.
//!
//! * [`town`]: units and their workload from an OpenStreetMap extract
//! * [`files`]: units cut by an office's own streets, around its compounds and buildings
//! * [`given`]: units, parents and loads from an office's own file
//! * [`plan`]: a plan over units, proved to tile their boundary
//! * [`check`]: what is wrong with cells that anybody drew, one file or many, and what lies beside them
//! * [`made_up`]: loads for ground that comes without any, always labelled
//! * [`sample`]: objects of each cell drawn by chance, the same for anybody who draws again
//! * [`entangled`]: whether that can be found out in reasonable time
//!
//! Commands and jobs call these; they read and write nothing themselves.

pub mod check;
pub mod entangled;
mod error;
pub mod files;
pub mod given;
pub mod made_up;
mod place;
pub mod plan;
pub mod sample;
pub mod town;

pub use error::WorkError;

use partition::frame::Region;
use partition::plan::numbering;

/// Puts new units into reading order, west to east and north to south, and names them so.
fn unit_ids(regions: &mut Vec<Region>) -> Vec<String> {
    let order = numbering(regions);
    *regions = order.iter().map(|&i| std::mem::take(&mut regions[i])).collect();
    let width = regions.len().to_string().len().max(4);
    (1..=regions.len()).map(|n| format!("U{n:0width$}")).collect()
}
