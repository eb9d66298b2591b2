import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultPanel, type Panel, type Resolution } from './panel';
import { decodePanels, encodePanels, queryPageAddress } from './url';

describe('decodePanels', () => {
  const at = Date.UTC(2026, 2, 1, 9, 5, 7);
  test.each<[string, Partial<Panel>]>([
    ['g0.expr=up', { expr: 'up' }],
    // The link of an alert.
    ['g0.expr=up+%3D%3D+0&g0.tab=1', { expr: 'up == 0', tab: 'table' }],
    // The link of a graph by the old pages.
    [
      'g0.expr=up&g0.tab=0&g0.stacked=1&g0.show_exemplars=0&g0.range_input=30m&g0.end_input=2026-03-01%2009%3A05%3A07&g0.step_input=15',
      {
        expr: 'up',
        tab: 'graph',
        displayMode: 'stacked',
        rangeMs: 1_800_000,
        endMs: at,
        resolution: { type: 'custom', stepMs: 15_000 },
      },
    ],
    [
      'g0.expr=up&g0.tab=graph&g0.res_type=auto&g0.res_density=high&g0.step_input=15',
      { expr: 'up', tab: 'graph', resolution: { type: 'auto', density: 'high' } },
    ],
    [
      'g0.expr=up&g0.res_type=fixed&g0.res_step=60&g0.display_mode=stacked&g0.y_axis_min=0',
      { expr: 'up', resolution: { type: 'fixed', stepMs: 60_000 }, displayMode: 'stacked', yAxisMin: 0 },
    ],
    ['g0.expr=up&g0.end_input=2020-01-01&g0.moment_input=2026-03-01+09:05:07', { expr: 'up', endMs: at }],
    ['g0.expr=up&g0.tab=explain&g0.show_tree=1', { expr: 'up', tab: 'explain', showTree: true }],
    // What cannot be read keeps its default.
    [
      'g0.expr=up&g0.tab=9&g0.range_input=x&g0.end_input=yesterday&g0.res_type=fixed&g0.res_step=-1&g0.display_mode=pie&g0.y_axis_min=low',
      { expr: 'up' },
    ],
  ])('%s', (search, expected) => {
    expect(decodePanels(`?${search}`)).toEqual([{ ...defaultPanel, ...expected }]);
  });

  test('reads panels until one has no expression', () => {
    expect(decodePanels('?g0.expr=a&g1.expr=&g2.expr=c&g4.expr=d').map(({ expr }) => expr)).toEqual([
      'a',
      '',
      'c',
    ]);
    expect(decodePanels('')).toEqual([]);
  });
});

test('encodePanels writes the parameters upstream reads', () => {
  const panel: Panel = {
    expr: 'rate(x[5m])',
    tab: 'graph',
    endMs: Date.UTC(2026, 2, 1, 9, 5, 7),
    rangeMs: 5_400_000,
    resolution: { type: 'custom', stepMs: 15_500 },
    displayMode: 'stacked',
    yAxisMin: 0,
    showExemplars: true,
    showTree: false,
  };
  expect(Object.fromEntries(new URLSearchParams(encodePanels([defaultPanel, panel])))).toEqual({
    'g0.expr': '',
    'g0.show_tree': '0',
    'g0.tab': 'table',
    'g0.range_input': '1h',
    'g0.res_type': 'auto',
    'g0.res_density': 'medium',
    'g0.display_mode': 'lines',
    'g0.show_exemplars': '0',
    'g1.expr': 'rate(x[5m])',
    'g1.show_tree': '0',
    'g1.tab': 'graph',
    'g1.end_input': '2026-03-01 09:05:07',
    'g1.moment_input': '2026-03-01 09:05:07',
    'g1.range_input': '1h30m',
    'g1.res_type': 'custom',
    'g1.res_step': '15.5',
    'g1.display_mode': 'stacked',
    'g1.y_axis_min': '0',
    'g1.show_exemplars': '1',
  });
});

test('an address is read back as the panels it was written from', () => {
  const stepMs = fc.integer({ min: 1, max: 86_400_000 });
  const resolution: fc.Arbitrary<Resolution> = fc.oneof(
    fc.record({ type: fc.constant('auto' as const), density: fc.constantFrom('low', 'medium', 'high') }),
    fc.record({ type: fc.constantFrom('fixed' as const, 'custom' as const), stepMs }),
  );
  const panel: fc.Arbitrary<Panel> = fc.record({
    expr: fc.string({ unit: 'grapheme' }),
    tab: fc.constantFrom('table', 'graph', 'explain'),
    endMs: fc.option(fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) })),
    rangeMs: fc.integer({ min: 1, max: 10 * 365 * 86_400_000 }),
    resolution,
    displayMode: fc.constantFrom('lines', 'stacked', 'heatmap'),
    yAxisMin: fc.option(
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    ),
    showExemplars: fc.boolean(),
    showTree: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(panel, { minLength: 1, maxLength: 4 }), (panels) => {
      expect(decodePanels(`?${encodePanels(panels)}`)).toEqual(panels);
    }),
  );
});

test('queryPageAddress opens one expression', () => {
  const [path, search] = queryPageAddress('a{b="c"} > 0', 'graph').split('?');
  expect(path).toBe('/query');
  expect(decodePanels(`?${search ?? ''}`)).toEqual([{ ...defaultPanel, expr: 'a{b="c"} > 0', tab: 'graph' }]);
});
