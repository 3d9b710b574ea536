//! The page `docs/rules.md`.

use super::RULES;
use std::fmt::Write;

const HEAD: &str = "\
# Rules · 规则

Written by `cargo run -p partition --example rules_md`; a test fails when this page and the code differ.
由上述命令生成;与代码不一致时测试失败。

Severity · 级别: **E** error 错误 (a hard rule is broken), **W** warning 警告, **I** information 提示.
Tested · 已核查: ✔ this version tests the rule. A rule without ✔ is never reported as clean: it is simply not looked at.
没有 ✔ 的规则本版本不核查,也不会报告为“无问题”。

Words in 「」 are quoted from published plans of towns, streets and offices. 「」内为各地方案原文。

";

/// The whole table as Markdown, one section per family.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(HEAD);
    let checked = RULES.iter().filter(|r| r.checked).count();
    // Writing to a String cannot fail.
    let _ =
        writeln!(page, "{} rules, {checked} tested · 共 {} 条,已核查 {checked} 条", RULES.len(), RULES.len());
    let mut family = "";
    for rule in &RULES {
        if rule.family() != family {
            family = rule.family();
            let _ = writeln!(page, "\n## {family} · {}\n", title(family));
            page.push_str("| id | E/W/I | 规则 | rule | basis 依据 | ✔ |\n|---|---|---|---|---|---|\n");
        }
        let varies = if rule.varies.is_empty() { String::new() } else { format!(" ({})", rule.varies) };
        let tick = if rule.checked { "✔" } else { "" };
        let _ = writeln!(
            page,
            "| {} | {}{varies} | {} | {} | {} | {tick} |",
            rule.id, rule.severity, rule.zh, rule.en, rule.basis
        );
    }
    page
}

/// What a family is about, in both languages.
fn title(family: &str) -> &'static str {
    match family {
        "GAP" => "空白 gaps: of ground, of objects, of responsibility",
        "OVL" => "交叉重叠 overlaps: of ground, of objects, of duties",
        "RSP" => "责任不清 unclear responsibility",
        "TOP" => "图形 shape and topology",
        "SIZE" => "规模 size",
        "LOAD" => "工作量 workload",
        "CODE" => "编码 codes",
        "CRS" => "坐标系 coordinate systems",
        "ATTR" => "属性 attributes",
        "TIME" => "时间 time",
        "PRIV" => "个人信息 personal information",
        "NBR" => "邻接 neighbours",
        _ => "其他 others",
    }
}
