import { type ReactElement, useMemo } from 'react';
import { type LabelSet } from '../../api/types-query';
import { LabelList } from '../../components/LabelList';
import { SeriesName } from '../../components/SeriesName';
import { formatGlance } from '../../format/number';
import { commonLabels, formatSeries, withoutLabels } from '../../format/series';
import { type Column } from './align';
import { type ChartSeries } from './uplot-options';
import classes from './GraphLegend.module.css';

export interface GraphLegendProps {
  readonly metrics: readonly LabelSet[];
  readonly series: readonly ChartSeries[];
  readonly columns: readonly Column[];
  readonly onToggle: (index: number, modifier: boolean) => void;
  readonly onHover: (index: number | undefined) => void;
}

/** All series with their colours and last values. What they share is said once, above. */
export function GraphLegend({ metrics, series, columns, onToggle, onHover }: GraphLegendProps): ReactElement {
  const shared = useMemo(() => (metrics.length > 1 ? commonLabels(metrics) : {}), [metrics]);
  const lasts = useMemo(
    () => columns.map((column) => column.findLast((value) => value !== null) ?? undefined),
    [columns],
  );
  return (
    <div className={classes.legend} role="group" aria-label="Series" onMouseLeave={() => onHover(undefined)}>
      {Object.keys(shared).length > 0 && (
        <div className={classes.shared}>
          <span className={classes.caption}>All series:</span> <LabelList labels={shared} />
        </div>
      )}
      <ul className={classes.list}>
        {metrics.map((metric, index) => {
          const { color, visible } = series[index] ?? { color: 'gray', visible: true };
          const last = lasts[index];
          return (
            <li key={formatSeries(metric)}>
              <button
                type="button"
                className={classes.entry}
                aria-pressed={visible}
                title="Click: only this series. Ctrl+click: add or remove it."
                onClick={(event) => onToggle(index, event.ctrlKey || event.metaKey)}
                onMouseEnter={() => onHover(visible ? index : undefined)}
                onFocus={() => onHover(visible ? index : undefined)}
                onBlur={() => onHover(undefined)}
              >
                <span className={classes.swatch} style={{ backgroundColor: color }} aria-hidden />
                <span className={classes.name}>
                  <SeriesName metric={withoutLabels(metric, shared)} />
                </span>
                <span className={classes.last} title="Last value">
                  {last === undefined ? '' : formatGlance(last)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
