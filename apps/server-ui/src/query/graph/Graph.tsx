import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Notice } from '@narthex/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { FailureNotice } from '../../components/FailureNotice';
import { countOf, formatCount } from '../../format/number';
import { formatSeries } from '../../format/series';
import { formatTimestampWithZone } from '../../format/time';
import { useSettings } from '../../settings/settings';
import { type RangeExecution, useExemplars } from '../execution';
import { type Panel } from '../state/panel';
import { alignSeries, stackColumns } from './align';
import { type Exemplar } from './exemplars';
import { GraphLegend } from './GraphLegend';
import { GraphTooltip } from './GraphTooltip';
import { nextVisible, visibleSeries } from './legend-selection';
import { type ChartCursor } from './uplot-options';
import { UplotChart } from './UplotChart';
import { useChartLook } from './use-chart-look';
import classes from './Graph.module.css';

/** Series drawn without being asked for all. */
const firstSeries = 100;
const height = 360;
const noExemplars: readonly Exemplar[] = [];

export interface GraphProps {
  readonly execution: RangeExecution;
  readonly panel: Panel;
  /** A range dragged over the chart; milliseconds. */
  readonly onSelectRange: (startMs: number, endMs: number) => void;
}

/** The answer of a range query as lines, with legend and values under the cursor. */
export function Graph({ execution, panel, onSelectRange }: GraphProps): ReactElement {
  const { grid, data } = execution;
  const { settings } = useSettings();
  const { ref, width } = useElementSize();
  const [cursor, setCursor] = useState<ChartCursor>();
  const [highlighted, setHighlighted] = useState<number>();
  const [showAll, setShowAll] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());

  const shown = useMemo(() => (showAll ? data : data.slice(0, firstSeries)), [data, showAll]);
  const metrics = useMemo(() => shown.map(({ metric }) => metric), [shown]);
  const aligned = useMemo(() => alignSeries(shown, grid), [shown, grid]);
  const names = useMemo(() => metrics.map(formatSeries), [metrics]);
  const visible = useMemo(() => visibleSeries(names, hidden), [names, hidden]);
  const stacked = panel.displayMode === 'stacked';
  const columns = useMemo(
    () => (stacked ? stackColumns(aligned.columns, visible) : aligned.columns),
    [aligned, stacked, visible],
  );
  const exemplars = useExemplars(panel.expr, grid, panel.showExemplars);
  const points = panel.showExemplars ? (exemplars.data ?? noExemplars) : noExemplars;
  const look = useChartLook({ metrics, visible, width: Math.floor(width), height, panel, exemplars: points });

  if (data.length === 0)
    return (
      <Notice tone="plain" title="No data">
        The query gave no series in this range.
      </Notice>
    );
  const range = [grid.start, grid.end]
    .map((at) => formatTimestampWithZone(at * 1000, settings.timeZone))
    .join(' to ');
  return (
    <div>
      {exemplars.error !== null && <FailureNotice what="exemplars" error={exemplars.error} />}
      {aligned.histogramSeries > 0 && (
        <Notice tone="info">
          {countOf(aligned.histogramSeries, 'series', 'series')} of native histograms cannot be drawn as
          lines; the table shows them.
        </Notice>
      )}
      <div ref={ref} className={classes.frame} style={{ height }} onMouseLeave={() => setCursor(undefined)}>
        {width > 0 && (
          <UplotChart
            times={aligned.times}
            columns={columns}
            grid={grid}
            look={look}
            highlighted={highlighted}
            description={`Graph of ${countOf(shown.length, 'series', 'series')} from ${range}`}
            onCursor={setCursor}
            onSelect={(start, end) => onSelectRange(start * 1000, end * 1000)}
          />
        )}
        {cursor !== undefined && (
          <GraphTooltip
            cursor={cursor}
            chartWidth={width}
            times={aligned.times}
            columns={aligned.columns}
            drawn={columns}
            metrics={metrics}
            series={look.series}
          />
        )}
      </div>
      <GraphLegend
        metrics={metrics}
        series={look.series}
        columns={aligned.columns}
        onHover={setHighlighted}
        onToggle={(index, modifier) => {
          const next = nextVisible(visible, index, modifier);
          setHidden(new Set(names.filter((_name, place) => next[place] === false)));
        }}
      />
      {shown.length < data.length && (
        <div className={classes.more}>
          The first {formatCount(shown.length)} of {formatCount(data.length)} series are drawn.
          <Button size="compact-xs" variant="default" onClick={() => setShowAll(true)}>
            Draw all
          </Button>
        </div>
      )}
    </div>
  );
}
