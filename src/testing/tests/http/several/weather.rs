//! What lies between servers: requests that are late, lost or answered in vain, and pairs that are cut off from each other.

use super::chance::Chance;
use parking_lot::Mutex;
use std::{collections::HashSet, sync::Arc, time::Duration};
use testing::{Gate, Passage};

/// Gates, and what they do for now.
pub(super) struct Weather {
    pub(super) gates: Vec<Gate>,
    chance: Chance,
    cuts: Arc<Mutex<HashSet<(usize, usize)>>>,
}

impl Weather {
    /// As many gates, with fine weather.
    pub(super) async fn fine(count: usize, chance: &Chance) -> Self {
        let mut gates = Vec::with_capacity(count);
        for _ in 0..count {
            gates.push(Gate::new().await);
        }
        Self { gates, chance: chance.another(), cuts: Arc::default() }
    }

    /// From now on some requests are late, some are cut, and those between pairs that are cut off don't get through.
    pub(super) fn turn(&self) {
        {
            let mut cuts = self.cuts.lock();
            cuts.clear();
            for one in 0..self.gates.len() {
                for other in 0..one {
                    if self.chance.percent(40) {
                        cuts.extend([(one, other), (other, one)]);
                    }
                }
            }
        }
        for (to, gate) in self.gates.iter().enumerate() {
            let names: Vec<String> = self.gates.iter().map(|gate| gate.name().to_owned()).collect();
            let (cuts, chance) = (Arc::clone(&self.cuts), self.chance.clone());
            gate.rule(move |from| {
                let from = names.iter().position(|name| name == from);
                if from.is_some_and(|from| cuts.lock().contains(&(from, to))) {
                    return Passage::Cut;
                }
                match chance.below(10) {
                    0 => Passage::CutAfter,
                    1..4 => Passage::After(Duration::from_millis(chance.below(150).into())),
                    _ => Passage::Free,
                }
            });
        }
    }

    /// From now on everything gets through.
    pub(super) fn clear(&self) {
        for gate in &self.gates {
            gate.open();
        }
    }
}
