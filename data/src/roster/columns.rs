//! Which column holds what, by the words offices put above it.

use super::RosterError;
use super::table::{Entry, Line};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Cell,
    Parent,
    Role,
    Name,
    Id,
    Phone,
    Mobile,
    DutyPhone,
    Organisation,
    Post,
    Slot,
    From,
    To,
    Basis,
    MobileBasis,
}

/// The words, all without spaces and in lower case.
const WORDS: [(Column, &[&str]); 15] = [
    (
        Column::Cell,
        &[
            "网格编码",
            "网格编号",
            "网格代码",
            "网格号",
            "网格",
            "网格名称",
            "所属网格",
            "cell",
            "code",
            "grid",
        ],
    ),
    (Column::Parent, &["社区", "村", "社区(村)", "村(社区)", "上级", "所属社区", "parent", "community"]),
    (Column::Role, &["角色", "岗位", "责任类型", "人员类型", "职责类型", "role"]),
    (Column::Name, &["姓名", "名字", "人员姓名", "name"]),
    (Column::Id, &["人员编号", "工号", "员工号", "人员id", "id", "staffid"]),
    (Column::Phone, &["联系电话", "电话", "联系方式", "电话号码", "phone"]),
    (Column::Mobile, &["手机", "手机号", "手机号码", "移动电话", "mobile"]),
    (Column::DutyPhone, &["值班电话", "办公电话", "公开电话", "固定电话", "座机", "dutyphone"]),
    (Column::Organisation, &["单位", "所属单位", "工作单位", "organisation", "organization"]),
    (Column::Post, &["职务", "post", "title"]),
    (Column::Slot, &["ab岗", "a/b岗", "岗别", "slot"]),
    (Column::From, &["起始日期", "开始日期", "生效日期", "任职日期", "上岗日期", "from"]),
    (Column::To, &["结束日期", "终止日期", "截止日期", "离岗日期", "to", "until"]),
    (Column::Basis, &["文号", "依据", "任命文号", "basis"]),
    (Column::MobileBasis, &["手机公开依据", "手机公示依据", "mobilebasis"]),
];

/// The columns in the order of the table.
pub(super) struct Columns(Vec<Option<Column>>);

impl Columns {
    /// Looks for the line with the headings: the first that names the columns that must be there. Titles may stand above.
    pub(super) fn find(lines: &[Line]) -> Result<(usize, Self), RosterError> {
        let mut best: Vec<String> = Vec::new();
        for (i, line) in lines.iter().enumerate().take(10) {
            let found = Self(line.entries.iter().map(column).collect());
            let has = |c: Column| found.0.contains(&Some(c));
            if has(Column::Role) && has(Column::Name) && (has(Column::Cell) || has(Column::Parent)) {
                return match found.twice() {
                    Some(column) => Err(RosterError::ColumnTwice(format!("{column:?}"))),
                    None => Ok((i, found)),
                };
            }
            let texts: Vec<String> = line.entries.iter().filter_map(label).collect();
            if texts.len() > best.len() {
                best = texts;
            }
        }
        Err(RosterError::NoColumns { found: best.into_iter().take(20).collect() })
    }

    fn twice(&self) -> Option<Column> {
        let named: Vec<Column> = self.0.iter().flatten().copied().collect();
        named.iter().enumerate().find(|(i, c)| named[..*i].contains(c)).map(|(_, c)| *c)
    }

    /// What a row has in a column.
    pub(super) fn get<'a>(&self, line: &'a Line, column: Column) -> &'a Entry {
        let at = self.0.iter().position(|c| *c == Some(column));
        at.and_then(|i| line.entries.get(i)).unwrap_or(&Entry::Empty)
    }
}

fn label(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Text(t) => Some(t.clone()),
        _ => None,
    }
}

fn column(entry: &Entry) -> Option<Column> {
    let clean: String = label(entry)?
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '*'))
        .map(|c| match c {
            '\u{ff08}' => '(',
            '\u{ff09}' => ')',
            c => c,
        })
        .collect();
    let clean = clean.to_lowercase();
    WORDS.iter().find(|(_, words)| words.contains(&clean.as_str())).map(|(c, _)| *c)
}
