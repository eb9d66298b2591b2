import { tagHighlighter, tags } from '@lezer/highlight';
import classes from './highlighting.module.css';

const rules = [
  { tag: tags.variableName, class: classes.metric },
  { tag: tags.function(tags.variableName), class: classes.function },
  { tag: tags.operatorKeyword, class: classes.function },
  { tag: tags.modifier, class: classes.keyword },
  { tag: tags.logicOperator, class: classes.keyword },
  { tag: tags.labelName, class: classes.label },
  { tag: tags.string, class: classes.string },
  { tag: tags.number, class: classes.number },
  { tag: tags.operator, class: classes.operator },
  { tag: tags.comment, class: classes.comment },
  { tag: tags.paren, class: classes.bracket },
  { tag: tags.squareBracket, class: classes.bracket },
  { tag: tags.brace, class: classes.bracket },
];

/** Colours of PromQL, in the editor and wherever an expression is only read. */
export const promqlHighlighting = tagHighlighter(
  rules.map(({ tag, class: name = '' }) => ({ tag, class: name })),
);
