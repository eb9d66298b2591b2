import { describe, expect, test } from '@jest/globals';
import { escapeName } from './escaping.js';

describe('escapeName', () => {
  // As Prometheus 3.5 writes them in /federate.
  test.each([
    ['a_total', 'a_total', 'a_total', 'a_total'],
    ['a:b', 'a:b', 'a:b', 'a:b'],
    ['utf.8 name', 'utf_8_name', 'utf_dot_8__name', 'U__utf_2e_8_20_name'],
    ['la.bel', 'la_bel', 'la_dot_bel', 'U__la_2e_bel'],
    ['a_b.c', 'a_b_c', 'a__b_dot_c', 'U__a__b_2e_c'],
    ['1st', '_st', '__st', 'U___31_st'],
    ['é', '_', '__', 'U___e9_'],
    ['😀x', '_x', '__x', 'U___1f600_x'],
  ])('%s', (name, underscores, dots, values) => {
    expect(escapeName(name, 'allow-utf-8')).toBe(name);
    expect(escapeName(name, 'underscores')).toBe(underscores);
    expect(escapeName(name, 'dots')).toBe(dots);
    expect(escapeName(name, 'values')).toBe(values);
  });
});
