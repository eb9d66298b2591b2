import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@narthex/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { workspaceRoot } from './program.js';
import { httpSink, type Sink, smtpSink } from './sinks.js';
import { Stack } from './stack.js';

const screenshots = join(workspaceRoot, 'tmp/screenshots');
const TIMEOUT_MS = 60_000;

describe('the pages', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let sinks: Sink<unknown>[];
  const problems: string[] = [];

  beforeAll(async () => {
    const [mails, slack] = [await smtpSink(), await httpSink()];
    sinks = [mails, slack];
    stack = await Stack.start({ smtpPort: mails.port, slackPort: slack.port });
    await stack.push('batch_failed 3\nbatch_duration_seconds 42.5\n');
    browser = await chromium.launch({
      executablePath: process.env.NARTHEX_BROWSER ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(TIMEOUT_MS);
    page.on('pageerror', (error) => problems.push(error.message));
    mkdirSync(screenshots, { recursive: true });
    await eventually(
      'some samples',
      async () => Number((await stack.query('count_over_time(up{job="node"}[1m])'))[0]) > 5,
    );
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    for (const sink of sinks) await sink.close();
  });

  const keep = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(screenshots, `${name}.png`) });

  test('a query is completed while it is typed, and its graph is drawn', async () => {
    await page.goto(`${stack.url('server')}/`);
    expect(new URL(page.url()).pathname).toBe('/query');
    const editor = page.getByRole('textbox', { name: 'PromQL expression' });
    await editor.click();
    await page.keyboard.type('rate(node_cpu_sec');
    await page
      .getByRole('option', { name: /node_cpu_seconds_total/ })
      .first()
      .waitFor();
    await keep('completion');
    await page.keyboard.press('Enter');
    await eventually('the completed name', async () =>
      (await editor.textContent())?.includes('node_cpu_seconds_total'),
    );
    await page.keyboard.type('{mode="idle"}[30s])');
    await page.getByRole('tab', { name: 'Graph' }).click();
    const range = page.getByRole('textbox', { name: 'Range' });
    await range.fill('1m');
    await range.press('Enter');
    await page.getByTestId('execute').click();
    const graph = page.getByTestId('graph-canvas');
    await graph.locator('canvas').first().waitFor();
    await eventually('lines on the canvas', () => coloursOn(page));
    expect(await page.getByTestId('query-summary').textContent()).toMatch(/\d+ series/);
    await keep('graph');
  });

  test('a value is shown in the table', async () => {
    await page.goto(`${stack.url('server')}/query?g0.expr=batch_duration_seconds&g0.tab=table`);
    const row = page.getByTestId('result-row').first();
    await row.waitFor();
    expect(await row.textContent()).toContain('42.5');
    await keep('table');
  });

  test('a wrong query says what is wrong', async () => {
    await page.goto(`${stack.url('server')}/query?g0.expr=${encodeURIComponent('up +')}&g0.tab=table`);
    await page.getByText('parse error: unexpected end of input').first().waitFor();
  });

  test('the targets are up', async () => {
    await page.goto(`${stack.url('server')}/targets`);
    await eventually('four targets that are up', async () => {
      const rows = await page.getByTestId('target-row').all();
      const states = await Promise.all(rows.map((row) => row.getAttribute('data-health')));
      return states.length === 4 && states.every((state) => state === 'up');
    });
    await keep('targets');
  });

  test('the alert fires, here and in Alertmanager, and can be silenced there', async () => {
    await page.goto(`${stack.url('server')}/alerts`);
    await page
      .locator('[data-testid="alert-rule"][data-state="firing"]', { hasText: 'BatchFailed' })
      .waitFor();
    await keep('alerts');

    await eventually('the alert in Alertmanager', async () => {
      const answer = await fetch(`${stack.url('alertmanager')}/api/v2/alerts`);
      return ((await answer.json()) as unknown[]).length > 0;
    });
    await page.goto(`${stack.url('alertmanager')}/`);
    await page.getByText('BatchFailed').first().waitFor();
    await keep('alertmanager');
    await page
      .getByRole('link', { name: 'Silence', exact: true })
      .or(page.getByRole('button', { name: 'Silence', exact: true }))
      .first()
      .click();
    await page.getByLabel(/creator/i).fill('me');
    await page.getByLabel(/comment/i).fill('known');
    await keep('silence');
    await page.getByRole('button', { name: 'Create', exact: false }).last().click();
    await eventually('the silence', async () => {
      const answer = await fetch(`${stack.url('alertmanager')}/api/v2/alerts?silenced=true`);
      const alerts = (await answer.json()) as { status: { state: string } }[];
      return alerts.some(({ status }) => status.state === 'suppressed');
    });
  });

  test("what was pushed is on the Pushgateway's page", async () => {
    await page.goto(`${stack.url('pushgateway')}/`);
    await page.getByTestId('group').first().click();
    await page.getByText('batch_duration_seconds').first().waitFor();
    await keep('pushgateway');
  });

  test('no page had an error', () => {
    expect(problems).toEqual([]);
  });
});

/** True when the chart holds pixels of a saturated colour: axes and grid are grey. */
async function coloursOn(page: Page): Promise<boolean> {
  const pixels = await page.evaluate(`(() => {
    const canvas = document.querySelector('[data-testid="graph-canvas"] canvas');
    if (!canvas || canvas.width === 0) return 0;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let coloured = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b, a] = data.slice(i, i + 4);
      if (a > 128 && Math.max(r, g, b) - Math.min(r, g, b) > 60) coloured++;
    }
    return coloured;
  })()`);
  return Number(pixels) > 200;
}
