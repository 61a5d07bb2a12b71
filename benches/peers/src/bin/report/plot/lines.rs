//! Growth of times: lines with logarithmic axes.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, FAINT, GRID, OWN, RIVAL, TEXT, style};
use crate::Result;
use crate::criterion::Measurement;
use crate::format::size;
use crate::growth::Growth;

const SIZE: (u32, u32) = (720, 420);

/// One line.
struct Line {
    name: &'static str,
    color: RGBColor,
    points: Vec<(f64, f64)>,
    /// Thin and without marks: a guide, not a measurement.
    guide: bool,
}

/// Draws verification by the length of the token, with a line of slope one.
pub(crate) fn lengths(file: &Path, growth: &Growth) -> Result<()> {
    let points = microseconds(&growth.points("length/"));
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Ok(()) };
    // Through the last point, where the length dominates the constant cost.
    let guide = vec![(first.0, last.1 * first.0 / last.0), last];
    let lines = [
        Line { name: "slope one", color: FAINT, points: guide, guide: true },
        Line { name: "jotwell, verify HS256", color: OWN, points, guide: false },
    ];
    draw(file, "Time to verify a token, by its length", "length of the token", &|length| size(length), &lines)
}

/// Draws verification by the number of keys in the set, with the look-up in it.
pub(crate) fn key_sets(file: &Path, growth: &Growth) -> Result<()> {
    let verify = microseconds(&growth.points("keys/"));
    let lookup = microseconds(&growth.points("lookup/known/"));
    let lines = [
        Line { name: "verify EdDSA", color: OWN, points: verify, guide: false },
        Line { name: "of that the look-up", color: RIVAL, points: lookup, guide: false },
    ];
    draw(file, "Time for a token, by the number of keys in the set", "keys", &|keys| keys.to_string(), &lines)
}

fn microseconds(points: &[(f64, &Measurement)]) -> Vec<(f64, f64)> {
    points.iter().map(|(at, one)| (*at, one.median / 1000.0)).collect()
}

fn draw(file: &Path, title: &str, axis: &str, label: &dyn Fn(f64) -> String, lines: &[Line]) -> Result<()> {
    let points = || lines.iter().flat_map(|line| &line.points);
    if points().next().is_none() {
        return Ok(());
    }
    let range = |of: fn(&(f64, f64)) -> f64, around: f64| {
        let low = points().map(of).fold(f64::INFINITY, f64::min);
        let high = points().map(of).fold(0.0, f64::max);
        low / around..high * around
    };
    let (x, y) = (range(|point| point.0, 1.3), range(|point| point.1, 1.6));
    let ticks: Vec<f64> = lines
        .iter()
        .find(|line| !line.guide)
        .map_or(Vec::new(), |line| line.points.iter().map(|point| point.0).collect());

    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    area.draw(&Text::new(title.to_owned(), (16, 20), style(17, TEXT, HPos::Left)))?;
    area.draw(&Text::new("µs; both axes logarithmic", (16, 40), style(12, FAINT, HPos::Left)))?;
    let mut chart = ChartBuilder::on(&area)
        .margin_top(56)
        .margin_right(24)
        .margin_bottom(8)
        .x_label_area_size(46)
        .y_label_area_size(56)
        .build_cartesian_2d(x.log_scale().with_key_points(ticks), y.log_scale())?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(FAINT)
        .label_style(("sans-serif", 12).into_text_style(&(0, 0)).color(&TEXT))
        .x_label_formatter(&|value| label(*value))
        .y_label_formatter(&|value| value.to_string())
        .x_desc(axis)
        .draw()?;
    for line in lines {
        let width = if line.guide { 1 } else { 2 };
        let series = LineSeries::new(line.points.iter().copied(), line.color.stroke_width(width));
        chart.draw_series(series)?;
        if !line.guide {
            let marks = line.points.iter().map(|point| Circle::new(*point, 4, line.color.filled()));
            chart.draw_series(marks)?;
        }
    }
    legend(&area, lines)?;
    area.present()?;
    Ok(())
}

/// Above the chart, to the right: no line crosses it there.
fn legend(area: &Area<'_>, lines: &[Line]) -> Result<()> {
    let mut top = 40 - 20 * (i32::try_from(lines.len())? - 1);
    for line in lines {
        let width = if line.guide { 1 } else { 2 };
        let sample = PathElement::new([(530, top), (554, top)], line.color.stroke_width(width));
        area.draw(&sample)?;
        area.draw(&Text::new(line.name, (562, top), style(12, TEXT, HPos::Left)))?;
        top += 20;
    }
    Ok(())
}
