import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { fingerprintOf } from './fingerprint';

// The digits are those of the real Alertmanager's API for the same labels.
describe('fingerprintOf', () => {
  test.each([
    [{}, 'cbf29ce484222325'],
    [{ alertname: 'a', severity: 'page', team: 'a' }, '419be8b33bd2efb7'],
  ])('%j', (labels, fingerprint) => {
    expect(fingerprintOf(Labels.of(labels))).toBe(fingerprint);
  });
});
