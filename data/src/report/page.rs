//! What all pages have in common: two languages of which one shows, no network, no script.

use std::fmt::Write;

const STYLE: &str = include_str!("page.css");

/// The head of a page, and the choice of the language; `title` in 中文 and English.
pub(super) fn open(w: &mut String, chinese: bool, title: [&str; 2]) {
    let [zh, en] = if chinese { [" checked", ""] } else { ["", " checked"] };
    let lang = if chinese { "zh-CN" } else { "en" };
    put(
        w,
        &format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        ),
    );
    put(
        w,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
    );
    put(w, &format!("<title>{} · {}</title><style>{STYLE}</style></head><body>", title[0], title[1]));
    put(
        w,
        &format!(
            "<input type=\"radio\" name=\"l\" id=\"zh\"{zh}><label for=\"zh\">中文</label><input type=\"radio\" name=\"l\" id=\"en\"{en}><label for=\"en\">English</label>"
        ),
    );
}

pub(super) fn close(w: &mut String) {
    put(w, "</body></html>\n");
}

/// The same thing in both languages, of which the page shows one. Texts are HTML.
pub(super) fn both(w: &mut String, tag: &str, zh: &str, en: &str) {
    writeln!(w, "<{tag} class=\"zh\">{zh}</{tag}><{tag} class=\"en\" lang=\"en\">{en}</{tag}>").ok();
}

/// A row of headings.
pub(super) fn headings(w: &mut String, names: &[[String; 2]]) {
    put(w, "<table><tr>");
    names.iter().for_each(|[zh, en]| both(w, "th", zh, en));
    put(w, "</tr>");
}

pub(super) fn put(w: &mut String, text: &str) {
    w.push_str(text);
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
