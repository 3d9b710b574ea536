//! Telephone numbers, and who may see them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A telephone number: digits, without spaces, dashes and the country's +86.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// The text is no telephone number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no telephone number: 3 to 20 digits are one")]
pub struct NoPhone(pub String);

impl Phone {
    /// Whether it is a mobile number of China: 11 digits from 13 to 19.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        self.0.len() == 11 && self.0.starts_with('1') && matches!(self.0.as_bytes().get(1), Some(b'3'..=b'9'))
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.0
    }

    /// `138****1234`: first three and last four digits of 11 or more, of shorter numbers the last two.
    #[must_use]
    pub fn masked(&self) -> String {
        let n = self.0.len();
        let (head, tail) = if n >= 11 { (3, 4) } else { (0, 2) };
        format!("{}{}{}", &self.0[..head], "*".repeat(n - head - tail), &self.0[n - tail..])
    }
}

impl FromStr for Phone {
    type Err = NoPhone;

    fn from_str(text: &str) -> Result<Self, NoPhone> {
        let wrong = || NoPhone(text.trim().to_owned());
        let skipped = |c: &char| {
            !(c.is_whitespace()
                || matches!(c, '-' | '\u{ff0d}' | '—' | '(' | ')' | '\u{ff08}' | '\u{ff09}' | '.'))
        };
        let clean: String = text.chars().filter(skipped).collect();
        let digits = clean.strip_prefix("+86").or_else(|| clean.strip_prefix("0086")).unwrap_or(&clean);
        if (3..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(digits.to_owned()))
        } else {
            Err(wrong())
        }
    }
}

impl TryFrom<String> for Phone {
    type Error = NoPhone;

    fn try_from(text: String) -> Result<Self, NoPhone> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

/// Masked, so that no log and no error shows a number by accident.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cleaned_and_masked() {
        for (text, whole, masked, mobile) in [
            ("138 1234 5678", "13812345678", "138****5678", true),
            ("+86-138-1234-5678", "13812345678", "138****5678", true),
            ("0573-8722 1234", "057387221234", "057*****1234", false),
            ("12345", "12345", "***45", false),
            ("110", "110", "*10", false),
        ] {
            let phone: Phone = text.parse().unwrap();
            assert_eq!((phone.whole(), phone.masked().as_str(), phone.is_mobile()), (whole, masked, mobile));
            assert_eq!(format!("{phone:?}"), masked);
        }
        for text in ["", "12", "1.38e10", "call me", "123456789012345678901", "138１２３４5678"] {
            assert!(text.parse::<Phone>().is_err(), "{text}");
        }
    }
}
