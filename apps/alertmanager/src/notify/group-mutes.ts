/** Remembers which time intervals mute which group, as of its last flush. */
export class GroupMutes {
  readonly #mutedBy = new Map<string, readonly string[]>();

  /** Names of time intervals; empty for a group that is not muted. */
  get(routeId: string, groupKey: string): readonly string[] {
    return this.#mutedBy.get(keyOf(routeId, groupKey)) ?? [];
  }

  set(routeId: string, groupKey: string, mutedBy: readonly string[]): void {
    if (mutedBy.length === 0) this.delete(routeId, groupKey);
    else this.#mutedBy.set(keyOf(routeId, groupKey), mutedBy);
  }

  delete(routeId: string, groupKey: string): void {
    this.#mutedBy.delete(keyOf(routeId, groupKey));
  }
}

function keyOf(routeId: string, groupKey: string): string {
  return `${routeId}\u{10ffff}${groupKey}`;
}
