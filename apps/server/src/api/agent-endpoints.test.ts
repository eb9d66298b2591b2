import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { ApiRig } from '../testing/api-rig.js';
import { type Endpoint } from './endpoint.js';

const rig = new ApiRig();
beforeAll(() => rig.start(new ManualClock(1_700_000_000_000), silentLogger()));
afterAll(() => rig.close());

test('an agent knows every path that a server knows, by the same methods', () => {
  const shown = (endpoints: readonly Endpoint[]): string[] =>
    endpoints.map(({ path, methods }) => `${path} ${[...methods].sort().join()}`).sort();
  expect(shown(rig.agentEndpoints)).toEqual(shown(rig.endpoints));
});
