import { highlightTree } from '@lezer/highlight';
import { parser } from '@prometheus-io/lezer-promql';
import { type ReactElement, useMemo } from 'react';
import { promqlHighlighting } from '../query/editor/highlighting';
import classes from './HighlightedExpression.module.css';

interface Piece {
  readonly text: string;
  readonly className: string | undefined;
}

function piecesOf(expr: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const until = (position: number): void => {
    if (position > at) pieces.push({ text: expr.slice(at, position), className: undefined });
    at = position;
  };
  highlightTree(parser.parse(expr), promqlHighlighting, (from, to, className) => {
    until(from);
    pieces.push({ text: expr.slice(from, to), className });
    at = to;
  });
  until(expr.length);
  return pieces;
}

export interface HighlightedExpressionProps {
  readonly expr: string;
}

/** PromQL in the editor's colours, for reading. */
export function HighlightedExpression({ expr }: HighlightedExpressionProps): ReactElement {
  const pieces = useMemo(() => piecesOf(expr), [expr]);
  return (
    <code className={classes.expression}>
      {pieces.map(({ text, className }, index) => (
        <span key={index} {...(className !== undefined && { className })}>
          {text}
        </span>
      ))}
    </code>
  );
}
