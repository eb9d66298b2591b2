import { Labels } from '@narthex/model';
import { parseExpression, printExpression } from '@narthex/promql';
import { GoAlertTemplates, type RuleFileChecks } from '@narthex/rules';
import { type PromqlFeatures } from './global-flags.js';
import { type Tool } from './tool.js';

/** What rule files are checked with: our parser, our templates. */
export function ruleFileChecks(features: PromqlFeatures, { clock }: Pick<Tool, 'clock'>): RuleFileChecks {
  return {
    normalize: (expression) => printExpression(parseExpression(expression, features)),
    templates: new GoAlertTemplates({
      externalLabels: Labels.EMPTY,
      externalUrl: new URL('http://localhost'),
      nowMs: () => clock.nowMs(),
    }),
  };
}
