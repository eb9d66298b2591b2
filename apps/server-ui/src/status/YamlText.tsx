import { type ReactElement } from 'react';
import { matchesWords } from '../format/search';
import { yamlLine } from './yaml-line';
import classes from './YamlText.module.css';

export interface YamlTextProps {
  readonly yaml: string;
  /** Words; lines that hold all of them are marked. */
  readonly marked: readonly string[];
}

/** YAML to read, keys apart from values. */
export function YamlText({ yaml, marked }: YamlTextProps): ReactElement {
  return (
    <pre className={classes.yaml} data-testid="config-yaml">
      {yaml.split('\n').map((line, index) => {
        const { indent, key, rest } = yamlLine(line);
        const hit = marked.length > 0 && matchesWords(marked, line);
        return (
          <div key={index} className={classes.line} data-marked={hit}>
            {indent}
            <span className={classes.key}>{key}</span>
            <span className={classes.rest}>{rest}</span>
            {'\n'}
          </div>
        );
      })}
    </pre>
  );
}
