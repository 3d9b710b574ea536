//! Where a project is kept.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a project is kept: one GeoPackage, or a schema of a PostgreSQL database with PostGIS.
///
/// Text that begins with `postgres://` or `postgresql://` is a database, anything else a file. A database holds one
/// project per schema: the first of the connection's `search_path`
/// (`postgres://host/db?options=-csearch_path%3Dxitang,public`), by default `public`.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A GeoPackage.
    File(PathBuf),
    /// The URL of a database, with its password.
    Postgres(String),
}

impl FromStr for Location {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let database = ["postgres://", "postgresql://"].iter().any(|s| text.starts_with(s));
        Ok(if database { Self::Postgres(text.to_owned()) } else { Self::File(text.into()) })
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

/// Without the password: for messages.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let (base, query) = rest.split_once('?').map_or((rest, None), |(b, q)| (b, Some(q)));
                let shown = match base.rsplit_once('@') {
                    Some((user, host)) => {
                        let user = user.split_once(':').map_or(user, |(name, _)| name);
                        format!("{scheme}://{user}@{host}")
                    }
                    None => format!("{scheme}://{base}"),
                };
                f.write_str(&shown)?;
                let harmless = |p: &&str| p.starts_with("options=") || p.starts_with("host=");
                for (i, parameter) in
                    query.into_iter().flat_map(|q| q.split('&')).filter(harmless).enumerate()
                {
                    write!(f, "{}{parameter}", if i == 0 { '?' } else { '&' })?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        for (text, shown) in [
            ("a/b.gpkg", "a/b.gpkg"),
            ("postgres://u:s3cret@h:5432/db", "postgres://u@h:5432/db"),
            (
                "postgres://u:s3@cret@h/db?password=s3cret&options=-csearch_path%3Da",
                "postgres://u@h/db?options=-csearch_path%3Da",
            ),
            ("postgresql:///db?host=/run&user=s3cret", "postgresql:///db?host=/run"),
        ] {
            let location: Location = text.parse().unwrap();
            assert_eq!((location.to_string(), format!("{location:?}")), (shown.into(), shown.into()));
        }
    }
}
