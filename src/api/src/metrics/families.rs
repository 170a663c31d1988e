//! Families of figures, written one after the other.

use prometheus_client::{
    encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet},
    metrics::MetricType,
};
use std::fmt;

/// A figure's label and its value; the same label for all figures of a family.
type Label = (&'static str, &'static str);

/// Writes families.
pub(super) struct Families<'a>(pub(super) DescriptorEncoder<'a>);

impl Families<'_> {
    /// What only grows. `_total` is added to the name.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.family(MetricType::Counter, (name, help), &[(None, value as f64)])
    }

    /// Time that only grows, in seconds.
    pub(super) fn seconds(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.family(MetricType::Counter, (name, help), &[(None, value)])
    }

    /// What only grows, by a label.
    pub(super) fn counters(&mut self, name: &str, help: &str, values: &[(Label, u64)]) -> fmt::Result {
        let values: Vec<_> = values.iter().map(|(label, value)| (Some(*label), *value as f64)).collect();
        self.family(MetricType::Counter, (name, help), &values)
    }

    /// What is now.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.family(MetricType::Gauge, (name, help), &[(None, value)])
    }

    /// What is now, by a label.
    pub(super) fn gauges(&mut self, name: &str, help: &str, values: &[(Label, u64)]) -> fmt::Result {
        let values: Vec<_> = values.iter().map(|(label, value)| (Some(*label), *value as f64)).collect();
        self.family(MetricType::Gauge, (name, help), &values)
    }

    fn family(
        &mut self,
        kind: MetricType,
        (name, help): (&str, &str),
        values: &[(Option<Label>, f64)],
    ) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, kind)?;
        for (label, value) in values {
            match label {
                Some(label) => put(encoder.encode_family(&[*label])?, kind, *value)?,
                None => return put(encoder, kind, *value),
            }
        }
        Ok(())
    }
}

fn put(mut encoder: MetricEncoder<'_>, kind: MetricType, value: f64) -> fmt::Result {
    match kind {
        MetricType::Counter => encoder.encode_counter::<NoLabelSet, f64, f64>(&value, None),
        _ => encoder.encode_gauge(&value),
    }
}
