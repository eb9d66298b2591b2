import type uPlot from 'uplot';
import { type Exemplar, nearestPoint } from './exemplars';

const halfDiagonal = 4.5;
const reach = 9;

/** An exemplar above or below what the value axis shows stands at the edge instead of out of sight. */
function shownValue(chart: uPlot, value: number): number {
  const { min = value, max = value } = chart.scales.y ?? {};
  return Math.min(Math.max(value, min), max);
}

/** Draws exemplars as diamonds over the lines. */
export function drawExemplars(
  chart: uPlot,
  exemplars: readonly Exemplar[],
  color: string,
  ground: string,
): void {
  if (exemplars.length === 0) return;
  const { ctx, bbox } = chart;
  const size = halfDiagonal * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - size, bbox.width, bbox.height + 2 * size);
  ctx.clip();
  ctx.fillStyle = color;
  ctx.strokeStyle = ground;
  ctx.lineWidth = devicePixelRatio;
  for (const { seconds, value } of exemplars) {
    const x = chart.valToPos(seconds, 'x', true);
    const y = chart.valToPos(shownValue(chart, value), 'y', true);
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

/** The exemplar under the cursor. */
export function exemplarAt(
  chart: uPlot,
  exemplars: readonly Exemplar[],
  left: number,
  top: number,
): Exemplar | undefined {
  const points = exemplars.map(({ seconds, value }) => ({
    x: chart.valToPos(seconds, 'x'),
    y: chart.valToPos(shownValue(chart, value), 'y'),
  }));
  const index = nearestPoint(points, { x: left, y: top }, reach);
  return index === undefined ? undefined : exemplars[index];
}
