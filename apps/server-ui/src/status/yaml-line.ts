/** One line of YAML in the parts that are coloured differently. */
export interface YamlLine {
  readonly indent: string;
  /** With its colon; empty where the line has no key. */
  readonly key: string;
  readonly rest: string;
}

/** Splits a line as the server prints its configuration: `  - job_name: node`. Only for colouring. */
export function yamlLine(line: string): YamlLine {
  const match = /^(\s*(?:- )*)([A-Za-z_][\w.-]*:)(?= |$)(.*)$/.exec(line);
  if (match !== null) return { indent: match[1] ?? '', key: match[2] ?? '', rest: match[3] ?? '' };
  const indent = /^\s*(?:- )*/.exec(line)?.[0] ?? '';
  return { indent, key: '', rest: line.slice(indent.length) };
}
