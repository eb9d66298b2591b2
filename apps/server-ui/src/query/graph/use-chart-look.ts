import { useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { type LabelSet } from '../../api/types-query';
import { formatSeries } from '../../format/series';
import { useSettings } from '../../settings/settings';
import { type Panel } from '../state/panel';
import { seriesColor } from './colors';
import { type Exemplar } from './exemplars';
import { type ChartAppearance } from './uplot-options';

/** Canvas text and lines cannot read CSS variables, so the two schemes' colours stand here again. */
const schemes = {
  light: { textColor: '#566072', gridColor: '#e9ecf0', groundColor: '#ffffff', exemplarColor: '#c2255c' },
  dark: { textColor: '#9aa5b5', gridColor: '#262b34', groundColor: '#1a1d24', exemplarColor: '#ffa8c5' },
} as const;

const font = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

export interface ChartLookOptions {
  readonly metrics: readonly LabelSet[];
  readonly visible: readonly boolean[];
  readonly width: number;
  readonly height: number;
  readonly panel: Panel;
  readonly exemplars: readonly Exemplar[];
}

/** How the chart is drawn; the same object as long as nothing about it changes. */
export function useChartLook({
  metrics,
  visible,
  width,
  height,
  panel,
  exemplars,
}: ChartLookOptions): ChartAppearance {
  const { colorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme(colorScheme === 'dark' ? 'dark' : 'light', {
    getInitialValueInEffect: false,
  });
  const { settings } = useSettings();
  const { displayMode, yAxisMin } = panel;
  return useMemo(
    () => ({
      width,
      height,
      series: metrics.map((metric, index) => ({
        label: formatSeries(metric),
        color: seriesColor(index, scheme),
        visible: visible[index] ?? true,
      })),
      stacked: displayMode === 'stacked',
      yAxisMin,
      timeZone: settings.timeZone,
      exemplars,
      ...schemes[scheme],
      font,
    }),
    [metrics, visible, width, height, displayMode, yAxisMin, settings.timeZone, exemplars, scheme],
  );
}
