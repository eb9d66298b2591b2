import { MATCH_TYPES, Matcher } from '@narthex/model';
import { argument, choiceFlag, type Command, command, commandGroup } from '@narthex/process';
import { type Expression, parseExpression, prettyExpression } from '@narthex/promql';
import { ToolError } from '../errors.js';
import { GLOBAL_FLAGS, promqlFeatures } from '../global-flags.js';
import { type Tool } from '../tool.js';
import { withMatchers } from './label-matchers.js';

const QUERY = argument({ name: 'query', help: 'PromQL query.', required: true });

interface GlobalValues {
  readonly experimental: boolean;
  readonly 'enable-feature': readonly string[];
}

/** Reads a query, does something with it and prints it over as many lines as it takes. */
function rewrite(
  query: string,
  values: GlobalValues,
  tool: Tool,
  change: (query: Expression) => Expression,
): number {
  if (!values.experimental) {
    throw new ToolError('This command is experimental and requires the --experimental flag to be set.');
  }
  const features = promqlFeatures(values['enable-feature'], tool);
  tool.out(`${prettyExpression(change(parseExpression(query, features)))}\n`);
  return 0;
}

const format = command({
  name: 'format',
  help: 'Format PromQL query to pretty printed form.',
  groupFlags: GLOBAL_FLAGS,
  arguments: { query: QUERY },
  run: ({ query, ...values }, tool: Tool) => rewrite(query, values, tool, (parsed) => parsed),
});

const set = command({
  name: 'set',
  help: 'Set a label matcher in the query.',
  flags: {
    type: choiceFlag(MATCH_TYPES, '=', {
      help: 'Type of the label matcher to set.',
      short: 't',
      refuse: (text) => `enum value must be one of ${MATCH_TYPES.join(',')}, got '${text}'`,
    }),
  },
  groupFlags: GLOBAL_FLAGS,
  arguments: {
    query: QUERY,
    name: argument({ name: 'name', help: 'Name of the label matcher to set.', required: true }),
    value: argument({ name: 'value', help: 'Value of the label matcher to set.', required: true }),
  },
  run: ({ query, name, value, type, ...values }, tool: Tool) =>
    rewrite(query, values, tool, (parsed) => {
      const matcher = new Matcher(type, name, value);
      return withMatchers(parsed, (matchers) =>
        matchers.some((one) => one.name === name)
          ? matchers.map((one) => (one.name === name ? matcher : one))
          : [...matchers, matcher],
      );
    }),
});

const remove = command({
  name: 'delete',
  help: 'Delete a label from the query.',
  groupFlags: GLOBAL_FLAGS,
  arguments: {
    query: QUERY,
    name: argument({ name: 'name', help: 'Name of the label to delete.', required: true }),
  },
  run: ({ query, name, ...values }, tool: Tool) =>
    rewrite(query, values, tool, (parsed) =>
      withMatchers(parsed, (matchers) => matchers.filter((one) => one.name !== name)),
    ),
});

/** `promtool promql …` */
export function promqlCommands(): Command<Tool> {
  return commandGroup({
    name: 'promql',
    help: 'PromQL formatting and editing. Requires the --experimental flag.',
    commands: [
      format,
      commandGroup({
        name: 'label-matchers',
        help: 'Edit label matchers contained within an existing PromQL query.',
        commands: [set, remove],
      }),
    ],
  });
}
