import { type Labels } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { type Alert, isResolvedAt } from '../alerts/alert';
import { type AlertStatuses } from '../alerts/alert-status';
import { fingerprintOf } from '../alerts/fingerprint';
import { type LabelMatcher, meetsAll } from '../matchers/label-matcher';
import { type Muter } from '../notify/muter';

/** While an alert that meets the source matchers fires, those that meet the target matchers are not notified. */
export interface InhibitionRule {
  readonly name: string;
  readonly sourceMatchers: readonly LabelMatcher[];
  readonly targetMatchers: readonly LabelMatcher[];
  /** Labels that source and target must share; an absent one equals an empty one. */
  readonly equal: readonly string[];
}

/** The firing sources of one rule, found by the values of the labels that must be equal. */
class RuleSources {
  readonly rule: InhibitionRule;
  readonly #byEqualLabels = new Map<string, Map<string, Alert>>();

  constructor(rule: InhibitionRule) {
    this.rule = rule;
  }

  add(alert: Alert): void {
    if (!meetsAll(alert.labels, this.rule.sourceMatchers)) return;
    const key = this.#keyOf(alert.labels);
    const sources = this.#byEqualLabels.get(key) ?? new Map<string, Alert>();
    sources.set(alert.fingerprint, alert);
    this.#byEqualLabels.set(key, sources);
  }

  /**
   * The source that will last longest among those that inhibit a target of these labels. A target that meets the
   * source matchers too is not inhibited by sources that are targets too, so that two alerts never inhibit each other.
   */
  findFor(target: Labels, nowMs: number): Alert | undefined {
    const bothSides = meetsAll(target, this.rule.sourceMatchers);
    let found: Alert | undefined;
    for (const source of this.#byEqualLabels.get(this.#keyOf(target))?.values() ?? []) {
      if (isResolvedAt(source, nowMs)) continue;
      if (bothSides && meetsAll(source.labels, this.rule.targetMatchers)) continue;
      if (found === undefined || (source.endsAtMs ?? Infinity) > (found.endsAtMs ?? Infinity)) found = source;
    }
    return found;
  }

  forgetResolved(nowMs: number): void {
    for (const [key, sources] of this.#byEqualLabels) {
      for (const [fingerprint, source] of sources)
        if (isResolvedAt(source, nowMs)) sources.delete(fingerprint);
      if (sources.size === 0) this.#byEqualLabels.delete(key);
    }
  }

  #keyOf(labels: Labels): string {
    return this.rule.equal.map((name) => labels.get(name)).join('\u{10ffff}');
  }
}

export interface InhibitorOptions {
  readonly rules: readonly InhibitionRule[];
  readonly clock: Clock;
  readonly statuses: AlertStatuses;
}

/** Knows which alerts are inhibited. Unlike upstream, it keeps every source of an equal set, not just the latest. */
export class Inhibitor implements Muter {
  readonly reason = 'inhibition';
  readonly #sources: readonly RuleSources[];
  readonly #clock: Clock;
  readonly #statuses: AlertStatuses;

  constructor(options: InhibitorOptions) {
    this.#sources = options.rules.map((rule) => new RuleSources(rule));
    this.#clock = options.clock;
    this.#statuses = options.statuses;
  }

  /** Takes note of an alert as a possible source; silenced and inhibited ones count as well. */
  observe(alert: Alert): void {
    for (const sources of this.#sources) sources.add(alert);
  }

  mutes(labels: Labels): boolean {
    const nowMs = this.#clock.nowMs();
    const fingerprint = fingerprintOf(labels);
    for (const sources of this.#sources) {
      if (!meetsAll(labels, sources.rule.targetMatchers)) continue;
      const source = sources.findFor(labels, nowMs);
      if (source === undefined) continue;
      this.#statuses.setInhibitedBy(fingerprint, [source.fingerprint]);
      return true;
    }
    this.#statuses.setInhibitedBy(fingerprint, []);
    return false;
  }

  /** Drops sources that are resolved. */
  collectGarbage(): void {
    const nowMs = this.#clock.nowMs();
    for (const sources of this.#sources) sources.forgetResolved(nowMs);
  }
}
