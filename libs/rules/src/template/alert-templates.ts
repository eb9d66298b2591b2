import { type VectorAnswer, type VectorSample } from '../query.js';

/** Runs a query for a template, at the moment of the rule's evaluation. */
export type TemplateQuery = (expression: string) => Promise<VectorAnswer>;

/** Expands the templates in the labels and annotations of alerts. */
export interface AlertTemplates {
  /**
   * Expands a text for one element of the rule's result.
   * @throws RuleError with code `TEMPLATE` and Go's words when it cannot be expanded.
   */
  expand(name: string, text: string, sample: VectorSample, query: TemplateQuery): Promise<string>;
  /**
   * Looks for mistakes without data.
   * @throws RuleError with code `TEMPLATE`.
   */
  check(name: string, text: string): Promise<void>;
}
