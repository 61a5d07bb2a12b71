//! Plots as SVG: a light background, and the reader's default sans-serif font.

mod bars;
mod lines;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub(crate) use self::bars::bars;
pub(crate) use self::lines::{key_sets, lengths};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const TEXT: RGBColor = RGBColor(38, 38, 44);
const FAINT: RGBColor = RGBColor(120, 120, 128);
const GRID: RGBColor = RGBColor(226, 226, 230);
const OWN: RGBColor = RGBColor(24, 112, 184);
const FORM: RGBColor = RGBColor(102, 164, 216);
const RIVAL: RGBColor = RGBColor(222, 132, 58);
const FLOOR: RGBColor = RGBColor(172, 176, 184);

fn style(size: u32, color: RGBColor, horizontal: HPos) -> TextStyle<'static> {
    let position = Pos::new(horizontal, VPos::Center);
    TextStyle {
        color: color.to_backend_color(),
        pos: position,
        ..("sans-serif", size).into_text_style(&(0, 0))
    }
}
