import { type ReactElement, type ReactNode } from 'react';
import classes from './PageHeader.module.css';

export interface PageHeaderProps {
  readonly title: string;
  /** Whose page it is; stands behind the title in the browser's tab. */
  readonly site: string;
  /** Beside the title: counts, filters. */
  readonly children?: ReactNode;
  /** At the far end: refresh, copy. */
  readonly aside?: ReactNode;
}

/** The head of a page; it names the browser's tab as well. */
export function PageHeader({ title, site, children, aside }: PageHeaderProps): ReactElement {
  return (
    <header className={classes.header}>
      <title>{`${title} · ${site}`}</title>
      <h1 className={classes.title}>{title}</h1>
      <div className={classes.middle}>{children}</div>
      <div className={classes.aside}>{aside}</div>
    </header>
  );
}
