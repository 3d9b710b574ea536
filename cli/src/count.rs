//! A number of cells or people: for the whole, or for each parent.

use crate::asked::assigned;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The key `k` or `staff` of a plan file: a number, or a table of parents.
pub(crate) fn counts<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        All(u32),
        Each(BTreeMap<String, u32>),
    }
    Ok(match Said::deserialize(from)? {
        Said::All(n) => vec![n.to_string()],
        Said::Each(each) => each.into_iter().map(|(parent, n)| format!("{parent}={n}")).collect(),
    })
}

/// A number for the whole, or one for each parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Open,
    All(u32),
    Each(BTreeMap<String, u32>),
}

impl Count {
    /// The number for the whole, if that is what was said.
    pub(crate) fn whole(self) -> Option<u32> {
        match self {
            Self::All(n) => Some(n),
            Self::Open | Self::Each(_) => None,
        }
    }

    pub(crate) fn of(said: &[String]) -> Result<Self> {
        let whole = |text: &str, all: &str| {
            let n: Option<u32> = text.trim().parse().ok();
            n.ok_or_else(|| {
                format!("'{text}' in '{all}' is no whole number · 「{all}」中的「{text}」不是整数")
            })
        };
        match said {
            [] => Ok(Self::Open),
            [one] if !one.contains('=') => Ok(Self::All(whole(one, one)?)),
            each => {
                let mut numbers = BTreeMap::new();
                for text in each {
                    let (parent, n) = assigned(text)?;
                    if numbers.insert(parent, whole(&n, text)?).is_some() {
                        return Err(
                            format!("'{text}': this parent has a number already · 「{text}」重复").into()
                        );
                    }
                }
                Ok(Self::Each(numbers))
            }
        }
    }
}
