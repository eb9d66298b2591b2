import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { type ReactElement, type ReactNode } from 'react';
import classes from './Notice.module.css';

export interface NoticeProps {
  readonly tone: 'bad' | 'warn' | 'info' | 'plain';
  readonly title?: string;
  readonly children?: ReactNode;
}

const icons = {
  bad: IconCircleX,
  warn: IconAlertTriangle,
  info: IconInfoCircle,
  plain: IconInfoCircle,
} as const;

/** A message in the flow of the page: an error, a warning, or that there is nothing to show. */
export function Notice({ tone, title, children }: NoticeProps): ReactElement {
  const Icon = icons[tone];
  return (
    <div className={classes.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={16} className={classes.icon} aria-hidden />
      <div className={classes.text}>
        {title !== undefined && <div className={classes.title}>{title}</div>}
        {children !== undefined && <div className={classes.body}>{children}</div>}
      </div>
    </div>
  );
}
