import { Badge, type Tone } from '@narthex/ui';
import { type ReactElement } from 'react';
import { type Rule, type RuleHealth } from '../api/types-rules';
import { Age } from '../components/Age';
import { LabelList } from '../components/LabelList';
import { humanizeDuration } from '../format/duration';
import { RuleDetails } from './RuleDetails';
import classes from './rules.module.css';

const tones: Readonly<Record<RuleHealth, Tone>> = { ok: 'ok', err: 'bad', unknown: 'plain' };

export interface RuleRowProps {
  readonly rule: Rule;
}

export function RuleRow({ rule }: RuleRowProps): ReactElement {
  return (
    <article className={classes.rule} data-testid="rule">
      <div className={classes.line}>
        <span className={classes.kind}>{rule.type === 'alerting' ? 'alert' : 'record'}</span>
        <span className={classes.name}>{rule.name}</span>
        {rule.labels !== undefined && <LabelList labels={rule.labels} />}
        <span className={classes.facing}>
          <Age time={rule.lastEvaluation} />
          <span>{humanizeDuration(rule.evaluationTime * 1000)}</span>
          <Badge tone={tones[rule.health]}>{rule.health.toUpperCase()}</Badge>
        </span>
      </div>
      <RuleDetails rule={rule} />
    </article>
  );
}
