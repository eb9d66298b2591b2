import { type ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { queryPageAddress } from '../query/state/url';
import { HighlightedExpression } from './HighlightedExpression';
import classes from './ExpressionLink.module.css';

export interface ExpressionLinkProps {
  readonly expr: string;
}

/** An expression that opens on the query page. */
export function ExpressionLink({ expr }: ExpressionLinkProps): ReactElement {
  return (
    <Link to={queryPageAddress(expr, 'table')} className={classes.link} title="Open on the query page">
      <HighlightedExpression expr={expr} />
    </Link>
  );
}
