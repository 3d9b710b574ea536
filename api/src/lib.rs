//! The HTTP server: plans, tiles, look-up, checks, and the page.
//!
//! What it answers stands in `docs/api.md`. Handlers are thin: they take a request apart, ask what is below, and put an
//! answer together. Everything a stranger can send is bounded by [`Limits`] and ends in a [`Code`], never in a panic.
//!
//! * [`App`]: one open project with what is kept ready of it
//! * [`router`]: the whole server, the same for `wangge serve` and for tests
//! * [`run`]: from a project's place to a server that answers, until it is told to end
//! * [`serve`]: connections, and how they end
//! * [`Code`]: every reason for which a request is refused

mod app;
mod auth;
mod cache;
mod checks;
mod context;
mod desk;
mod extract;
mod jobs;
mod land;
mod limits;
mod listen;
mod lookup;
mod mend;
mod operations;
mod page;
mod people;
mod problem;
mod project;
mod roster;
mod secret;
mod start;
mod state;
mod tiles;
mod tokens;
mod upload;
mod versions;
mod view;

pub use app::router;
pub use limits::Limits;
pub use listen::serve;
pub use problem::Code;
pub use start::{News, Options, run};
pub use state::{App, Settings, StartError};
