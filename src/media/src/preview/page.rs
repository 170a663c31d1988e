//! What a page says of itself: `OpenGraph`, else Twitter's cards, else its title and text.
//!
//! Pages are read token by token, not as a tree: the cost is bounded by their length, whatever is nested in what.

use html5ever::{
    TokenizerResult,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult,
        Tokenizer, TokenizerOpts,
        states::RawKind::{Rawtext, Rcdata, ScriptData},
    },
};
use std::{cell::RefCell, collections::BTreeMap};
use url::Url;

/// The longest text of a property, in characters.
const MAX_TEXT: usize = 1000;
/// The longest description that is made of a page's text, in characters.
const MAX_EXCERPT: usize = 300;
/// How many properties are kept.
const MAX_PROPERTIES: usize = 20;
/// Bytes between two looks at the time.
const STEP: usize = 8 * 1024;

/// What is shown of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// By their `OpenGraph` names, but those of the picture.
    pub(crate) properties: BTreeMap<String, String>,
    /// Where the picture is.
    pub(crate) image: Option<Url>,
}

/// Reads a page that came from `url`, until there is enough, or `is_late` says that it takes too long.
pub(crate) fn read(html: &str, url: &Url, is_late: impl Fn() -> bool) -> Page {
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() && !is_late() && !tokenizer.sink.0.borrow().is_enough() {
        let (step, left) = rest.split_at(rest.floor_char_boundary(STEP.min(rest.len())));
        rest = left;
        queue.push_back(StrTendril::from_slice(step));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
    }
    tokenizer.sink.0.take().into_page(url)
}

#[derive(Default)]
struct Reader(RefCell<Seen>);

/// Where text that comes next belongs.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Within {
    #[default]
    Nothing,
    Title,
    Paragraph,
}

/// What has been read of the page.
#[derive(Default)]
struct Seen {
    open_graph: BTreeMap<String, String>,
    twitter: BTreeMap<String, String>,
    description: String,
    image: String,
    base: String,
    title: String,
    excerpt: String,
    within: Within,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut seen = self.0.borrow_mut();
        match token {
            TagToken(tag) if tag.kind == StartTag => seen.start(&tag),
            TagToken(tag) => {
                if tag.kind == EndTag && ["title", "p"].contains(&&*tag.name) {
                    seen.within = Within::Nothing;
                }
                TokenSinkResult::Continue
            }
            CharacterTokens(text) => {
                seen.text(&text);
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Seen {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match &*tag.name {
            "meta" => self.meta(tag),
            "link" if has_word(attribute(tag, "rel"), "image_src") => {
                keep(&mut self.image, attribute(tag, "href"));
            }
            "base" => keep(&mut self.base, attribute(tag, "href")),
            "title" => {
                if self.title.is_empty() {
                    self.within = Within::Title;
                }
                return TokenSinkResult::RawData(Rcdata);
            }
            "textarea" => return TokenSinkResult::RawData(Rcdata),
            "script" => return TokenSinkResult::RawData(ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => return TokenSinkResult::RawData(Rawtext),
            "p" => {
                self.within = Within::Paragraph;
                self.excerpt.push(' ');
            }
            "header" | "footer" | "nav" | "aside" | "form" | "table" => self.within = Within::Nothing,
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn meta(&mut self, tag: &Tag) {
        let content = attribute(tag, "content");
        let name = if attribute(tag, "property").is_empty() {
            attribute(tag, "name")
        } else {
            attribute(tag, "property")
        };
        let name = name.trim().to_ascii_lowercase();
        let is_name = name.len() <= 64
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":_-".contains(&byte));
        let properties = match name.split_once(':') {
            Some(("og", _)) => &mut self.open_graph,
            Some(("twitter", _)) => &mut self.twitter,
            _ if name == "description" => return keep(&mut self.description, content),
            _ if attribute(tag, "itemprop") == "image" => return keep(&mut self.image, content),
            _ => return,
        };
        let value = tidy(content, MAX_TEXT);
        if is_name && !value.is_empty() && properties.len() < MAX_PROPERTIES {
            // The first of a name is the main one.
            properties.entry(name).or_insert(value);
        }
    }

    fn text(&mut self, text: &str) {
        let (into, most) = match self.within {
            Within::Nothing => return,
            Within::Title => (&mut self.title, MAX_TEXT),
            Within::Paragraph => (&mut self.excerpt, MAX_EXCERPT),
        };
        // Four bytes are a letter at most; white space goes later.
        if into.len() < most * 8 {
            into.extend(text.chars().take(most * 2));
        }
    }

    /// Whether more of the page would change nothing.
    fn is_enough(&self) -> bool {
        let og = |name| self.open_graph.contains_key(name);
        og("og:title") && og("og:description") && og("og:image") && self.excerpt.len() > MAX_EXCERPT * 4
    }

    fn into_page(mut self, url: &Url) -> Page {
        let base = url.join(&self.base).unwrap_or_else(|_| url.clone());
        let image = ["og:image:secure_url", "og:image", "og:image:url"].map(|name| self.open_graph.get(name));
        let cards = ["twitter:image", "twitter:image:src"].map(|name| self.twitter.get(name));
        let found = image.into_iter().chain(cards).flatten().chain([&self.image]);
        let image = found
            .filter(|text| !text.is_empty())
            .filter_map(|text| base.join(text).ok())
            .find(|url| matches!(url.scheme(), "http" | "https"));
        let mut properties = std::mem::take(&mut self.open_graph);
        properties.retain(|name, _| !name.starts_with("og:image") || name == "og:image:alt");
        self.fall_back(&mut properties, "title", &self.title, MAX_TEXT);
        let description = if self.description.is_empty() { &self.excerpt } else { &self.description };
        self.fall_back(&mut properties, "description", description, MAX_EXCERPT);
        Page { properties, image }
    }

    fn fall_back(&self, properties: &mut BTreeMap<String, String>, name: &str, last: &str, most: usize) {
        let key = format!("og:{name}");
        if properties.contains_key(&key) {
            return;
        }
        let card = self.twitter.get(&format!("twitter:{name}"));
        let value = card.cloned().unwrap_or_else(|| tidy(last, most));
        if !value.is_empty() {
            properties.insert(key, value);
        }
    }
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> &'a str {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map_or("", |attribute| &attribute.value)
}

fn has_word(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(word))
}

/// The first that is found counts.
fn keep(into: &mut String, text: &str) {
    if into.is_empty() {
        *into = tidy(text, MAX_TEXT);
    }
}

/// One line without control characters, cut at `most` characters.
fn tidy(text: &str, most: usize) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let mut tidy = String::new();
    let mut length = 0;
    for word in words.filter(|word| !word.is_empty()) {
        let space = usize::from(length > 0);
        length += space + word.chars().count();
        tidy.extend((space > 0).then_some(' '));
        tidy.push_str(word);
        if length > most {
            tidy = tidy.chars().take(most.saturating_sub(1)).collect();
            tidy.push('…');
            break;
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(html: &str) -> Page {
        read(html, &Url::parse("https://example.org/a/b.html").expect("a URL"), || false)
    }

    fn of(html: &str) -> String {
        let page = page(html);
        let mut lines: Vec<_> =
            page.properties.iter().map(|(name, value)| format!("{name}={value}")).collect();
        lines.extend(page.image.map(|image| format!("image={image}")));
        lines.join("\n")
    }

    #[test]
    fn open_graph_comes_first() {
        let html = "<html><head><title>Plain</title>
            <meta property=og:title content='The &amp; Rock'><meta property='og:title' content=second>
            <meta name='twitter:title' content='Card'><meta name=description content='Plain text'>
            <meta property='OG:Type' content=video><meta property='og:image' content='x.png'>
            <meta property='og:image:width' content=9><meta property='og:image:alt' content='a rock'>";
        assert_eq!(
            of(html),
            "og:description=Plain text\nog:image:alt=a rock\nog:title=The & Rock\nog:type=video\nimage=https://example.org/a/x.png"
        );
    }

    #[test]
    fn else_cards_and_else_what_the_page_has() {
        let cards = "<meta name=twitter:title content=A><meta name=twitter:description content=B>
            <meta name=twitter:image content=/c.png><title>no</title><p>no</p>";
        assert_eq!(of(cards), "og:description=B\nog:title=A\nimage=https://example.org/c.png");
        let plain = "<base href=/base/><title> A\n  title </title><script>'<p>not this</p>'</script><nav>nor this</nav>
            <link rel='preload IMAGE_SRC' href=p.png><p>First <b>words</b>.</p><div>nor this</div><p>More.";
        assert_eq!(
            of(plain),
            "og:description=First words. More.\nog:title=A title\nimage=https://example.org/base/p.png"
        );
        assert_eq!(of("<p hidden>"), "");
        assert_eq!(of("<meta property=og:image content='javascript:alert(1)'>"), "");
    }

    #[test]
    fn everything_has_an_end() {
        let long = "word ".repeat(1000);
        let cut = page(&format!("<title>{long}</title><p>{long}</p>"));
        assert_eq!(cut.properties["og:title"].chars().count(), MAX_TEXT);
        assert!(cut.properties["og:description"].chars().count() <= MAX_EXCERPT);
        let many: String =
            (0..1000).map(|number| format!("<meta property='og:x{number}' content=x>")).collect();
        assert_eq!(page(&many).properties.len(), MAX_PROPERTIES);
        let url = Url::parse("https://example.org/").expect("a URL");
        assert_eq!(read("<title>A</title>", &url, || true), Page::default());
    }

    proptest! {
        #[test]
        fn no_page_is_too_much(html in "(<(meta property=og:title content=|p|title|script|/p|/title|!--|a b='c)>?|[a-z \u{0}\u{1F600}]{0,9}|>){0,60}") {
            let page = page(&html);
            prop_assert!(page.properties.values().all(|value| value.chars().count() <= MAX_TEXT && !value.is_empty()));
        }
    }
}
