import { expect, test } from '@jest/globals';
import { yamlLine } from './yaml-line';

test.each([
  ['global:', { indent: '', key: 'global:', rest: '' }],
  ['  scrape_interval: 1s', { indent: '  ', key: 'scrape_interval:', rest: ' 1s' }],
  ['- job_name: node', { indent: '- ', key: 'job_name:', rest: ' node' }],
  ['  - 127.0.0.1:9090', { indent: '  - ', key: '', rest: '127.0.0.1:9090' }],
  ['', { indent: '', key: '', rest: '' }],
])('yamlLine(%p)', (line, expected) => expect(yamlLine(line)).toEqual(expected));
