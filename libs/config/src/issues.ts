import { type z } from 'zod';
import { YamlMapping, YamlScalar, YamlSequence, isYamlNode } from './yaml-node.js';

/** What our fields write into `params` of a zod issue. */
export interface IssueParams {
  /** Type errors are listed all at once, of value errors the first is told: as upstream does. */
  readonly kind: 'type' | 'value';
  readonly line?: number;
}

/** The part of zod's context that a codec's decode may write to. */
export interface DecodeContext {
  readonly issues: z.core.$ZodRawIssue[];
}

/** A value of the wrong kind, in the words of Go's YAML library. */
export function typeIssue(context: DecodeContext, value: unknown, goType: string): void {
  const params: IssueParams = isYamlNode(value) ? { kind: 'type', line: value.line } : { kind: 'type' };
  const message = `cannot unmarshal ${described(value)} into ${goType}`;
  context.issues.push({ code: 'custom', input: value, message, params });
}

/** A value of the right kind that cannot be used. */
export function valueIssue(context: DecodeContext, value: unknown, message: string): void {
  const params: IssueParams = isYamlNode(value) ? { kind: 'value', line: value.line } : { kind: 'value' };
  context.issues.push({ code: 'custom', input: value, message, params });
}

function described(value: unknown): string {
  if (value instanceof YamlSequence || Array.isArray(value)) return '!!seq';
  if (value instanceof YamlMapping) return '!!map';
  if (value instanceof YamlScalar) {
    return `${value.tag} \`${value.text.length > 10 ? `${value.text.slice(0, 7)}...` : value.text}\``;
  }
  return typeof value;
}
