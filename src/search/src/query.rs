//! What people type, as a query of the index.
//!
//! All words have to be there. Words in quotation marks have to stand together in their order, and so have the parts of a word
//! (`node.js`, and the characters of Chinese). The last word may be the beginning of one, as people search while they type.

use crate::{SearchError, schema::Fields, words};
use tantivy::{
    Term,
    query::{
        BooleanQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query,
        TermQuery,
    },
    schema::IndexRecordOption,
};

/// Words of one query.
const MOST_WORDS: usize = 32;
/// Shorter words stand for themselves only: half of all words begin with them.
const SHORTEST_PREFIX: usize = 2;

/// Words that have to stand together.
#[derive(Debug, PartialEq, Eq)]
struct Chunk {
    /// With their places relative to each other.
    words: Vec<(usize, String)>,
    /// The last may go on.
    open: bool,
}

/// A query that is ready to be run.
pub(crate) struct Parsed {
    pub(crate) query: Box<dyn Query>,
    /// The words to highlight.
    pub(crate) words: Vec<String>,
}

/// Reads what somebody typed; `None` when there is no word in it.
pub(crate) fn parse(text: &str, fields: &Fields) -> Result<Option<Parsed>, SearchError> {
    let chunks = chunks(text);
    let mut words: Vec<_> =
        chunks.iter().flat_map(|chunk| &chunk.words).map(|(_, word)| word.clone()).collect();
    if words.is_empty() {
        return Ok(None);
    }
    if words.len() > MOST_WORDS {
        return Err(SearchError::Query(format!("Search for at most {MOST_WORDS} words.")));
    }
    words.sort_unstable();
    words.dedup();
    let clauses = chunks.iter().map(|chunk| (Occur::Must, chunk.query(fields))).collect();
    Ok(Some(Parsed { query: Box::new(BooleanQuery::new(clauses)), words }))
}

fn chunks(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut quoted = false;
    for part in text.split(['"', '“', '”', '„']) {
        let pieces: Vec<_> = if quoted { vec![part] } else { part.split_whitespace().collect() };
        for piece in pieces {
            let words = words::of(piece);
            if !words.is_empty() {
                chunks.push(Chunk { words, open: false });
            }
        }
        quoted = !quoted;
    }
    if text.ends_with(char::is_alphanumeric)
        && let Some(last) = chunks.last_mut()
    {
        last.open = true;
    }
    chunks
}

impl Chunk {
    fn query(&self, fields: &Fields) -> Box<dyn Query> {
        let term = |word: &str| Term::from_field_text(fields.text, word);
        let terms = || self.words.iter().map(|(place, word)| (*place, term(word))).collect::<Vec<_>>();
        match self.words.as_slice() {
            [(_, word)] => {
                let exact = Box::new(TermQuery::new(term(word), IndexRecordOption::WithFreqs));
                if !self.open || word.chars().count() < SHORTEST_PREFIX {
                    return exact;
                }
                // A word that only begins so counts less than the word itself.
                let begun = FuzzyTermQuery::new_prefix(term(word), 0, false);
                let begun = Box::new(ConstScoreQuery::new(Box::new(begun), 1.0));
                Box::new(BooleanQuery::new(vec![(Occur::Should, exact), (Occur::Should, begun)]))
            }
            _ if self.open => {
                Box::new(ConstScoreQuery::new(Box::new(PhrasePrefixQuery::new_with_offset(terms())), 1.0))
            }
            _ => Box::new(PhraseQuery::new_with_offset(terms())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(Vec<String>, bool)> {
        let words = |chunk: Chunk| chunk.words.into_iter().map(|(_, word)| word).collect();
        chunks(text)
            .into_iter()
            .map(|chunk| (chunk.open, chunk))
            .map(|(open, chunk)| (words(chunk), open))
            .collect()
    }

    fn chunk(words: &[&str], open: bool) -> (Vec<String>, bool) {
        (words.iter().map(|&word| word.to_owned()).collect(), open)
    }

    #[test]
    fn words_phrases_and_beginnings() {
        assert_eq!(read("Hello wor"), [chunk(&["hello"], false), chunk(&["wor"], true)]);
        assert_eq!(read("hello "), [chunk(&["hello"], false)]);
        assert_eq!(read("\"hello world\" x "), [chunk(&["hello", "world"], false), chunk(&["x"], false)]);
        assert_eq!(read("\"hello world\""), [chunk(&["hello", "world"], false)]);
        assert_eq!(read("a \"hello wor"), [chunk(&["a"], false), chunk(&["hello", "wor"], true)]);
        assert_eq!(read("node.js"), [chunk(&["node", "js"], true)]);
        assert_eq!(read("你好"), [chunk(&["你", "好"], true)]);
        assert!(read(" \"\" -- ").is_empty());
    }

    #[test]
    fn too_many_words_are_refused() {
        let (_, fields) = Fields::build();
        assert!(parse(&"word ".repeat(MOST_WORDS), &fields).unwrap().is_some());
        assert!(matches!(parse(&"word ".repeat(MOST_WORDS + 1), &fields), Err(SearchError::Query(_))));
        assert!(parse("!?", &fields).unwrap().is_none());
    }

    proptest! {
        #[test]
        fn anything_can_be_typed(text in any::<String>()) {
            let (_, fields) = Fields::build();
            drop(parse(&text, &fields));
        }
    }
}
