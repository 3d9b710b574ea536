//! Days of the calendar, without a clock.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, years 1 to 9999. Ordered; written `2026-11-22`.
///
/// Who needs "today" gets it as an argument: nothing here reads a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The text or the numbers are no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no date; write year-month-day, for example 2026-11-22")]
pub struct NoDate(pub String);

impl Date {
    /// The day with these numbers.
    ///
    /// # Errors
    /// [`NoDate`] for days that do not exist.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, NoDate> {
        let last = match month {
            4 | 6 | 9 | 11 => 30,
            2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
            2 => 28,
            _ => 31,
        };
        let exists = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=last).contains(&day);
        if exists { Ok(Self { year, month, day }) } else { Err(NoDate(format!("{year}-{month}-{day}"))) }
    }

    /// The day that begins `days` days after 1970-01-01; beyond the years 1 to 9999 the nearest day.
    ///
    /// After Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day
    /// is the last.
    #[must_use]
    pub fn from_unix_days(days: i64) -> Self {
        let days = days.clamp(-719_162, 2_932_896) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year: year as u16, month: month as u8, day: day as u8 }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn unix_days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = NoDate;

    /// `2026-11-22`, and as rosters have it: `2026/11/22`, `2026.11.22`, `2026年11月22日`, `20261122`.
    fn from_str(text: &str) -> Result<Self, NoDate> {
        let wrong = || NoDate(text.to_owned());
        let text = text.trim();
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            let number = |range| text.get(range).and_then(|t: &str| t.parse::<u16>().ok()).unwrap_or(0);
            return Self::new(number(0..4), number(4..6) as u8, number(6..8) as u8).map_err(|_| wrong());
        }
        let parts: Vec<&str> = text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect();
        let [year, month, day] = parts.as_slice() else { return Err(wrong()) };
        let plain =
            |t: &str, most: usize| (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || !plain(year, 4) || !plain(month, 2) || !plain(day, 2) {
            return Err(wrong());
        }
        let number = |t: &str| t.parse::<u16>().map_err(|_| wrong());
        Self::new(number(year)?, number(month)? as u8, number(day)? as u8).map_err(|_| wrong())
    }
}

impl TryFrom<String> for Date {
    type Error = NoDate;

    fn try_from(text: String) -> Result<Self, NoDate> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        let (first, last) = (Date::new(1600, 1, 1).unwrap(), Date::new(2400, 12, 31).unwrap());
        let mut before = None;
        for days in first.unix_days()..=last.unix_days() {
            let date = Date::from_unix_days(days);
            assert_eq!((date.unix_days(), date.to_string().parse()), (days, Ok(date)));
            assert!(before < Some(date));
            before = Some(date);
        }
        assert_eq!(Date::from_unix_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_unix_days(20_779).to_string(), "2026-11-22");
        assert_eq!(Date::from_unix_days(i64::MAX).to_string(), "9999-12-31");
        assert_eq!(Date::from_unix_days(i64::MIN).to_string(), "0001-01-01");
    }

    #[test]
    fn dates_as_rosters_write_them() {
        for text in ["2026-11-02", "2026/11/2", "2026.11.02", "2026年11月2日", "20261102", " 2026-11-02 "]
        {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), "2026-11-02", "{text}");
        }
        for text in
            ["", "2026-02-29", "2026-13-01", "26-11-02", "2026-11", "11/22/2026", "2026-11-+2", "4.5e3"]
        {
            assert_eq!(text.parse::<Date>(), Err(NoDate(text.into())));
        }
    }
}
