import { describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { type NotificationEvent, type ServerNotification } from '../api/notifications.js';
import { Notifications } from './notifications.js';

function setUp(maxSubscribers = 2) {
  let active: ServerNotification[] = [];
  const registry = new Registry();
  const notifications = new Notifications({ registry, maxSubscribers, active: () => active });
  const counts = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      [...(await registry.metrics()).matchAll(/^prometheus_api_notification_(\w+) (\d+)$/gm)].map(
        ([, name = '', value = '']) => [name, value] as const,
      ),
    );
  const become = (...now: ServerNotification[]): void => {
    active = now;
    notifications.changed();
  };
  return { notifications, become, counts };
}

const failed = { text: 'Configuration reload has failed.', sinceMs: 1000 };
const starting = { text: 'starting', sinceMs: 500 };

describe('notifications', () => {
  test('tell subscribers what came and what went, once', async () => {
    const { notifications, become, counts } = setUp();
    const told: NotificationEvent[] = [];
    notifications.subscribe(
      (event) => told.push(event) > 0,
      () => undefined,
    );
    become(starting);
    become(starting);
    become(failed);
    become({ ...failed, sinceMs: 2000 });
    become();
    expect(told).toEqual([
      { ...starting, active: true },
      { ...starting, active: false },
      { ...failed, active: true },
      { ...failed, sinceMs: 2000, active: true },
      { ...failed, sinceMs: 2000, active: false },
    ]);
    expect(await counts()).toEqual({
      active_subscribers: '1',
      updates_sent_total: '5',
      updates_dropped_total: '0',
    });
  });

  test('count what a subscriber could not take', async () => {
    const { notifications, become, counts } = setUp();
    notifications.subscribe(
      () => false,
      () => undefined,
    );
    become(failed);
    expect(await counts()).toMatchObject({ updates_sent_total: '0', updates_dropped_total: '1' });
  });

  test('have so many subscribers and no more, until one goes', async () => {
    const { notifications, counts } = setUp(1);
    const subscribe = (): (() => void) | undefined =>
      notifications.subscribe(
        () => true,
        () => undefined,
      );
    const leave = subscribe();
    expect([typeof leave, subscribe()]).toEqual(['function', undefined]);
    leave?.();
    expect(typeof subscribe()).toBe('function');
    expect(await counts()).toMatchObject({ active_subscribers: '1' });
  });

  test('end every subscription at the close', () => {
    const { notifications } = setUp();
    let ended = 0;
    for (let i = 0; i < 2; i++)
      notifications.subscribe(
        () => true,
        () => ended++,
      );
    notifications.close();
    expect(ended).toBe(2);
  });
});
