import { afterAll, describe, expect, test } from '@jest/globals';
import { StorageError } from '@narthex/storage';
import { temporaryFolder } from '@narthex/testkit';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatBlockMeta, parseBlockMeta, readBlockMeta, writeBlockMeta } from './block-meta.js';

const ULID = '01HF0000000000000000000000';
const OTHER = '01HF0000000000000000000001';

/** With fields of Thanos and Mimir, which are not ours. */
const FOREIGN = `{
	"ulid": "${ULID}",
	"minTime": -5,
	"maxTime": 1700006300001,
	"stats": {
		"numSamples": 18462,
		"numFloatSamples": 18000,
		"numHistogramSamples": 462,
		"numSeries": 341,
		"numChunks": 341,
		"numTombstones": 2,
		"numMore": 1
	},
	"compaction": {
		"level": 2,
		"sources": [
			"${ULID}",
			"${OTHER}"
		],
		"deletable": true,
		"parents": [
			{
				"ulid": "${OTHER}",
				"minTime": 1,
				"maxTime": 2
			}
		],
		"failed": true,
		"hints": [
			"from-out-of-order",
			"\\u003ca \\u0026 b\\u003e"
		],
		"more": {}
	},
	"version": 1,
	"thanos": {
		"labels": {
			"replica": "a"
		},
		"downsample": {
			"resolution": 0
		},
		"source": "sidecar",
		"files": [
			{
				"rel_path": "index",
				"size_bytes": 1313
			}
		]
	},
	"out_of_order": false
}`;

describe('meta.json', () => {
  const work = temporaryFolder('meta');
  afterAll(work.remove);

  test('is printed as it was read, fields of others included', () => {
    const meta = parseBlockMeta(FOREIGN, 'meta.json');
    expect(formatBlockMeta(meta)).toBe(FOREIGN);
    expect(meta.compaction.hints).toEqual(['from-out-of-order', '<a & b>']);
    expect(meta.foreign.meta).toHaveProperty('thanos.labels.replica', 'a');
  });

  test('absent fields are zero, and zeros are left out', () => {
    const text = `{"version":1,"ulid":"${ULID}"}`;
    const meta = parseBlockMeta(text, 'meta.json');
    expect(meta.stats.numSeries).toBe(0);
    expect(JSON.parse(formatBlockMeta(meta))).toEqual({
      ulid: ULID,
      minTime: 0,
      maxTime: 0,
      stats: {},
      compaction: { level: 0 },
      version: 1,
    });
  });

  test('is replaced as a whole', () => {
    writeBlockMeta(work.path, parseBlockMeta(FOREIGN, 'meta.json'));
    const meta = readBlockMeta(work.path);
    writeBlockMeta(work.path, { ...meta, stats: { ...meta.stats, numTombstones: 3 } });
    expect(readFileSync(join(work.path, 'meta.json'), 'utf8')).toBe(
      FOREIGN.replace('Tombstones": 2', 'Tombstones": 3'),
    );
  });

  test.each<[string, { ulid?: string | null }, string]>([
    ['none', {}, '00000000000000000000000000'],
    ['null', { ulid: null }, '00000000000000000000000000'],
    ['small letters', { ulid: '01hf00000000000000000000za' }, '01HF00000000000000000000ZA'],
    ['letters that are no digits', { ulid: '01HFUILO0000000000000000\u00fc' }, '01HFZZZZ0000000000000000ZZ'],
    ['a path', { ulid: '../../../../../var/private' }, '7ZZZZZZZZZZZZZZVARZPRZVATE'],
  ])('a ULID that upstream takes is taken: %s', (_name, fields, expected) => {
    const compaction = { sources: [fields.ulid ?? null], parents: [fields] };
    const meta = parseBlockMeta(JSON.stringify({ version: 1, ...fields, compaction }), 'meta.json');
    const { sources, parents } = meta.compaction;
    expect([meta.ulid, ...sources, parents[0]?.ulid]).toEqual([expected, expected, expected]);
  });

  test.each([
    ['no JSON', '{', /not JSON/],
    ['no object', '[]', /meta is no object/],
    ['version 2', `{"version":2,"ulid":"${ULID}"}`, /unexpected meta file version 2/],
    ['no version', `{"ulid":"${ULID}"}`, /unexpected meta file version 0/],
    ['a ULID that is a number', '{"version":1,"ulid":1}', /a ULID is no text/],
    ['a short ULID', '{"version":1,"ulid":"abc"}', /ulid: bad data size when unmarshaling/],
    ['a long source', `{"version":1,"compaction":{"sources":["${ULID}0"]}}`, /ulid: bad data size/],
    ['a ULID too great', `{"version":1,"ulid":"8${ULID.slice(1)}"}`, /ulid: overflow when unmarshaling/],
    ['a time as text', `{"version":1,"ulid":"${ULID}","minTime":"1"}`, /field minTime is no whole number/],
    ['a negative count', `{"version":1,"ulid":"${ULID}","stats":{"numSeries":-1}}`, /numSeries is negative/],
    ['sources as text', `{"version":1,"ulid":"${ULID}","compaction":{"sources":"x"}}`, /sources is no list/],
  ])('%s is refused, naming the file', (_name, text, message) => {
    const path = join(work.path, 'meta.json');
    writeFileSync(path, text);
    const read = (): unknown => readBlockMeta(work.path);
    expect(read).toThrow(StorageError);
    expect(read).toThrow(message);
    expect(read).toThrow(path);
  });
});
