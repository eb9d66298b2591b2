import { type ReactElement, type ReactNode } from 'react';
import { useServer } from '../app/server-context';
import classes from './PageHeader.module.css';

export interface PageHeaderProps {
  readonly title: string;
  /** Beside the title: counts, filters. */
  readonly children?: ReactNode;
  /** At the far end: refresh, copy. */
  readonly aside?: ReactNode;
}

export function PageHeader({ title, children, aside }: PageHeaderProps): ReactElement {
  const { served } = useServer();
  return (
    <header className={classes.header}>
      <title>{`${title} · ${served.title}`}</title>
      <h1 className={classes.title}>{title}</h1>
      <div className={classes.middle}>{children}</div>
      <div className={classes.aside}>{aside}</div>
    </header>
  );
}
