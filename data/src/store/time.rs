//! Moments, as they are stored and shown.

use partition::people::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment in UTC to the millisecond; written `2026-11-22T07:02:40.123Z`, which also sorts as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

const DAY_MS: i64 = 86_400_000;

impl Timestamp {
    /// Now, by the clock of the machine.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Milliseconds since 1970 began.
    #[must_use]
    pub fn from_unix_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970 began.
    #[must_use]
    pub fn unix_ms(self) -> i64 {
        self.0
    }

    /// The day it lies in, at a distance from UTC (China: 8 h).
    #[must_use]
    pub fn date(self, offset_hours: i64) -> Date {
        Date::from_unix_days((self.0 + offset_hours * 3_600_000).div_euclid(DAY_MS))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.rem_euclid(DAY_MS);
        let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{}T{h:02}:{m:02}:{s:02}.{:03}Z", self.date(0), ms % 1000)
    }
}

/// The text is no moment as [`Timestamp`] writes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no time; written are 2026-11-22T07:02:40.123Z")]
pub struct NoTime(pub String);

impl FromStr for Timestamp {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<Self, NoTime> {
        let parse = || {
            let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
            let days = date.parse::<Date>().ok()?.unix_days();
            let digits = |range| -> Option<i64> {
                let t: &str = clock.get(range)?;
                t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse().ok())?
            };
            let (h, m, s, ms) = (digits(0..2)?, digits(3..5)?, digits(6..8)?, digits(9..12)?);
            let whole = clock.len() == 12 && h < 24 && m < 60 && s < 60;
            whole.then_some(Self(days * DAY_MS + ((h * 60 + m) * 60 + s) * 1000 + ms))
        };
        parse().filter(|t| t.to_string() == text).ok_or_else(|| NoTime(text.to_owned()))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = NoTime;

    fn try_from(text: String) -> Result<Self, NoTime> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(t: Timestamp) -> Self {
        t.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_back_and_sort_as_text() {
        let mut before = String::new();
        for ms in [0, 1, 999, 1000, 86_399_999, 86_400_000, 1_795_330_960_123] {
            let text = Timestamp::from_unix_ms(ms).to_string();
            assert_eq!(text.parse(), Ok(Timestamp(ms)));
            assert!(before < text);
            before = text;
        }
        assert_eq!(before, "2026-11-22T07:02:40.123Z");
        for wrong in
            ["", "2026-11-22", "2026-11-22T07:02:40Z", "2026-11-22T24:02:40.123Z", "2026/11/22T07:02:40.123Z"]
        {
            assert!(wrong.parse::<Timestamp>().is_err(), "{wrong}");
        }
        // Eight hours east it is the next day already.
        let evening: Timestamp = "2026-11-22T17:00:00.000Z".parse().unwrap();
        assert_eq!(
            (evening.date(0).to_string(), evening.date(8).to_string()),
            ("2026-11-22".into(), "2026-11-23".into())
        );
    }
}
