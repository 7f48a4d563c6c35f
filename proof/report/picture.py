"""A chart of a table, as SVG."""

import math
from collections.abc import Mapping
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from proof.report.chart import Chart
from proof.report.targets import Figures

_COLOURS = ("#2563eb", "#9ca3af", "#f59e0b", "#10b981", "#8b5cf6", "#ef4444")
_INCHES_PER_ROW = 0.34


def draw(chart: Chart, title: str, rows: Mapping[str, Figures], path: Path) -> None:
    """Writes the chart as SVG; rows without a figure leave a gap."""
    tall = max(2.4, _INCHES_PER_ROW * len(rows) * max(1, len(chart.series) * 0.6) + 1.2)
    figure = Figure(figsize=(8, tall if chart.kind == "bars" else 4), layout="constrained")
    axes = figure.subplots()
    if chart.kind == "bars":
        _bars(axes, chart, rows)
    else:
        _lines(axes, chart, rows)
    axes.set_title(title, fontsize=11, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    if len(chart.series) > 1:
        axes.legend(frameon=False, fontsize=8, loc="best")
    figure.savefig(path, format="svg", metadata={"Date": None})


def _bars(axes: Axes, chart: Chart, rows: Mapping[str, Figures]) -> None:
    """One below the other, in the table's order."""
    width = 0.8 / len(chart.series)
    for number, (figure, legend) in enumerate(chart.series.items()):
        places = [row + number * width for row in range(len(rows))]
        values = [_number(figures.get(figure)) for figures in rows.values()]
        drawn = axes.barh(places, values, width * 0.92, color=_COLOURS[number], label=legend)
        form = "{:.0%}" if chart.percent else "{:,.3g}"
        axes.bar_label(drawn, fmt=form, padding=3, fontsize=7)
    centre = width * (len(chart.series) - 1) / 2
    axes.set_yticks([row + centre for row in range(len(rows))], list(rows), fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(chart.axis, fontsize=9)
    axes.margins(x=0.12)
    if chart.percent:
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    if chart.target is not None:
        axes.axvline(chart.target, color="#111827", linewidth=1, linestyle="--")


def _lines(axes: Axes, chart: Chart, rows: Mapping[str, Figures]) -> None:
    places = [_number(figures.get(chart.x)) for figures in rows.values()]
    for number, (figure, legend) in enumerate(chart.series.items()):
        values = [_number(figures.get(figure)) for figures in rows.values()]
        axes.plot(places, values, marker="o", color=_COLOURS[number], label=legend)
    axes.set_xlabel(chart.x_axis, fontsize=9)
    axes.set_ylabel(chart.axis, fontsize=9)
    axes.set_ylim(bottom=0)
    if chart.logarithmic:
        axes.set_xscale("log")
    if chart.percent:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    if chart.target is not None:
        axes.axhline(chart.target, color="#111827", linewidth=1, linestyle="--")


def _number(value: float | None) -> float:
    return math.nan if value is None else value
