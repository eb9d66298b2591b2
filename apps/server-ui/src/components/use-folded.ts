import { useState } from 'react';

export interface Folding {
  readonly isOpen: (name: string) => boolean;
  readonly toggle: (name: string) => void;
  /** Opens or folds all at once, those not yet seen included. */
  readonly setAll: (open: boolean) => void;
  readonly allOpen: boolean;
}

/** Which of a list's sections are open: a rule for all, and the exceptions made since. */
export function useFolded(openAtFirst: boolean): Folding {
  const [state, setState] = useState<{ base: boolean | undefined; exceptions: readonly string[] }>({
    base: undefined,
    exceptions: [],
  });
  const base = state.base ?? openAtFirst;
  return {
    isOpen: (name) => base !== state.exceptions.includes(name),
    toggle: (name) =>
      setState(({ exceptions }) => ({
        base,
        exceptions: exceptions.includes(name)
          ? exceptions.filter((other) => other !== name)
          : [...exceptions, name],
      })),
    setAll: (open) => setState({ base: open, exceptions: [] }),
    allOpen: base && state.exceptions.length === 0,
  };
}
