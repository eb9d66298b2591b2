import { CloseButton, TextInput } from '@mantine/core';
import { type KeyboardEvent, type ReactElement, type ReactNode, useState } from 'react';
import { type Matcher } from '../api/types';
import { formatMatcher, parseMatchers, sameMatcher } from '../matchers/matcher-text';
import classes from './MatcherField.module.css';

export interface MatcherFieldProps {
  readonly label: string;
  readonly matchers: readonly Matcher[];
  readonly onChange: (matchers: readonly Matcher[]) => void;
  /** At the end of the line. */
  readonly children?: ReactNode;
}

/** Matchers as tags, and a field that takes another one; Enter or a comma ends it. */
export function MatcherField({ label, matchers, onChange, children }: MatcherFieldProps): ReactElement {
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const add = (): void => {
    if (text.trim() === '') return;
    const added = parseMatchers(text);
    setWrong(added.length === 0);
    if (added.length === 0) return;
    setText('');
    onChange([...matchers, ...added.filter((one) => !matchers.some((known) => sameMatcher(known, one)))]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      add();
    } else if (event.key === 'Backspace' && text === '') {
      onChange(matchers.slice(0, -1));
    }
  };
  return (
    <div className={classes.field}>
      <div className={classes.box} data-wrong={isWrong}>
        {matchers.map((matcher) => {
          const shown = formatMatcher(matcher);
          return (
            <span key={shown} className={classes.matcher}>
              {shown}
              <CloseButton
                size={16}
                aria-label={`Remove ${shown}`}
                onClick={() => onChange(matchers.filter((other) => other !== matcher))}
              />
            </span>
          );
        })}
        <TextInput
          variant="unstyled"
          className={classes.input ?? ''}
          aria-label={label}
          placeholder={
            matchers.length === 0 ? `${label}, such as env="production" or severity=~"warn.*"` : ''
          }
          value={text}
          error={isWrong}
          onChange={(event) => {
            setWrong(false);
            setText(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
          onBlur={add}
        />
        {children}
      </div>
      {isWrong && (
        <div className={classes.complaint}>A matcher reads name=&quot;value&quot;, with =, !=, =~ or !~.</div>
      )}
    </div>
  );
}
