import { Badge } from '@narthex/ui';
import { IconChevronRight } from '@tabler/icons-react';
import { type ReactElement, useId } from 'react';
import { type AlertingRule } from '../api/types-rules';
import { CopyButton } from '../components/CopyButton';
import { LabelList } from '../components/LabelList';
import { formatCount } from '../format/number';
import { RuleDetails } from '../rules/RuleDetails';
import { alertsIn } from './alert-groups';
import { stateTones } from './state-tones';
import { AlertTable } from './AlertTable';
import classes from './alerts.module.css';

export interface AlertRuleProps {
  readonly rule: AlertingRule;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** One alerting rule: a line, and once unfolded its definition and its active alerts. */
export function AlertRule({ rule, open, onToggle }: AlertRuleProps): ReactElement {
  const id = useId();
  const firing = alertsIn(rule, 'firing');
  const pending = alertsIn(rule, 'pending');
  return (
    <article className={classes.rule} data-state={rule.state} data-testid="alert-rule">
      <div className={classes.line}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={open}
          {...(open && { 'aria-controls': id })}
          onClick={onToggle}
        >
          <IconChevronRight size={14} className={classes.chevron} aria-hidden />
          <span className={classes.name}>{rule.name}</span>
          {rule.labels !== undefined && <LabelList labels={rule.labels} />}
          <span className={classes.states}>
            {firing > 0 && <Badge tone="bad">FIRING {formatCount(firing)}</Badge>}
            {pending > 0 && <Badge tone="warn">PENDING {formatCount(pending)}</Badge>}
            {firing + pending === 0 && (
              <Badge tone={stateTones[rule.state]}>{rule.state.toUpperCase()}</Badge>
            )}
            {rule.health === 'err' && <Badge tone="bad">ERROR</Badge>}
          </span>
        </button>
        <span className={classes.copy}>
          <CopyButton label="Copy name" text={rule.name} />
        </span>
      </div>
      {open && (
        <div id={id} className={classes.details}>
          <RuleDetails rule={rule} />
          {rule.alerts !== null && rule.alerts.length > 0 && <AlertTable alerts={rule.alerts} />}
        </div>
      )}
    </article>
  );
}
