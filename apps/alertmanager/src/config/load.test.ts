import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { silentLogger } from '@narthex/testkit';
import { MatcherParser } from '../matchers/matcher-parser';
import { type Config, readConfig } from './load';

const parser = new MatcherParser({ mode: 'fallback', logger: silentLogger() });
const testdata = (name: string): string => readFileSync(join(__dirname, 'testdata', name), 'utf8');

function read(yaml: string): Config {
  return readConfig(yaml, { file: 'alertmanager.yml', folder: '/etc/alertmanager' }, parser);
}

/** The complaint without the line, which upstream does not tell. '' where there is none. */
function complaint(yaml: string): string {
  try {
    read(yaml);
    return '';
  } catch (error) {
    return (error as Error).message.replace(/^line \d+: /, '');
  }
}

interface Refusal {
  readonly yaml: string;
  /** What the real `amtool check-config` says; '' where it says yes. */
  readonly message: string;
}

describe('readConfig', () => {
  test.each(JSON.parse(testdata('refusals.json')) as Refusal[])('$yaml', ({ yaml, message }) => {
    expect(complaint(yaml)).toBe(message);
  });

  test.each([
    ['discord_configs', 'receivers: [{name: a, discord_configs: [{}]}]'],
    ['pagerduty_configs', 'receivers: [{name: a, pagerduty_configs: [{}]}]'],
    ['tracing', 'receivers: [{name: a}]\ntracing: {endpoint: x}'],
    ['event_recorder', 'receivers: [{name: a}]\nevent_recorder: {}'],
    [
      'payload of webhook_configs',
      'receivers: [{name: a, webhook_configs: [{url: "http://x", payload: {a: b}}]}]',
    ],
    [
      'threading of email_configs',
      'receivers: [{name: a, email_configs: [{to: a, threading: {enabled: true}}]}]',
    ],
    ['update_message of slack_configs', 'receivers: [{name: a, slack_configs: [{update_message: true}]}]'],
  ])('says that %s is not there yet', (what, yaml) => {
    expect(complaint(`route: {receiver: a}\n${yaml}\n`)).toBe(
      `${what} is not supported yet by this Alertmanager`,
    );
  });

  test('names the line of a fault', () => {
    const yaml = 'receivers: [{name: a}]\nroute:\n  receiver: a\n  group_interval: 0s\n';
    expect(() => read(yaml)).toThrow(
      expect.objectContaining({ message: 'group_interval cannot be zero', line: expect.any(Number) }),
    );
  });

  test('shows the configuration as the real program does, defaults and all, but for some quotes', () => {
    const withoutQuotes = (text: string): string => text.replace(/['"]/g, '');
    expect(withoutQuotes(read(testdata('example.yml')).shown)).toBe(
      withoutQuotes(testdata('example.shown.yml')),
    );
  });

  test('gives its engines what they need', () => {
    const config = read(testdata('example.yml'));
    expect(config.resolveTimeoutMs).toBe(300_000);
    expect(config.route).toMatchObject({
      receiver: 'hook',
      groupBy: ['alertname', 'cluster'],
      groupWaitMs: 1000,
      routes: [{ receiver: 'slack.x', continues: true, muteTimeIntervals: ['night'] }, { receiver: 'mail' }],
    });
    expect(config.route.routes[1]?.matchers.map(String)).toEqual(['severity="page"']);
    expect(config.templates).toEqual(['/etc/alertmanager/*.tmpl']);
    expect(config.intervals.get('night')).toEqual([
      {
        times: [{ begin: 0, end: 1 }],
        weekdays: [
          { begin: 1, end: 5 },
          { begin: 0, end: 0 },
        ],
        daysOfMonth: [
          { begin: 1, end: 5 },
          { begin: -3, end: -1 },
        ],
        months: [
          { begin: 1, end: 3 },
          { begin: 5, end: 5 },
        ],
        years: [{ begin: 2020, end: 2022 }],
        location: 'Europe/Berlin',
      },
    ]);
  });
});
