import { Labels } from '@narthex/model';
import { type Engine } from '@narthex/promql';
import { type InstantQuery } from '@narthex/rules';
import { type Queryable } from '@narthex/storage';
import { ToolError } from '../errors.js';

/** Queries as rules make them: of vectors and scalars. */
export function instantQuery(engine: Engine, storage: Queryable): InstantQuery {
  return async (expression, timestampMs) => {
    const { value, warnings, infos } = await engine.instant(storage, expression, { timestampMs });
    switch (value.type) {
      case 'vector':
        return { samples: value.samples, warnings, infos };
      case 'scalar':
        return { samples: [{ labels: Labels.EMPTY, value: value.value }], warnings, infos };
      default:
        throw new ToolError('rule result is not a vector or scalar');
    }
  };
}
