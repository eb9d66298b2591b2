import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/**
 * The differences that are meant: each has a `reason`, and conditions that all have to hold: `query` and `detail` are
 * regular expressions, `kinds` lists what differs, `beside` is a regular expression for the detail of another difference
 * of the same answer. A difference that none explains is a failure.
 */
export class DeliberateDifferences {
  #rules;

  constructor(file) {
    this.#rules = (parse(readFileSync(file, 'utf8')) ?? []).map(
      ({ id, reason, query, detail, kinds, beside }) => {
        if (!id || !reason) throw new Error(`${file}: an entry needs an id and a reason`);
        return {
          id,
          reason,
          count: 0,
          query: new RegExp(query ?? '', 's'),
          detail: new RegExp(detail ?? '', 's'),
          kinds: kinds && new Set(kinds),
          beside: beside && new RegExp(beside, 's'),
        };
      },
    );
  }

  /** True when the difference is meant; it is counted. `all` are those of the same answer. */
  explain(query, { kind, detail }, all = []) {
    const rule = this.#rules.find(
      (one) =>
        (one.kinds?.has(kind) ?? true) &&
        one.query.test(query) &&
        one.detail.test(detail) &&
        (one.beside === undefined || all.some((other) => one.beside.test(other.detail))),
    );
    if (rule !== undefined) rule.count++;
    return rule !== undefined;
  }

  /** `[id, how often]` of those that occurred. */
  get counts() {
    return this.#rules.filter(({ count }) => count > 0).map(({ id, count }) => [id, count]);
  }
}
