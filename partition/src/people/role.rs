//! What somebody is to a cell, under the many names plans give it.

use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($($variant:ident $code:literal $zh:literal $en:literal most $most:literal also [$($alias:literal)*];)*) => {
        /// A role (角色). The order is that in which a place's people are asked: who works in the cell first, then who
        /// answers for it, then who supports and watches.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Role {
            $(#[doc = concat!($zh, ": ", $en)] $variant,)*
        }

        impl Role {
            /// All roles, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name in JSON and in the store.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The name to show, 中文.
            #[must_use]
            pub fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh,)* }
            }

            /// The name to show, English.
            #[must_use]
            pub fn en(self) -> &'static str {
                match self { $(Self::$variant => $en,)* }
            }

            /// How many may hold it at one place, slot and day; 0 for any number.
            #[must_use]
            pub fn most(self) -> usize {
                match self { $(Self::$variant => $most,)* }
            }

            /// Other words for it in published plans.
            #[must_use]
            pub fn aliases(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($alias,)*],)* }
            }
        }
    };
}

roles! {
    StairLeader "stair-leader" "单元长" "stair leader" most 0 also [];
    BuildingLeader "building-leader" "楼栋长" "building leader" most 0 also ["楼道长" "居民小组长" "楼栋巷道长" "楼长"];
    InstitutionLeader "institution-leader" "单位长" "institution leader" most 0 also ["路段长"];
    GridWorker "grid-worker" "网格员" "grid worker" most 0 also ["网格管理员" "安全生产网格员" "安全生产网格管理员" "食品安全网格员" "消防安全管理网格员"];
    HouseholdCadre "household-cadre" "包户干部" "household cadre" most 0 also ["包户工作人员"];
    GridLeader "grid-leader" "网格长" "grid leader" most 1 also ["网格责任人" "网格职责人" "网格负责人" "网格组长" "格长" "网格格长" "片长" "片区组长" "网格管理员"];
    DirectResponsible "direct-responsible" "直接责任人" "direct responsible" most 0 also ["直接职责人" "单元格直接责任人" "直接负责人"];
    MainResponsible "main-responsible" "主要责任人" "main responsible" most 1 also ["主体网格主要责任人"];
    FirstResponsible "first-responsible" "第一责任人" "first responsible" most 1 also ["第一职责人" "第一职责"];
    LeadingResponsible "leading-responsible" "领导责任人" "leading responsible" most 1 also ["网格责任领导" "联系领导" "包联领导" "网格指导员" "包联干部" "联村领导" "主体网格领导责任人"];
    ResponsibleBody "responsible-body" "责任主体" "responsible body" most 1 also ["责任单位" "责任部门"];
    LeadBody "lead-body" "主管" "lead body" most 1 also ["主管部门" "主管单位"];
    SupportingBody "supporting-body" "协管" "supporting body" most 0 also ["配合支持" "协管部门" "协管单位"];
    CommunityPolice "community-police" "社区民警" "community police" most 0 also ["片区民警" "网格民警"];
    Collector "collector" "信息采集员" "information collector" most 0 also ["信息录入员" "综合信息员" "助理信息员" "网格助理信息员" "信息员"];
    Supervisor "supervisor" "督导" "supervisor" most 0 also ["监督员" "环保监督员" "义务监督员" "督导员"];
}

/// How much of their time somebody gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tenure {
    /// 专职
    FullTime,
    /// 兼职
    PartTime,
}

/// A text that names no role, or several.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoleError {
    /// Not in the list.
    #[error("'{0}' is no known role; known are 网格长, 网格员, 楼栋长 and the others of the role list")]
    Unknown(String),
    /// Plans use it for different roles.
    #[error("'{text}' may be {}; write one of them", among.iter().map(|r| r.zh()).collect::<Vec<_>>().join(" or "))]
    Ambiguous {
        /// As given.
        text: String,
        /// What it may be.
        among: Vec<Role>,
    },
}

impl Role {
    /// The role a text names: a code, a name or an alias, with 专职 or 兼职 in front.
    ///
    /// ```
    /// use partition::people::{Role, Tenure};
    /// assert_eq!(Role::parse("专职网格员"), Ok((Role::GridWorker, Some(Tenure::FullTime))));
    /// assert_eq!(Role::parse("网格责任人"), Ok((Role::GridLeader, None)));
    /// assert!(Role::parse("网格管理员").is_err(), "leader in one plan, worker in another");
    /// ```
    ///
    /// # Errors
    /// [`RoleError`].
    pub fn parse(text: &str) -> Result<(Self, Option<Tenure>), RoleError> {
        let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (tenure, name) = if let Some(rest) = clean.strip_prefix("专职") {
            (Some(Tenure::FullTime), rest)
        } else if let Some(rest) = clean.strip_prefix("兼职") {
            (Some(Tenure::PartTime), rest)
        } else {
            (None, clean.as_str())
        };
        if let Some(&role) = Self::ALL.iter().find(|r| r.zh() == name || r.code() == name) {
            return Ok((role, tenure));
        }
        let among: Vec<Self> = Self::ALL.iter().copied().filter(|r| r.aliases().contains(&name)).collect();
        match among.as_slice() {
            [] => Err(RoleError::Unknown(text.trim().to_owned())),
            [role] => Ok((*role, tenure)),
            _ => Err(RoleError::Ambiguous { text: text.trim().to_owned(), among }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_lead_to_their_role() {
        for &role in Role::ALL {
            for text in [role.code(), role.zh(), &format!(" {} ", role.zh())] {
                assert_eq!(Role::parse(text), Ok((role, None)));
            }
            for alias in role.aliases() {
                match Role::parse(alias) {
                    Ok(found) => assert_eq!(found, (role, None)),
                    Err(RoleError::Ambiguous { among, .. }) => assert!(among.contains(&role)),
                    Err(e) => panic!("{e}"),
                }
            }
            assert_eq!(serde_json::to_value(role).unwrap(), role.code());
        }
    }

    #[test]
    fn what_is_not_a_role_is_said_so() {
        assert_eq!(Role::parse("村花"), Err(RoleError::Unknown("村花".into())));
        let error = Role::parse("网格管理员").unwrap_err();
        assert_eq!(error.to_string(), "'网格管理员' may be 网格员 or 网格长; write one of them");
        assert_eq!(Role::parse("兼职 网格员"), Ok((Role::GridWorker, Some(Tenure::PartTime))));
    }
}
