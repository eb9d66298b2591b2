import { formatDuration, parseDuration } from '../../format/duration';
import { formatTimestamp, parseTimeInput } from '../../format/time';
import {
  defaultPanel,
  type Density,
  type DisplayMode,
  type Panel,
  type PanelTab,
  type Resolution,
} from './panel';

/**
 * The address of the query page, parameters `g0.expr`, `g0.tab`, … for each panel: the same that upstream's pages
 * and the links in alerts use, the older forms (`tab=0`, `stacked`, `step_input`) included.
 */

const densities: readonly string[] = ['low', 'medium', 'high'] satisfies Density[];
const displayModes: readonly string[] = ['lines', 'stacked', 'heatmap'] satisfies DisplayMode[];
const tabs: Readonly<Record<string, PanelTab>> = {
  '0': 'graph',
  '1': 'table',
  graph: 'graph',
  table: 'table',
  explain: 'explain',
};

/** Reads all panels; there is none where `g0.expr` is missing. What cannot be read keeps its default. */
export function decodePanels(search: string): readonly Panel[] {
  const params = new URLSearchParams(search);
  const panels: Panel[] = [];
  while (params.has(`g${panels.length}.expr`)) {
    const prefix = `g${panels.length}.`;
    panels.push(decodePanel((name) => params.get(prefix + name) ?? undefined));
  }
  return panels;
}

type Get = (name: string) => string | undefined;

function decodePanel(get: Get): Panel {
  return {
    expr: get('expr') ?? '',
    tab: tabs[get('tab') ?? ''] ?? defaultPanel.tab,
    endMs: decodeTime(get('moment_input')) ?? decodeTime(get('end_input')) ?? null,
    rangeMs: parseDuration(get('range_input') ?? '') ?? defaultPanel.rangeMs,
    resolution: decodeResolution(get),
    displayMode: decodeDisplayMode(get),
    yAxisMin: decodeNumber(get('y_axis_min')) ?? null,
    showExemplars: get('show_exemplars') === '1',
    showTree: get('show_tree') === '1',
  };
}

function decodeTime(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : parseTimeInput(text, 'utc', 0);
}

function decodeNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function decodeStepMs(text: string | undefined): number | undefined {
  const seconds = decodeNumber(text);
  return seconds !== undefined && seconds > 0 ? Math.max(1, Math.round(seconds * 1000)) : undefined;
}

function decodeResolution(get: Get): Resolution {
  const type = get('res_type');
  const density = get('res_density');
  if (type === 'auto' && density !== undefined && densities.includes(density)) {
    return { type, density: density as Density };
  }
  const stepMs = decodeStepMs(get('res_step'));
  if ((type === 'fixed' || type === 'custom') && stepMs !== undefined) return { type, stepMs };
  const legacyStepMs = decodeStepMs(get('step_input'));
  return legacyStepMs === undefined ? defaultPanel.resolution : { type: 'custom', stepMs: legacyStepMs };
}

function decodeDisplayMode(get: Get): DisplayMode {
  const mode = get('display_mode');
  if (mode !== undefined && displayModes.includes(mode)) return mode as DisplayMode;
  return get('stacked') === '1' ? 'stacked' : defaultPanel.displayMode;
}

/** Writes the query part of the address, without the question mark. */
export function encodePanels(panels: readonly Panel[]): string {
  const params = new URLSearchParams();
  panels.forEach((panel, index) => {
    for (const [name, value] of encodePanel(panel)) params.append(`g${index}.${name}`, value);
  });
  return params.toString();
}

function encodePanel(panel: Panel): [string, string][] {
  const entries: [string, string][] = [
    ['expr', panel.expr],
    ['show_tree', panel.showTree ? '1' : '0'],
    ['tab', panel.tab],
  ];
  if (panel.endMs !== null) {
    const end = formatTimestamp(panel.endMs, 'utc');
    entries.push(['end_input', end], ['moment_input', end]);
  }
  entries.push(['range_input', formatDuration(panel.rangeMs)], ['res_type', panel.resolution.type]);
  entries.push(
    panel.resolution.type === 'auto'
      ? ['res_density', panel.resolution.density]
      : ['res_step', String(panel.resolution.stepMs / 1000)],
  );
  entries.push(['display_mode', panel.displayMode]);
  if (panel.yAxisMin !== null) entries.push(['y_axis_min', String(panel.yAxisMin)]);
  entries.push(['show_exemplars', panel.showExemplars ? '1' : '0']);
  return entries;
}

/** The address, relative to the prefix, of the query page with one expression. */
export function queryPageAddress(expr: string, tab: PanelTab): string {
  return `/query?${encodePanels([{ ...defaultPanel, expr, tab }])}`;
}
