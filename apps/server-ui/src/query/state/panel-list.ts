import { defaultPanel, type Panel } from './panel';

/** A panel with a key that stays its own when others come and go. */
export interface KeyedPanel {
  readonly key: number;
  readonly panel: Panel;
}

/** Panels as decoded, under the keys given; without (or with too few) keys the place is the key. */
export function keyed(panels: readonly Panel[], keys: readonly number[]): readonly KeyedPanel[] {
  const usable = keys.length === panels.length && new Set(keys).size === keys.length;
  const list = panels.length === 0 ? [defaultPanel] : panels;
  return list.map((panel, index) => ({ key: usable ? (keys[index] ?? index) : index, panel }));
}

function freshKey(list: readonly KeyedPanel[]): number {
  return Math.max(-1, ...list.map(({ key }) => key)) + 1;
}

export function addPanel(list: readonly KeyedPanel[]): readonly KeyedPanel[] {
  return [...list, { key: freshKey(list), panel: defaultPanel }];
}

/** Puts a copy of the panel, with the expression as it stands in the editor, right below it. */
export function duplicatePanel(
  list: readonly KeyedPanel[],
  key: number,
  expr: string,
): readonly KeyedPanel[] {
  return list.flatMap((entry) =>
    entry.key === key ? [entry, { key: freshKey(list), panel: { ...entry.panel, expr } }] : [entry],
  );
}

/** Removes the panel; the last one leaves an empty panel behind. */
export function removePanel(list: readonly KeyedPanel[], key: number): readonly KeyedPanel[] {
  const rest = list.filter((entry) => entry.key !== key);
  return rest.length === 0 ? [{ key: freshKey(list), panel: defaultPanel }] : rest;
}

export function changePanel(
  list: readonly KeyedPanel[],
  key: number,
  patch: Partial<Panel>,
): readonly KeyedPanel[] {
  return list.map((entry) => (entry.key === key ? { key, panel: { ...entry.panel, ...patch } } : entry));
}
