import { IconChevronRight } from '@tabler/icons-react';
import { type ReactElement, type ReactNode, useId } from 'react';
import classes from './Section.module.css';

export interface SectionProps {
  readonly title: ReactNode;
  /** At the right of the heading. */
  readonly aside?: ReactNode;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
  readonly testId?: string;
}

/** A card with a heading that folds it away; folded content is not rendered at all. */
export function Section({ title, aside, open, onToggle, children, testId }: SectionProps): ReactElement {
  const id = useId();
  return (
    <section className={classes.section} {...(testId !== undefined && { 'data-testid': testId })}>
      <h2 className={classes.heading}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={open}
          {...(open && { 'aria-controls': id })}
          onClick={onToggle}
        >
          <IconChevronRight size={14} className={classes.chevron} aria-hidden />
          <span className={classes.title}>{title}</span>
          <span className={classes.aside}>{aside}</span>
        </button>
      </h2>
      {open && (
        <div id={id} className={classes.body}>
          {children}
        </div>
      )}
    </section>
  );
}
