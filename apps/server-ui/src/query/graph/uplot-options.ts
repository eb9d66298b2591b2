import uPlot from 'uplot';
import { formatAxisValue } from '../../format/number';
import { type TimeZone } from '../../format/time';
import { drawExemplars, exemplarAt } from './draw-exemplars';
import { type Exemplar } from './exemplars';

export interface ChartSeries {
  readonly label: string;
  readonly color: string;
  readonly visible: boolean;
}

export interface ChartAppearance {
  readonly width: number;
  readonly height: number;
  readonly series: readonly ChartSeries[];
  readonly stacked: boolean;
  readonly yAxisMin: number | null;
  readonly timeZone: TimeZone;
  readonly exemplars: readonly Exemplar[];
  /** Colours of the scheme, as CSS would give them. */
  readonly textColor: string;
  readonly gridColor: string;
  readonly groundColor: string;
  readonly exemplarColor: string;
  readonly font: string;
}

/** What the chart tells the component around it. */
export interface ChartEvents {
  /** The cursor moved; an undefined index means it left. */
  readonly onCursor: (cursor: ChartCursor | undefined) => void;
  /** A range was dragged; seconds. */
  readonly onSelect: (start: number, end: number) => void;
}

/** Where the cursor is: the point on the grid, and pixels from the plot's upper left corner. */
export interface ChartCursor {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  /** Pixels from the chart's left edge to its plot. */
  readonly plotLeft: number;
  /** The series drawn nearest to the cursor at this point. */
  readonly nearest: number | undefined;
  readonly exemplar: Exemplar | undefined;
}

/** Options of the drawing library (https://github.com/leeoniya/uPlot/tree/master/docs). */
export function uplotOptions(
  look: ChartAppearance,
  events: ChartEvents,
  range: { readonly start: number; readonly end: number },
): uPlot.Options {
  const axis = {
    stroke: look.textColor,
    font: look.font,
    grid: { stroke: look.gridColor, width: 1 },
    ticks: { stroke: look.gridColor, width: 1, size: 4 },
  };
  return {
    width: look.width,
    height: look.height,
    padding: [10, 22, 0, 0],
    legend: { show: false },
    ...(look.timeZone === 'utc' && {
      tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    }),
    cursor: {
      drag: { x: true, y: false, setScale: false, dist: 6 },
      points: { size: 7 },
      focus: { prox: -1 },
    },
    scales: {
      x: { time: true, min: range.start, max: range.end, auto: false },
      y: { range: valueRange(look) },
    },
    axes: [
      { ...axis, size: 30, gap: 4, space: 84, values: timeTicks(look.timeZone) },
      { ...axis, size: axisWidth, gap: 6, values: valueTicks },
    ],
    ...(look.stacked && { bands: stackBands(look.series) }),
    series: [{}, ...look.series.map((series) => lineOptions(series, look.stacked))],
    hooks: {
      draw: [(chart) => drawExemplars(chart, look.exemplars, look.exemplarColor, look.groundColor)],
      setCursor: [(chart) => events.onCursor(cursorOf(chart, look.exemplars))],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width < 6) return;
          const [start, end] = [chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')];
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          events.onSelect(start, end);
        },
      ],
    },
  };
}

function lineOptions({ label, color, visible }: ChartSeries, stacked: boolean): uPlot.Series {
  return {
    label,
    show: visible,
    stroke: color,
    width: stacked ? 1 : 1.5,
    ...(stacked && { fill: `color-mix(in srgb, ${color} 50%, transparent)` }),
    // A lone value between two gaps would be invisible as a line.
    points: { show: false, filter: lonePoints, size: 4, fill: color, stroke: color },
  };
}

/** Each visible layer is filled down to the one below it; the lowest down to zero. */
function stackBands(series: readonly ChartSeries[]): uPlot.Band[] {
  const places = series.flatMap(({ visible }, index) => (visible ? [index + 1] : []));
  return places.slice(1).map((place, index) => ({ series: [place, places[index] ?? place] }));
}

function lonePoints(chart: uPlot, series: number): number[] | null {
  const column = chart.data[series] ?? [];
  const lone: number[] = [];
  for (let index = 0; index < column.length; index += 1) {
    const gapBefore = (column[index - 1] ?? null) === null;
    const gapAfter = (column[index + 1] ?? null) === null;
    if (column[index] !== null && gapBefore && gapAfter) lone.push(index);
  }
  return lone.length === 0 ? null : lone;
}

/** Differences smaller than this part of the value are rounding, not movement. */
const rounding = 1e-9;

/** Leaves a little air around the lines; a flat line gets a band around itself. */
function valueRange(look: ChartAppearance): uPlot.Range.Function {
  return (_chart, dataMin, dataMax) => {
    if (!Number.isFinite(dataMin) || !Number.isFinite(dataMax)) return [0, 1];
    const low = look.stacked ? Math.min(0, dataMin) : dataMin;
    const size = Math.max(Math.abs(low), Math.abs(dataMax));
    const flat = dataMax - low <= size * rounding;
    const air = flat ? size * 0.1 || 0.5 : (dataMax - low) * 0.06;
    // What never falls below zero has no room there either.
    const below = low >= 0 ? Math.max(0, low - air) : low - air;
    const min = look.yAxisMin ?? (look.stacked ? low : below);
    const max = dataMax + air;
    return max > min ? [min, max] : [min, min + 1];
  };
}

function valueTicks(
  _chart: uPlot,
  splits: number[],
  _axis: number,
  _space: number,
  increment: number,
): string[] {
  return splits.map((split) => formatAxisValue(split, increment));
}

/** `14:05`, with seconds where ticks are closer than a minute, and the date where a day begins. */
function timeTicks(zone: TimeZone): uPlot.Axis.DynamicValues {
  return (chart, splits, _axis, _space, increment) => {
    const dates = splits.map((split) => tickDate(split, zone));
    const { min = 0, max = 0 } = chart.scales.x ?? {};
    const spansDays = max - min > 86_400;
    return dates.map((date, index) => {
      const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
      if (increment >= 86_400)
        return date.getMonth() === 0 && date.getDate() === 1 ? `${date.getFullYear()}` : day;
      const fraction = increment < 1 ? `.${String(date.getMilliseconds()).padStart(3, '0')}` : '';
      const seconds = increment < 60 ? `:${two(date.getSeconds())}${fraction}` : '';
      const before = dates[index - 1];
      const newDay = before === undefined ? spansDays : before.getDate() !== date.getDate();
      return `${newDay ? `${day} ` : ''}${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
    });
  };
}

function tickDate(seconds: number, zone: TimeZone): Date {
  const date = new Date(seconds * 1000);
  return zone === 'utc' ? uPlot.tzDate(date, 'Etc/UTC') : date;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Wide enough for the longest tick, and never narrower from one drawing to the next than need be. */
function axisWidth(_chart: uPlot, values: string[] | null): number {
  const longest = Math.max(...(values ?? ['']).map((value) => value.length));
  return Math.max(44, longest * 7 + 16);
}

function cursorOf(chart: uPlot, exemplars: readonly Exemplar[]): ChartCursor | undefined {
  const { idx, left = -1, top = -1 } = chart.cursor;
  if (idx === null || idx === undefined || left < 0) return undefined;
  return {
    index: idx,
    left,
    top,
    plotLeft: chart.bbox.left / devicePixelRatio,
    nearest: nearestSeries(chart, idx, top),
    exemplar: exemplarAt(chart, exemplars, left, top),
  };
}

function nearestSeries(chart: uPlot, index: number, top: number): number | undefined {
  let nearest: number | undefined;
  let shortest = Infinity;
  for (let series = 1; series < chart.series.length; series += 1) {
    const value = chart.data[series]?.[index];
    if (chart.series[series]?.show !== true || value === null || value === undefined) continue;
    const distance = Math.abs(chart.valToPos(value, 'y') - top);
    if (distance < shortest) {
      shortest = distance;
      nearest = series - 1;
    }
  }
  return nearest;
}
