//! Bars from 1 to the right for slower peers, to the left for faster ones.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, FAINT, FLOOR, FORM, GRID, OWN, RIVAL, TEXT, style};
use crate::Result;
use crate::comparison::{ALGORITHMS, Comparison};
use crate::facts::{Facts, Kind};
use crate::format::number;

const WIDTH: i32 = 860;
const ROW: i32 = 20;
/// The positions where names end and bars begin, and the length of bars; then space for numbers.
const LEFT: i32 = 210;
const RIGHT: i32 = WIDTH - 64;
const HEAD: i32 = 52;
const TITLE: i32 = 30;
const SCALE: i32 = 34;

/// One panel.
struct Panel<'a> {
    algorithm: &'a str,
    bars: Vec<(String, Kind, f64)>,
}

/// Draws a panel for each algorithm, all with one logarithmic scale.
pub(crate) fn bars(file: &Path, operation: &str, facts: &Facts, comparison: &Comparison) -> Result<()> {
    let panels: Vec<_> =
        ALGORITHMS.iter().map(|algorithm| panel(algorithm, operation, facts, comparison)).collect();
    let panels: Vec<_> = panels.into_iter().filter(|panel| !panel.bars.is_empty()).collect();
    let rows: i32 = panels.iter().map(|panel| i32::try_from(panel.bars.len()).unwrap_or(0)).sum();
    let height = HEAD + rows * ROW + i32::try_from(panels.len())? * TITLE + SCALE;
    let ratios = || panels.iter().flat_map(|panel| &panel.bars).map(|(_, _, ratio)| *ratio);
    let scale = Scale::new(ratios().fold(1.0, f64::min), ratios().fold(1.0, f64::max));

    let area = SVGBackend::new(file, (WIDTH.cast_unsigned(), height.cast_unsigned())).into_drawing_area();
    area.fill(&WHITE)?;
    let title = format!("Time to {operation} a token, ÷ that of jotwell");
    area.draw(&Text::new(title, (16, 20), style(17, TEXT, HPos::Left)))?;
    let note = "logarithmic; bars to the right are slower, grey ones are only primitives; † omits some checks";
    area.draw(&Text::new(note, (16, 40), style(12, FAINT, HPos::Left)))?;
    scale.draw(&area, HEAD + TITLE / 2, height - SCALE)?;
    let mut top = HEAD;
    for panel in &panels {
        panel.draw(&area, &scale, top)?;
        top += TITLE + i32::try_from(panel.bars.len())? * ROW;
    }
    area.present()?;
    Ok(())
}

/// The fastest first within each kind.
fn panel<'a>(algorithm: &'a str, operation: &str, facts: &'a Facts, comparison: &Comparison) -> Panel<'a> {
    let operation = format!("{operation}/{algorithm}");
    let mut bars: Vec<_> = facts
        .peers
        .iter()
        .filter_map(|peer| {
            Some((facts.marked(&peer.name), peer.kind, comparison.ratio(&operation, &peer.name)?.median))
        })
        .collect();
    bars.sort_by(|one, other| one.1.cmp(&other.1).then(one.2.total_cmp(&other.2)));
    Panel { algorithm, bars }
}

impl Panel<'_> {
    fn draw(&self, area: &Area<'_>, scale: &Scale, top: i32) -> Result<()> {
        let title = style(14, TEXT, HPos::Left);
        area.draw(&Text::new(self.algorithm.to_owned(), (16, top + TITLE - 10), title))?;
        let mut middle = top + TITLE + ROW / 2;
        let one = scale.position(1.0);
        for (name, kind, ratio) in &self.bars {
            let color = match kind {
                Kind::Own => OWN,
                Kind::Form => FORM,
                Kind::Rival => RIVAL,
                Kind::Floor => FLOOR,
            };
            let end = scale.position(*ratio);
            // Never empty: jotwell itself has a bar of three pixels.
            let (from, to) = if end < one { (end, one) } else { (one, end.max(one + 3)) };
            let (low, high) = (middle - ROW / 2 + 3, middle + ROW / 2 - 3);
            area.draw(&Text::new(name.clone(), (LEFT - 8, middle), style(12, TEXT, HPos::Right)))?;
            area.draw(&Rectangle::new([(from, low), (to, high)], color.filled()))?;
            let label = style(12, TEXT, HPos::Left);
            area.draw(&Text::new(number(*ratio), (to.max(one) + 6, middle), label))?;
            middle += ROW;
        }
        Ok(())
    }
}

/// A logarithmic scale.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn new(low: f64, high: f64) -> Self {
        // The smallest bar is visible, and the greatest one does not touch its number.
        Self { low: low * 0.8, high: high * 1.1 }
    }

    fn position(&self, ratio: f64) -> i32 {
        let part = (ratio / self.low).ln() / (self.high / self.low).ln();
        #[expect(clippy::cast_possible_truncation, reason = "of a part between 0 and 1")]
        let offset = (f64::from(RIGHT - LEFT) * part).round() as i32;
        LEFT + offset
    }

    /// Draws a line at each of 1, 2, 5 times a power of ten.
    fn draw(&self, area: &Area<'_>, top: i32, bottom: i32) -> Result<()> {
        let ticks = (-4..5).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)));
        for tick in ticks.filter(|tick| (self.low..self.high).contains(tick)) {
            let x = self.position(tick);
            let color = if tick == 1.0 { FAINT } else { GRID };
            area.draw(&PathElement::new([(x, top), (x, bottom)], color))?;
            area.draw(&Text::new(format!("{tick}"), (x, bottom + 12), style(11, FAINT, HPos::Center)))?;
        }
        Ok(())
    }
}
