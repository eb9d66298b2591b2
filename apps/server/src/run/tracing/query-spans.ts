import { type Clock, type TraceSpan } from '@narthex/process';
import { parseExpression, PromqlError, type ParserOptions, printExpression } from '@narthex/promql';
import { type EvaluatedQuery } from '@narthex/query-worker';
import { type ServerTracing } from './server-tracing.js';

/**
 * Tells of a query that has been evaluated, in upstream's spans: `promqlExecQueue`, then `promqlExec` with
 * `promqlEval`, which prepares, evaluates and sorts. The parts follow one another as the engine has timed them. The span
 * that asked is told what it asked for.
 * @returns the span that upstream's query log names; undefined while nothing is recorded
 */
export function traceQuery(
  query: EvaluatedQuery,
  tracing: ServerTracing,
  { clock, parserOptions }: { readonly clock: Clock; readonly parserOptions: ParserOptions },
): TraceSpan | undefined {
  if (!tracing.isOn) return undefined;
  const { span: caller, task, notes, queuedSeconds, elapsedSeconds } = query;
  const endMs = clock.nowMs();
  const startMs = endMs - elapsedSeconds * 1000;
  const execMs = startMs + queuedSeconds * 1000;
  tracing.start('promqlExecQueue', { startMs }, caller)?.end(execMs);
  // What could not be read is not evaluated.
  if (query.error instanceof PromqlError && query.error.code === 'bad_data') return undefined;
  const exec = tracing.start('promqlExec', { startMs: execMs }, caller);
  const evaluated = exec?.child('promqlEval', { startMs: execMs });
  let atMs = execMs;
  const part = (name: string, seconds: number): void => {
    const span = evaluated?.child(name, { startMs: atMs });
    atMs += seconds * 1000;
    span?.end(atMs);
  };
  if (notes !== undefined) {
    part('promqlPrepare', notes.timings.preparation);
    part('promqlInnerEval', notes.timings.evaluation);
    if (task.form === 'range') part('promqlSort', notes.timings.sorting);
  }
  evaluated?.end(endMs);
  exec?.end(endMs);
  if (caller?.isSampled === true) caller.set('query', `EVAL ${printed(task.query, parserOptions)}`);
  return evaluated;
}

/** As upstream prints what it has read; what it could not read is told as it was asked. */
function printed(query: string, options: ParserOptions): string {
  try {
    return printExpression(parseExpression(query, options));
  } catch {
    return query;
  }
}
