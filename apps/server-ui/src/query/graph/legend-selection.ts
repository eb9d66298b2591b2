/**
 * Which series are drawn after a click in the legend: a plain click shows only that series, and everything again
 * when it was the only one; with the modifier held it adds or takes away the one.
 */
export function nextVisible(
  visible: readonly boolean[],
  clicked: number,
  modifier: boolean,
): readonly boolean[] {
  if (modifier) return visible.map((shown, index) => (index === clicked ? !shown : shown));
  const alone = visible.every((shown, index) => shown === (index === clicked));
  return visible.map((_shown, index) => alone || index === clicked);
}

/** The choice is kept by series name, so it outlives another run; were nothing left to draw, all is drawn. */
export function visibleSeries(names: readonly string[], hidden: ReadonlySet<string>): readonly boolean[] {
  const visible = names.map((name) => !hidden.has(name));
  return visible.includes(true) ? visible : names.map(() => true);
}
