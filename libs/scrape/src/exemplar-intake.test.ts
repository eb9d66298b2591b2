import { expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { type ParsedExemplar } from '@narthex/exposition';
import { Labels } from '@narthex/model';
import {
  APPEND_OUTCOME,
  type Appender,
  type AppendOutcome,
  type Exemplar,
  type SeriesRef,
} from '@narthex/storage';
import { RecordingLogger } from '@narthex/testkit';
import { ExemplarIntake } from './exemplar-intake';
import { ScrapeMetrics } from './metrics';
import { RecordingStorage } from './testing/recording-storage';

const REF = 1 as SeriesRef;
const at = (timestampMs: number | undefined, value: number, trace = 't'): ParsedExemplar => ({
  labels: Labels.of({ trace }),
  value,
  timestampMs: timestampMs ?? 0,
  hasTimestamp: timestampMs !== undefined,
});

/** An intake into an appender that takes exemplars up to a time, and what it was given. */
function intakeOf(judge: (exemplar: Exemplar) => AppendOutcome) {
  const given: string[] = [];
  const appender: Appender = new RecordingStorage().appender();
  appender.exemplar = (_ref, exemplar) => {
    given.push(`${exemplar.timestampMs} ${exemplar.value} ${exemplar.labels.get('trace')}`);
    return judge(exemplar);
  };
  const metrics = new ScrapeMetrics(new Registry());
  const logger = new RecordingLogger();
  const intake = new ExemplarIntake(metrics, logger);
  intake.begin(appender);
  return { intake, given, metrics, logger };
}

test('exemplars go in by time, value and labels; those without a time have that of the sample', () => {
  const { intake, given } = intakeOf(() => APPEND_OUTCOME.accepted);
  intake.add(REF, [at(5, 2, 'b'), at(5, 2, 'a'), at(undefined, 1), at(5, -Infinity), at(3, 9)], 4);
  expect(given).toEqual(['3 9 t', '4 1 t', '5 -Infinity t', '5 2 a', '5 2 b']);
});

test('late ones count only when all of a sample are late', async () => {
  const { intake, metrics, logger } = intakeOf(({ timestampMs }) =>
    timestampMs < 10 ? APPEND_OUTCOME.outOfOrder : APPEND_OUTCOME.accepted,
  );
  intake.add(REF, [at(5, 1), at(15, 1)], 0);
  intake.add(REF, [at(5, 1), at(6, 1)], 0);
  intake.logRefused();
  expect((await metrics.exemplarOutOfOrder.get()).values[0]!.value).toBe(2);
  expect(logger.lines).toMatchObject([{ message: 'Error on ingesting out-of-order exemplars' }]);
});

test('a storage without exemplars is asked once', () => {
  const { intake, given } = intakeOf(() => APPEND_OUTCOME.unsupported);
  expect(intake.isOff).toBe(false);
  intake.add(REF, [at(5, 1)], 0);
  expect([intake.isOff, given.length]).toEqual([true, 1]);
});
