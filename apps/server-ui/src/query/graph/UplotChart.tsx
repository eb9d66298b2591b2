import { type ReactElement, useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type AlignedSeries, type Column, type QueryGrid } from './align';
import { type ChartAppearance, type ChartCursor, uplotOptions } from './uplot-options';
import classes from './UplotChart.module.css';

export interface UplotChartProps {
  readonly times: AlignedSeries['times'];
  readonly columns: readonly Column[];
  readonly grid: QueryGrid;
  readonly look: ChartAppearance;
  /** A series to bring forward, the others step back. */
  readonly highlighted: number | undefined;
  readonly description: string;
  readonly onCursor: (cursor: ChartCursor | undefined) => void;
  readonly onSelect: (start: number, end: number) => void;
}

/** The drawing itself; a thin hull that keeps one uPlot instance in step with the properties. */
export function UplotChart(props: UplotChartProps): ReactElement {
  const { times, columns, grid, look, highlighted, description } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const onCursor = useEffectEvent(props.onCursor);
  const onSelect = useEffectEvent(props.onSelect);

  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const options = uplotOptions(
      look,
      { onCursor: (at) => onCursor(at), onSelect: (a, b) => onSelect(a, b) },
      grid,
    );
    const drawn = new uPlot(options, [times, ...columns] as uPlot.AlignedData, host.current);
    chart.current = drawn;
    return () => {
      drawn.destroy();
      chart.current = undefined;
    };
  }, [times, columns, grid, look]);

  useEffect(() => {
    chart.current?.setSeries(highlighted === undefined ? null : highlighted + 1, { focus: true });
  }, [highlighted, look]);

  return (
    <div
      ref={host}
      className={classes.chart}
      role="img"
      aria-label={description}
      data-testid="graph-canvas"
      style={{ height: look.height }}
    />
  );
}
