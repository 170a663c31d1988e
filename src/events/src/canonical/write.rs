//! Writes canonical JSON text.

use std::fmt::Write as _;

use ruma::canonical_json::{CanonicalJsonObject, CanonicalJsonValue};

use super::node::Node;

pub(super) fn node(out: &mut String, value: &Node<'_>) {
    match value {
        Node::Null => out.push_str("null"),
        Node::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Node::Int(value) => display(out, value),
        Node::Uint(value) => display(out, value),
        Node::Float(value) => float(out, *value),
        Node::Str(value) => string(out, value),
        Node::Array(items) => sequence(out, ['[', ']'], items, node),
        Node::Object(entries) => sequence(out, ['{', '}'], entries, |out, (key, value)| {
            string(out, key);
            out.push(':');
            node(out, value);
        }),
    }
}

pub(super) fn object(out: &mut String, object: &CanonicalJsonObject) {
    sequence(out, ['{', '}'], object, |out, (key, entry)| {
        string(out, key);
        out.push(':');
        value(out, entry);
    });
}

fn value(out: &mut String, value: &CanonicalJsonValue) {
    match value {
        CanonicalJsonValue::Null => out.push_str("null"),
        CanonicalJsonValue::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        CanonicalJsonValue::Integer(value) => display(out, value),
        CanonicalJsonValue::String(value) => string(out, value),
        CanonicalJsonValue::Array(items) => sequence(out, ['[', ']'], items, self::value),
        CanonicalJsonValue::Object(entries) => object(out, entries),
    }
}

fn sequence<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(close);
}

fn display(out: &mut String, value: impl std::fmt::Display) {
    write!(out, "{value}").expect("writing to a string does not fail");
}

/// As Python's `repr`, which differs from Rust's debug format only in how the exponent is written.
fn float(out: &mut String, value: f64) {
    let text = format!("{value:?}");
    match text.split_once('e') {
        None => out.push_str(&text),
        Some((mantissa, exponent)) => {
            let (sign, digits) = match exponent.strip_prefix('-') {
                Some(digits) => ('-', digits),
                None => ('+', exponent),
            };
            write!(out, "{mantissa}e{sign}{digits:0>2}").expect("writing to a string does not fail");
        }
    }
}

/// Writes a JSON string with its quotes. Only quotes, backslashes and control characters are escaped.
pub(crate) fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = special.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            Some(control) => {
                write!(out, "\\u{:04x}", u32::from(control)).expect("writing to a string does not fail");
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}
