//! Persons and organisations, and what of them may be shown to whom.

use super::{Date, Phone};
use serde::{Deserialize, Serialize};

/// A person (人员). Never known by name: names are misspelt and shared.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// The identity: a staff number, or one made up when the person was first seen.
    pub id: String,
    /// 姓名.
    pub name: String,
    /// The organisation's id.
    pub organisation: Option<String>,
    /// 职务, as the roster has it.
    pub post: Option<String>,
    /// 值班电话 or 办公电话: public.
    pub duty_phone: Option<Phone>,
    /// 手机: masked unless its publication has a basis.
    pub mobile: Option<Phone>,
    /// Why the mobile number may be published, and since when.
    pub mobile_published: Option<Publication>,
}

/// The permission to publish something about a person (domain rule: basis and date).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// A document's number, a signed consent …
    pub basis: String,
    /// The first day.
    pub since: Date,
}

/// An organisation (单位) that people belong to or that answers itself.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Organisation {
    /// The identity.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// 政府, 街道, 社区, 村, 部门, 企业, 园区 …
    pub kind: Option<String>,
    /// 值班电话: public.
    pub duty_phone: Option<Phone>,
}

/// Who is looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody: duty phones whole, mobile numbers masked unless published.
    Public,
    /// Somebody with an account: everything. Such a read belongs into the audit log.
    Staff,
}

impl Person {
    /// The number to show on a day: the duty phone, else the mobile number as far as it may be seen.
    ///
    /// ```
    /// use partition::people::{Access, Date, Person};
    /// let today = Date::new(2026, 11, 22).unwrap();
    /// let person = Person { mobile: "13812345678".parse().ok(), ..Person::default() };
    /// assert_eq!(person.phone(Access::Public, today).as_deref(), Some("138****5678"));
    /// assert_eq!(person.phone(Access::Staff, today).as_deref(), Some("13812345678"));
    /// ```
    #[must_use]
    pub fn phone(&self, access: Access, at: Date) -> Option<String> {
        self.duty_phone.as_ref().map(|p| p.whole().to_owned()).or_else(|| self.mobile(access, at))
    }

    /// The mobile number as far as it may be seen on a day.
    #[must_use]
    pub fn mobile(&self, access: Access, at: Date) -> Option<String> {
        let published = self.mobile_published.as_ref().is_some_and(|p| p.since <= at);
        let mobile = self.mobile.as_ref()?;
        Some(if published || access == Access::Staff { mobile.whole().to_owned() } else { mobile.masked() })
    }
}
