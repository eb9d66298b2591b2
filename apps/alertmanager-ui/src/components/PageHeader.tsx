import { type ReactElement, type ReactNode } from 'react';
import classes from './PageHeader.module.css';

export interface PageHeaderProps {
  readonly title: string;
  /** Beside the title: counts, filters. */
  readonly children?: ReactNode;
  /** At the far end. */
  readonly aside?: ReactNode;
}

export function PageHeader({ title, children, aside }: PageHeaderProps): ReactElement {
  return (
    <header className={classes.header}>
      <title>{`${title} · Alertmanager`}</title>
      <h1 className={classes.title}>{title}</h1>
      <div className={classes.middle}>{children}</div>
      <div className={classes.aside}>{aside}</div>
    </header>
  );
}
