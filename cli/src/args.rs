//! The command line.

use crate::asked::Asked;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Cells without gap or overlap, with similar work. · 网格:不留空白、不交叉重叠、任务相当
#[derive(Debug, Parser)]
#[command(name = "wangge", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Units, plan and check of an OpenStreetMap extract, from one command · 示例
    Demo(Demo),
    /// What is in a file · 查看文件
    Inspect(Inspect),
    /// Basic units from an extract or a file · 生成基本单元
    Units(Units),
    /// Cells from units · 划分网格
    Partition(Partition),
    /// The plan in force, changed as little as can be · 调整网格
    Repartition(Partition),
    /// Whether a few cells could be more equal: the most equal plan of their ground, and what none can beat · 求证
    Prove(Prove),
    /// Published plans as tests: what they ask, and what comes out · 场景
    Scenario(Scenario),
    /// Gaps, overlaps and wrong rings in cells that anybody drew · 核查
    Check(Check),
    /// Gives gaps and overlaps one holder each; shows what it would do first · 修复
    Repair(Repair),
    /// Cells as a file, simplified where a small map is wanted · 导出
    Export(Export),
    /// Objects of each cell, drawn by chance, for inspections · 随机抽查
    Sample(Sample),
    /// Recomputes a certificate · 复核证明
    Verify(Verify),
    /// A project with all its history, from file to database or back · 复制项目
    Copy(Copy),
    /// The map, look-up, editing and checks over HTTP · 启动服务
    Serve(Serve),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
    /// One object a line, the summary last.
    Ndjson,
    /// The findings on the map (check).
    Geojson,
    /// For systems that collect findings of many tools (check).
    Sarif,
    /// A page for anybody with a browser (check).
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only.
    #[value(name = "E")]
    Error,
    /// Errors and warnings.
    #[value(name = "W")]
    Warning,
    /// Anything at all.
    #[value(name = "I")]
    Info,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Zh,
    En,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    /// The extract.
    #[arg(long, default_value = "data/samples/helsinki-centre/Helsinki.osm.pbf")]
    pub(crate) source: PathBuf,
    /// The pilot area: west,south,east,north in degrees.
    #[arg(long, default_value = "24.9351766,60.1641551,24.9534132,60.1791074", allow_hyphen_values = true)]
    pub(crate) bbox: String,
    /// Where to write the project.
    #[arg(long, default_value = "demo.gpkg")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Inspect {
    /// `FILE[:LAYER]`
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// How files are read.
#[derive(Debug, ClapArgs)]
pub(crate) struct Reading {
    /// The attribute that holds the id (default: `id`, else the feature's own).
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// The coordinate system of the input, when it does not say or says wrong: EPSG:4490, a PROJ string …
    #[arg(long)]
    pub(crate) crs: Option<String>,
    /// The projected system to work in (default: the 3° zone of the boundary).
    #[arg(long)]
    pub(crate) frame: Option<String>,
    /// Input without a coordinate system: metres in one unit of it.
    #[arg(long)]
    pub(crate) planar: Option<f64>,
    /// How to answer on stdout.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Units {
    /// An OpenStreetMap extract (.osm.pbf), a file of units, or files of lines that divide, polygons that stay whole and
    /// points that count: `FILE[:LAYER]` each.
    #[arg(required = true)]
    pub(crate) sources: Vec<String>,
    /// A column of the files to add up in each unit; may be given several times.
    #[arg(long)]
    pub(crate) sum: Vec<String>,
    /// The outer limit: a file of polygons.
    #[arg(long, conflicts_with_all = ["boundary_level", "boundary_bbox"])]
    pub(crate) boundary: Option<String>,
    /// The outer limit: the administrative areas of this level in the extract.
    #[arg(long, conflicts_with = "boundary_bbox")]
    pub(crate) boundary_level: Option<u8>,
    /// The outer limit: west,south,east,north in degrees (a pilot area).
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) boundary_bbox: Option<String>,
    /// Hexagons of this H3 resolution instead of blocks.
    #[arg(long, conflicts_with = "squares")]
    pub(crate) hexagons: Option<u8>,
    /// Squares of this side (m) instead of blocks.
    #[arg(long)]
    pub(crate) squares: Option<f64>,
    /// Where to write the project (.gpkg).
    #[arg(long)]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Partition {
    /// A project, or `FILE[:LAYER]` of units.
    #[arg(required_unless_present_any = ["nodes", "plan"])]
    pub(crate) input: Option<String>,
    /// A file (TOML) with any of these options, and `units`; flags go before it · 方案文件
    #[arg(long)]
    pub(crate) plan: Option<PathBuf>,
    /// A graph instead of units: a table with id, lon, lat, area_m2 and the columns to balance.
    #[arg(long, requires = "edges", conflicts_with_all = ["input", "parents", "boundary"])]
    pub(crate) nodes: Option<PathBuf>,
    /// Its borders: a table i,j,shared_m (row numbers from 0) or id_a,id_b,shared_m; `class` names the line along a border.
    #[arg(long, requires = "nodes")]
    pub(crate) edges: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) asked: Asked,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Prove {
    /// A project with a plan.
    pub(crate) project: String,
    /// Codes of cells; their neighbours come along as far as 64 units go.
    #[arg(required = true)]
    pub(crate) cells: Vec<String>,
    /// The column to share fairly (default: that of the plan).
    #[arg(long)]
    pub(crate) balance: Option<String>,
    /// How to answer on stdout.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Scenario {
    #[command(subcommand)]
    pub(crate) what: ScenarioCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScenarioCommand {
    /// Runs scenarios; exit 1 when something else came out than expected.
    Run {
        /// Which, such as S0-10.
        #[arg(required_unless_present = "all")]
        ids: Vec<String>,
        /// All there are.
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        /// Where they are.
        #[arg(long, default_value = "data/scenarios")]
        dir: PathBuf,
        /// One object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    /// A project (its cells), or `FILE[:LAYER]`; several files are checked together.
    #[arg(required = true)]
    pub(crate) input: Vec<String>,
    /// The legal boundary: `FILE[:LAYER]` (default: with --parent all parents together).
    #[arg(long)]
    pub(crate) boundary: Option<String>,
    /// Areas that cells must stay inside: `FILE[:LAYER]`. A cell belongs where its middle lies.
    #[arg(long, alias = "parents")]
    pub(crate) parent: Option<String>,
    /// Each file is an area of its own: gaps and overlaps between two files are those between neighbouring parents, and
    /// the report counts file by file.
    #[arg(long)]
    pub(crate) by_file: bool,
    /// What cells must hold: `FILE[:LAYER]`. A point must lie in exactly one cell, a line be covered, a polygon not be cut.
    #[arg(long)]
    pub(crate) objects: Option<String>,
    /// The column of the objects that names their cell.
    #[arg(long, requires = "objects")]
    pub(crate) object_cell: Option<String>,
    /// Ground that may stay without a cell (a lake, a military zone): `FILE[:LAYER]` with columns `reason` and `author`.
    #[arg(long)]
    pub(crate) accepted: Option<String>,
    /// A column whose sum over a parent's cells must be the parent's own figure; may be given several times.
    #[arg(long, requires = "parent")]
    pub(crate) sum: Vec<String>,
    /// COLUMN=LO..HI: what each cell should have; may be given several times.
    #[arg(long)]
    pub(crate) size: Vec<String>,
    /// A column of loads that should be alike; may be given several times.
    #[arg(long)]
    pub(crate) load: Vec<String>,
    /// How far from the mean a load may be, as a share of it.
    #[arg(long, default_value_t = 0.2)]
    pub(crate) tolerance: f64,
    /// Ground below this is a sliver, and a cell below it is none, m².
    #[arg(long, default_value_t = 1.0)]
    pub(crate) min_area: f64,
    /// Ground narrower than this is a sliver, m.
    #[arg(long, default_value_t = 0.5)]
    pub(crate) sliver_width: f64,
    /// Cells less compact than this are named: 4π · area / perimeter², 1 for a disc.
    #[arg(long, default_value_t = 0.05)]
    pub(crate) min_compactness: f64,
    /// Write the findings into a file too: .html (a page), .gpkg, .geojson or .sarif.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// The least severe finding that ends in exit 1.
    #[arg(long, value_enum, default_value = "W")]
    pub(crate) fail_on: FailOn,
    /// Language of the sentences (default: that of LC_ALL or LANG).
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Lang>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Who gets contested ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Strategy {
    /// The cell with the longest shared border.
    Longest,
    /// The smallest value in the column `--by`, such as a rank.
    Named,
    /// The smallest value in the column `--by`, among those with a fair share of the border.
    Workload,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Repair {
    /// `FILE[:LAYER]` of cells.
    pub(crate) input: String,
    /// The legal boundary, which does not move: `FILE[:LAYER]`.
    #[arg(long)]
    pub(crate) boundary: Option<String>,
    /// Areas that cells must stay inside: `FILE[:LAYER]`. A cell belongs where its middle lies.
    #[arg(long)]
    pub(crate) parents: Option<String>,
    /// Where to write the repaired cells (.geojson).
    #[arg(long, required_unless_present = "dry_run")]
    pub(crate) out: Option<PathBuf>,
    /// Only say what would be done.
    #[arg(long, conflicts_with = "out")]
    pub(crate) dry_run: bool,
    /// Who gets contested ground.
    #[arg(long, value_enum, default_value = "longest")]
    pub(crate) strategy: Strategy,
    /// The column for `--strategy named` and `workload`.
    #[arg(long)]
    pub(crate) by: Option<String>,
    /// Gaps above this are asked about, m².
    #[arg(long, default_value_t = 1000.0)]
    pub(crate) max_fill: f64,
    /// Cut a cell that lies in another out of it.
    #[arg(long)]
    pub(crate) inner_wins: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Export {
    /// A project (its cells), or `FILE[:LAYER]`.
    pub(crate) input: String,
    /// Where to write: .geojson or .gpkg (layer `cells`).
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Leave out vertices whose triangle with their neighbours is smaller than a square of this side, m. Neighbours keep
    /// their common border.
    #[arg(long, default_value_t = 0.0, value_name = "METRES", allow_hyphen_values = true)]
    pub(crate) simplify: f64,
    /// The outer border of all cells keeps every vertex.
    #[arg(long)]
    pub(crate) keep_outline: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Sample {
    /// A project with a plan.
    pub(crate) project: String,
    /// Points or polygons of what is inspected: `FILE[:LAYER]`.
    pub(crate) objects: String,
    /// How many in each cell, as far as there are as many.
    #[arg(long, default_value_t = 20)]
    pub(crate) each: u32,
    /// The seed of the draw: with it anybody draws the same.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where to write the drawn: .csv.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Verify {
    /// A project, or `FILE[:LAYER]` of cells.
    pub(crate) cells: String,
    /// The certificate (default: the one inside the project).
    #[arg(long)]
    pub(crate) certificate: Option<PathBuf>,
    /// The boundary it should be about: `FILE[:LAYER]`.
    #[arg(long)]
    pub(crate) boundary: Option<String>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Copy {
    /// A project: a .gpkg file, or the postgres:// address of a database with PostGIS.
    pub(crate) from: String,
    /// Where there is none yet: likewise.
    pub(crate) to: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Serve {
    /// A project: a .gpkg file, or the postgres:// address of a database with PostGIS.
    pub(crate) project: String,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: std::net::SocketAddr,
    /// What clients call this server, when a proxy stands before it, such as `https://grid.example`.
    #[arg(long)]
    pub(crate) public_url: Option<String>,
    /// Take in a roster (.xlsx or .csv) at the start, all of it or nothing · 花名册
    #[arg(long)]
    pub(crate) roster: Option<PathBuf>,
    /// An OpenStreetMap extract (.osm.pbf) to draw around the cells: roads, water, buildings · 底图要素
    #[arg(long)]
    pub(crate) context: Option<PathBuf>,
    /// Publish the plan at the start when no version of it was published yet; with a note.
    #[arg(long, value_name = "NOTE")]
    pub(crate) publish_first: Option<String>,
}
