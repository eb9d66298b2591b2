import { Notice } from '@narthex/ui';
import { type ReactElement } from 'react';
import { type Rule } from '../api/types-rules';
import { ExpressionLink } from '../components/ExpressionLink';
import { formatDuration } from '../format/duration';
import { Annotations } from './Annotations';
import classes from './rules.module.css';

export interface RuleDetailsProps {
  readonly rule: Rule;
}

/** What a rule's definition says, and why it failed if it did. */
export function RuleDetails({ rule }: RuleDetailsProps): ReactElement {
  return (
    <div className={classes.details}>
      {rule.lastError !== undefined && rule.lastError !== '' && (
        <Notice tone="bad" title="The last evaluation failed">
          {rule.lastError}
        </Notice>
      )}
      <ExpressionLink expr={rule.query} />
      {rule.type === 'alerting' && (
        <>
          {(rule.duration > 0 || rule.keepFiringFor > 0) && (
            <div className={classes.timing}>
              {rule.duration > 0 && (
                <span>
                  for <strong>{formatDuration(rule.duration * 1000)}</strong>
                </span>
              )}
              {rule.keepFiringFor > 0 && (
                <span>
                  keep firing for <strong>{formatDuration(rule.keepFiringFor * 1000)}</strong>
                </span>
              )}
            </div>
          )}
          {rule.annotations !== undefined && <Annotations annotations={rule.annotations} />}
        </>
      )}
    </div>
  );
}
