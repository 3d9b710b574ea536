//! One row of a roster: what it says, and what is wrong with it.

use super::Known;
use super::columns::{Column, Columns};
use super::table::{Entry, Line};
use super::verdict::{RowReport, Verdict};
use crate::read::hex;
use Verdict::{Error, Warning};
use partition::people::{
    Assignment, Date, Organisation, Period, Person, Phone, Place, Publication, Role, RoleError, Slot, Subject,
};
use sha2::{Digest, Sha256};

/// A row that can be loaded.
pub(super) struct Entrant {
    pub(super) person: Person,
    pub(super) organisation: Option<Organisation>,
    pub(super) assignment: Assignment,
}

/// A row being read; what is wrong is collected, so that all of it can be mended at once.
pub(super) struct RowReader<'a> {
    pub(super) columns: &'a Columns,
    pub(super) line: &'a Line,
    pub(super) known: &'a Known<'a>,
    pub(super) report: RowReport,
}

impl RowReader<'_> {
    pub(super) fn read(mut self) -> (RowReport, Option<Entrant>) {
        let place = self.place();
        let role = self.role();
        let name = self.name();
        let slot = self.slot();
        let period = self.period();
        let phones = self.phones();
        let id = self.text(Column::Id, "id");
        let organisation = self.text(Column::Organisation, "organisation").map(|name| Organisation {
            id: identity("o", &[&name]),
            name,
            ..Organisation::default()
        });
        let (Some(place), Some((role, tenure)), Some(name), Some(period)) = (place, role, name, period)
        else {
            return (self.report, None);
        };
        let [duty_phone, mobile] = phones;
        let id = id.unwrap_or_else(|| {
            if let Some(phone) = mobile.as_ref().or(duty_phone.as_ref()) {
                return identity("p", &[&name, phone.whole()]);
            }
            let zh = "没有人员编号和电话,重名时无法区分";
            let en = "neither a staff number nor a telephone: people of the same name cannot be told apart";
            self.report.say(Warning, "no-identity", zh, en);
            let whose = organisation.as_ref().map(|o| o.name.as_str()).unwrap_or_default();
            identity("p", &[&name, whose, &format!("{place:?}"), role.code()])
        });
        let basis = self.text(Column::MobileBasis, "basis");
        let person = Person {
            name,
            organisation: organisation.as_ref().map(|o| o.id.clone()),
            post: self.text(Column::Post, "post"),
            duty_phone,
            mobile,
            mobile_published: basis.map(|basis| Publication { basis, since: period.from }),
            id: id.clone(),
        };
        let subject = Subject::Person(id);
        let basis = self.text(Column::Basis, "basis");
        let assignment = Assignment { subject, role, tenure, place, slot, period, basis };
        let entrant = (self.report.verdict < Error).then_some(Entrant { person, organisation, assignment });
        (self.report, entrant)
    }

    fn entry(&self, column: Column) -> &Entry {
        self.columns.get(self.line, column)
    }

    /// A text, or a number that stands for itself.
    fn text(&mut self, column: Column, what: &str) -> Option<String> {
        match self.entry(column).clone() {
            Entry::Empty => None,
            Entry::Text(t) => Some(t),
            Entry::Day(d) => Some(d.to_string()),
            Entry::Number(n) => self.whole(n, what),
        }
    }

    /// The digits of a number cell, when it can still have all of them.
    fn whole(&mut self, n: f64, what: &str) -> Option<String> {
        // Spreadsheets keep 15 digits.
        if n.fract() == 0.0 && (0.0..1e15).contains(&n) {
            return Some(format!("{n:.0}"));
        }
        let zh = format!("单元格是数值 {n},超过 15 位或带小数,数字已丢失;请改为文本格式后重新填写");
        let en = format!(
            "the cell of the {what} is the number {n}, which has lost digits; make it text and type it again"
        );
        self.report.say(Error, "number-damaged", zh, en);
        None
    }

    fn place(&mut self) -> Option<Place> {
        let number = matches!(self.entry(Column::Cell), Entry::Number(_));
        let before = self.report.reasons.len();
        if let Some(text) = self.text(Column::Cell, "cell") {
            return self.cell(&text, number);
        }
        if self.report.reasons.len() > before {
            return None;
        }
        let Some(parent) = self.text(Column::Parent, "parent") else {
            self.report.say(
                Error,
                "no-place",
                "没有填写网格或社区(村)",
                "neither a cell nor a parent is given",
            );
            return None;
        };
        if matches!(parent.as_str(), "全域" | "*") {
            return Some(Place::Project);
        }
        if self.known.parents.contains(&parent) {
            return Some(Place::Parent(parent));
        }
        let (zh, en) = (format!("没有社区(村)“{parent}”"), format!("there is no parent '{parent}'"));
        self.report.say(Error, "unknown-parent", zh, en);
        None
    }

    fn cell(&mut self, text: &str, number: bool) -> Option<Place> {
        let cells = self.known.cells;
        if cells.iter().any(|c| c.code == text) {
            return Some(Place::Cell(text.to_owned()));
        }
        let named: Vec<_> = cells.iter().filter(|c| c.name == text).collect();
        if let [one] = named.as_slice() {
            return Some(Place::Cell(one.code.clone()));
        }
        if named.len() > 1 {
            let zh = format!("有 {} 个网格名为“{text}”,请填写网格编码", named.len());
            let en = format!("{} cells are called '{text}'; give the code", named.len());
            self.report.say(Error, "ambiguous-cell", zh, en);
            return None;
        }
        // As a number "001" has become 1.
        let padded = cells.iter().filter(|c| number && c.code.trim_start_matches('0') == text);
        if let [one] = padded.collect::<Vec<_>>().as_slice() {
            let zh = format!("网格编码是数值格式,按 {} 处理;请改为文本格式", one.code);
            let en = format!("the code of the cell is a number; taken as {}; make it text", one.code);
            self.report.say(Warning, "code-number-cell", zh, en);
            return Some(Place::Cell(one.code.clone()));
        }
        let (zh, en) = (format!("没有网格“{text}”"), format!("there is no cell '{text}'"));
        self.report.say(Error, "unknown-cell", zh, en);
        None
    }

    fn role(&mut self) -> Option<(Role, Option<partition::people::Tenure>)> {
        let Some(text) = self.text(Column::Role, "role") else {
            self.report.say(Error, "missing-role", "没有填写角色", "the role is missing");
            return None;
        };
        match Role::parse(&text) {
            Ok(role) => Some(role),
            Err(e @ RoleError::Ambiguous { .. }) => {
                let RoleError::Ambiguous { among, .. } = &e else { return None };
                let among: Vec<&str> = among.iter().map(|r| r.zh()).collect();
                let zh = format!("“{text}”可能是{},请填写其中之一", among.join("或"));
                self.report.say(Error, "ambiguous-role", zh, e.to_string());
                None
            }
            Err(e) => {
                self.report.say(Error, "unknown-role", format!("没有角色“{text}”"), e.to_string());
                None
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        let Some(name) = self.text(Column::Name, "name") else {
            self.report.say(Error, "missing-name", "没有填写姓名", "the name is missing");
            return None;
        };
        if name.contains(['、', ',', ';', '/', '\n', '\u{ff0c}', '\u{ff1b}']) {
            let en = format!("'{name}' looks like several people; give each a row");
            self.report.say(Error, "several-people", format!("“{name}”像是多人,请每人一行"), en);
            return None;
        }
        Some(name)
    }

    fn slot(&mut self) -> Option<Slot> {
        let text = self.text(Column::Slot, "slot")?;
        match text.trim_end_matches('岗').trim() {
            "A" | "a" | "\u{ff21}" => Some(Slot::A),
            "B" | "b" | "\u{ff22}" => Some(Slot::B),
            _ => {
                let (zh, en) =
                    (format!("岗别“{text}”不是 A 或 B"), format!("the slot '{text}' is neither A nor B"));
                self.report.say(Error, "bad-slot", zh, en);
                None
            }
        }
    }

    /// The first and the last day, as rosters mean them; the model's end is the day after.
    fn period(&mut self) -> Option<Period> {
        let from = self.day(Column::From)?.unwrap_or(self.known.from);
        let last = self.day(Column::To)?;
        if last.is_some_and(|last| last < from) {
            let last = last.map(|d| d.to_string()).unwrap_or_default();
            let (zh, en) = (
                format!("结束日期 {last} 早于起始日期 {from}"),
                format!("it ends on {last}, before it begins on {from}"),
            );
            self.report.say(Error, "period-reversed", zh, en);
            return None;
        }
        Some(Period { from, to: last.map(|d| Date::from_unix_days(d.unix_days() + 1)) })
    }

    /// `None` when it is wrong, `Some(None)` when it is not there.
    fn day(&mut self, column: Column) -> Option<Option<Date>> {
        let found = match self.entry(column) {
            Entry::Empty => return Some(None),
            Entry::Day(day) => return Some(Some(*day)),
            Entry::Text(text) => text.parse().map_err(|_| text.clone()),
            // 20261122 typed as a number; any other number is as likely to be a mistake.
            Entry::Number(n) => format!("{n}").parse().map_err(|_| n.to_string()),
        };
        match found {
            Ok(day) => Some(Some(day)),
            Err(text) => {
                let (zh, en) = (
                    format!("“{text}”不是日期,请写成 2026-11-22"),
                    format!("'{text}' is no date; write 2026-11-22"),
                );
                self.report.say(Error, "bad-date", zh, en);
                None
            }
        }
    }

    /// Duty phone and mobile. A number under a heading that leaves it open is a mobile when it looks like one.
    fn phones(&mut self) -> [Option<Phone>; 2] {
        let (mut duty, mut mobile) = (self.phone(Column::DutyPhone), self.phone(Column::Mobile));
        if let Some(phone) = self.phone(Column::Phone) {
            let slot = if phone.is_mobile() { &mut mobile } else { &mut duty };
            slot.get_or_insert(phone);
        }
        [duty, mobile]
    }

    fn phone(&mut self, column: Column) -> Option<Phone> {
        let number = matches!(self.entry(column), Entry::Number(_));
        let text = self.text(column, "telephone")?;
        let Ok(phone) = text.parse::<Phone>() else {
            let zh = "电话号码不正确,应为 3 至 20 位数字,每格一个号码";
            let en = "this is no telephone number: 3 to 20 digits are one, one to a cell";
            self.report.say(Error, "bad-phone", zh, en);
            return None;
        };
        if number && !phone.is_mobile() {
            let zh = "电话是数值格式,开头的 0 可能已丢失;请改为文本格式";
            let en = "the telephone is a number, so a 0 at its front may be lost; make it text";
            self.report.say(Warning, "phone-number-cell", zh, en);
        } else if number {
            let zh = "手机号是数值格式;请改为文本格式";
            let en = "the mobile number is a number; make it text";
            self.report.say(Warning, "phone-number-cell", zh, en);
        } else if column == Column::Mobile && !phone.is_mobile() {
            let zh = "不是 11 位手机号码";
            let en = "this is not a mobile number of 11 digits";
            self.report.say(Warning, "phone-not-mobile", zh, en);
        }
        Some(phone)
    }
}

/// An identity that a second reading of the same facts gives again. Not to be published: the facts can be guessed from it.
fn identity(kind: &str, facts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for fact in facts {
        digest.update((fact.len() as u64).to_le_bytes());
        digest.update(fact);
    }
    let text = hex(digest.finalize());
    format!("{kind}-{}", text.get(..16).unwrap_or(&text))
}
