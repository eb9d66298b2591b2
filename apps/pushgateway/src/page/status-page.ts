import { type VersionInfo } from '@narthex/process';
import { formatFloatG, type Labels, quoteGo } from '@narthex/model';
import { type PushedFamily, type PushedMetric } from '../groups/family.js';
import { type MetricGroup } from '../groups/group-store.js';
import { escapeHtml, html, type Html, join } from './html.js';
import { SCRIPT, STYLE } from './page-assets.js';

export interface StatusPageOptions {
  readonly groups: readonly MetricGroup[];
  readonly version: VersionInfo;
  readonly flags: Readonly<Record<string, string>>;
  readonly startedAtMs: number;
  readonly adminEnabled: boolean;
  /** In front of every path that the page asks for: empty or `/prefix`. */
  readonly prefix: string;
}

/** The one page of the Pushgateway: what was pushed, group by group, and how the program runs. */
export function statusPage(options: StatusPageOptions): string {
  const { groups, version, flags, startedAtMs, adminEnabled, prefix } = options;
  const build = {
    Version: version.version,
    Revision: version.revision,
    Started: new Date(startedAtMs).toISOString(),
  };
  return html`<!doctype html>
    <html lang="en" data-prefix="${prefix}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>Pushgateway</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header>
          <h1>Pushgateway</h1>
          <span class="count">${countOf(groups.length, 'group')}</span>
          ${adminEnabled ? html`<button class="danger" data-wipe>Delete all groups</button>` : ''}
        </header>
        <main>
          ${
            groups.length === 0
              ? html`<p class="empty">
                  Nothing has been pushed yet. Try:
                  <code>echo "some_metric 3.14" | curl --data-binary @- ${prefix}/metrics/job/some_job</code>
                </p>`
              : join(groups.map(groupSection))
          }
          <details class="about">
            <summary>Status and flags</summary>
            ${table(build)} ${table(flags)}
          </details>
        </main>
        <script>
          ${SCRIPT};
        </script>
      </body>
    </html>`.text;
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function groupSection(group: MetricGroup): Html {
  const failed = group.failedAtMs > group.pushedAtMs;
  return html`<details class="group" data-testid="group">
    <summary>
      ${labelList(group.key)}
      <span class="count">${countOf(group.families.size, 'metric')}</span>
      ${failed ? html`<span class="badge">last push failed</span>` : ''}
      <time>${group.pushedAtMs === 0 ? 'never pushed' : new Date(group.pushedAtMs).toISOString()}</time>
      <button class="danger" data-delete="${groupPath(group.key)}">Delete group</button>
    </summary>
    ${group.families.size === 0 ? html`<p class="empty">This group holds no metrics.</p>` : ''}
    ${join([...group.families.values()].map((family) => familySection(family, group.familyTimesMs.get(family.name) ?? 0)))}
  </details>`;
}

function familySection(family: PushedFamily, timeMs: number): Html {
  return html`<section>
    <h2>
      <code>${family.name}</code> <span class="type">${family.type}</span>
      <time>${new Date(timeMs).toISOString()}</time>
    </h2>
    ${family.help === undefined || family.help === '' ? '' : html`<p>${family.help}</p>`}
    <table>
      ${join(
        family.metrics.map(
          ({ labels, value }) =>
            html`<tr>
              <td>${labelList(labels)}</td>
              <td class="value">${valueText(value)}</td>
            </tr>`,
        ),
      )}
    </table>
  </section>`;
}

function valueText(value: PushedMetric['value']): string {
  if (value.kind === 'value') return formatFloatG(value.value);
  const steps = value.kind === 'summary' ? value.quantiles : value.buckets;
  const shown = steps.map(([step, at]) => `${formatFloatG(step)}: ${formatFloatG(at)}`);
  return [...shown, `sum: ${formatFloatG(value.sum)}`, `count: ${formatFloatG(value.count)}`].join(', ');
}

function labelList(labels: Labels): Html {
  return join([...labels].map(([name, value]) => html`<span class="label">${name}=${quoteGo(value)}</span>`));
}

function table(rows: Readonly<Record<string, string>>): Html {
  return html`<table>
    ${join(
      Object.entries(rows).map(
        ([name, value]) =>
          html`<tr>
            <th>${name}</th>
            <td><code>${value}</code></td>
          </tr>`,
      ),
    )}
  </table>`;
}

/** The path of a group, its values in base64 so that every text goes through. */
function groupPath(key: Labels): string {
  const encode = (text: string): string => (text === '' ? '=' : Buffer.from(text).toString('base64url'));
  const rest = [...key]
    .filter(([name]) => name !== 'job')
    .map(([name, value]) => `/${escapeHtml(name)}@base64/${encode(value)}`);
  return `/metrics/job@base64/${encode(key.get('job'))}${rest.join('')}`;
}
