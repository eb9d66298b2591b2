import { type ReactElement, useMemo } from 'react';
import { type LabelSet } from '../../api/types-query';
import { LabelList } from '../../components/LabelList';
import { SeriesName } from '../../components/SeriesName';
import { formatGlance } from '../../format/number';
import { commonLabels, withoutLabels } from '../../format/series';
import { formatTimestampWithZone } from '../../format/time';
import { useSettings } from '../../settings/settings';
import { type Column } from './align';
import { hoveredSeries } from './hovered';
import { type ChartCursor, type ChartSeries } from './uplot-options';
import classes from './GraphTooltip.module.css';

const shownSeries = 7;
/** Pixels between the cursor and the tooltip. */
const distance = 16;
const widest = 480;

export interface GraphTooltipProps {
  readonly cursor: ChartCursor;
  readonly chartWidth: number;
  readonly times: readonly number[];
  readonly columns: readonly Column[];
  /** The columns as drawn, piled up when stacked. */
  readonly drawn: readonly Column[];
  readonly metrics: readonly LabelSet[];
  readonly series: readonly ChartSeries[];
}

/** The values under the cursor, the nearest series standing out, what all share said once below; it stays out of the cursor's way. */
export function GraphTooltip(props: GraphTooltipProps): ReactElement | null {
  const { cursor, chartWidth, times, columns, drawn, metrics, series } = props;
  const { settings } = useSettings();
  const shared = useMemo(() => commonLabels(metrics), [metrics]);
  const visible = useMemo(() => series.map((entry) => entry.visible), [series]);
  const seconds = times[cursor.index];
  const rows = hoveredSeries(columns, drawn, visible, cursor, shownSeries);
  if (seconds === undefined || rows.length === 0) return null;
  const left = cursor.plotLeft + cursor.left;
  const toTheLeft = left > chartWidth / 2;
  const side = {
    ...(toTheLeft ? { right: chartWidth - left + distance } : { left: left + distance }),
    maxWidth: Math.min(widest, (toTheLeft ? left : chartWidth - left) - distance),
  };
  return (
    <div className={classes.tooltip} style={side} role="tooltip" data-testid="graph-tooltip">
      <div className={classes.time}>
        {formatTimestampWithZone(shownTimeMs(times, seconds), settings.timeZone)}
      </div>
      {rows.map(({ index, value, nearest: isNearest }) => (
        <div key={index} className={classes.row} data-nearest={isNearest}>
          <span className={classes.swatch} style={{ backgroundColor: series[index]?.color }} />
          <span className={classes.name}>
            <SeriesName
              metric={
                metrics.length > 1 ? withoutLabels(metrics[index] ?? {}, shared) : onlyName(metrics[index])
              }
            />
          </span>
          <span className={classes.value}>{formatGlance(value)}</span>
        </div>
      ))}
      {cursor.exemplar !== undefined && (
        <div className={classes.labels}>
          <div className={classes.time}>
            Exemplar {formatGlance(cursor.exemplar.value)} at{' '}
            {formatTimestampWithZone(Math.round(cursor.exemplar.seconds * 1000), settings.timeZone)}
          </div>
          <LabelList labels={cursor.exemplar.labels} />
        </div>
      )}
      {Object.keys(shared).some((label) => label !== '__name__') && (
        <div className={classes.labels}>
          <LabelList labels={shared} omit={['__name__']} />
        </div>
      )}
    </div>
  );
}

function onlyName(metric: LabelSet | undefined): LabelSet {
  return metric?.__name__ === undefined ? {} : { __name__: metric.__name__ };
}

/** Fractions of a second matter only where points lie that close. */
function shownTimeMs([first = 0, second = 1]: readonly number[], seconds: number): number {
  return second - first >= 1 ? Math.round(seconds) * 1000 : Math.round(seconds * 1000);
}
