//! Texts as words: how an event's text and a query are cut into the terms of the index.
//!
//! Words end where Unicode says so (UAX #29), so that Chinese and Japanese characters are words of their own; what joins words
//! in names and addresses (`node.js`, `snake_case`, `l'amour`) separates here. Case does not matter, nor do the accents of
//! Latin letters. There is no stemming, as a room may speak any language.

use std::{iter::Peekable, vec::IntoIter};
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RemoveLongFilter, TextAnalyzer, Token, TokenStream, Tokenizer,
};
use unicode_segmentation::UnicodeSegmentation;

/// The name under which the index knows the analyzer.
pub(crate) const NAME: &str = "words";
/// Longer words, in bytes, are keys and pictures in disguise: nobody types them.
const LONGEST: usize = 64;
/// What Unicode takes as a part of words and people as what is between them.
const JOINERS: [char; 9] = ['.', '_', ':', ',', ';', '\'', '’', '·', '․'];

/// Cuts a text into words, lower case and without accents.
pub(crate) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(Words)
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// The words of a short text, with their places in it.
pub(crate) fn of(text: &str) -> Vec<(usize, String)> {
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut words = Vec::new();
    while let Some(token) = stream.next() {
        words.push((token.position, token.text.clone()));
    }
    words
}

#[derive(Clone)]
struct Words;

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        let words: Vec<_> = text.unicode_word_indices().flat_map(|(at, word)| parts(at, word)).collect();
        WordStream { words: words.into_iter().peekable(), token: Token::default() }
    }
}

/// The parts of a word between joiners, with their offsets.
fn parts(at: usize, word: &str) -> impl Iterator<Item = (usize, &str)> {
    word.split(JOINERS)
        .filter(|part| !part.is_empty())
        .map(move |part| (at + (part.as_ptr() as usize - word.as_ptr() as usize), part))
}

struct WordStream<'a> {
    words: Peekable<IntoIter<(usize, &'a str)>>,
    token: Token,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((at, word)) = self.words.next() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = at;
        self.token.offset_to = at + word.len();
        self.token.text.clear();
        self.token.text.push_str(word);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<String> {
        of(text).into_iter().map(|(_, word)| word).collect()
    }

    #[test]
    fn words_of_many_languages() {
        assert_eq!(texts("Hello, World!"), ["hello", "world"]);
        assert_eq!(texts("Crème brûlée, Straße"), ["creme", "brulee", "strasse"]);
        assert_eq!(texts("node.js snake_case l'amour"), ["node", "js", "snake", "case", "l", "amour"]);
        assert_eq!(texts("你好 мир"), ["你", "好", "мир"]);
        assert_eq!(texts("مرحبا بالعالم"), ["مرحبا", "بالعالم"]);
        assert!(texts("… — !? 🎉").is_empty());
        assert!(texts(&"x".repeat(1000)).is_empty());
    }

    #[test]
    fn places_count_words() {
        let places: Vec<_> = of("a b.c d").into_iter().map(|(place, _)| place).collect();
        assert_eq!(places, [0, 1, 2, 3]);
    }

    proptest! {
        #[test]
        fn offsets_lie_in_the_text(text in any::<String>()) {
            let mut analyzer = analyzer();
            let mut stream = analyzer.token_stream(&text);
            while let Some(token) = stream.next() {
                prop_assert!(text.get(token.offset_from..token.offset_to).is_some());
                prop_assert!(!token.text.is_empty());
            }
        }
    }
}
