//! The same words as a page: a letter has one wording, and this is how it is laid out for readers
//! that show more than plain text.

use askama::Template;

use super::{Text, Unreadable};
use crate::lang::Lang;

#[derive(Template)]
#[template(path = "frame.html", config = "src/askama.toml")]
struct Frame<'a> {
    lang: &'static str,
    subject: &'a str,
    /// Paragraphs, their lines, and what stands in a line.
    blocks: Vec<Vec<Vec<Part<'a>>>>,
}

enum Part<'a> {
    Words(&'a str),
    Link(&'a str),
}

/// Lays a letter out. Only links into the service itself become links: what somebody wrote into an
/// answer stays text.
pub(super) fn html(text: &Text, lang: Lang, site: &str) -> Result<String, Unreadable> {
    let blocks = text
        .body
        .trim()
        .split("\n\n")
        .map(|block| block.trim().lines().map(|line| parts(line, site)).collect());
    let frame =
        Frame { lang: lang.pick("zh-CN", "en"), subject: &text.subject, blocks: blocks.collect() };
    frame.render().map_err(|_| Unreadable)
}

fn parts<'a>(line: &'a str, site: &str) -> Vec<Part<'a>> {
    let start = match line.find(site) {
        Some(start) if !site.is_empty() => start,
        _ => return vec![Part::Words(line)],
    };
    let (before, rest) = line.split_at(start);
    let ends = |c: char| !c.is_ascii_graphic();
    let (link, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
    // The full stop or semicolon of the sentence is not the link's.
    let bare = link.trim_end_matches(['.', ',', ';', ')']);
    let (bare, stop) = link.split_at(bare.len());
    let mut parts = vec![Part::Words(before), Part::Link(bare), Part::Words(stop)];
    parts.push(Part::Words(after));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_links_are_links_and_nothing_else_is_markup() {
        let body = "一\n二 <b>\n\n看 https://line.example/me. 与 https://evil.example/x\n";
        let text = Text { subject: "题 & 目".to_owned(), body: body.to_owned() };
        let html = html(&text, Lang::Zh, "https://line.example").unwrap();
        assert!(html.contains("<a href=\"https://line.example/me\">https://line.example/me</a>."));
        assert!(!html.contains("<b>") && !html.contains("href=\"https://evil"), "{html}");
        assert!(html.contains("一<br>\n二"), "{html}");
        assert_eq!(html.matches("<p>").count(), 2, "{html}");
    }
}
