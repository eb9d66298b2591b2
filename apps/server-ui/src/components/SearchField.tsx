import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

export interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly width?: number;
}

/** The page's search; the slash key jumps to it, Escape empties it. */
export function SearchField({
  label,
  placeholder,
  value,
  onChange,
  width = 260,
}: SearchFieldProps): ReactElement {
  // What is typed counts at once; the value above may follow a moment later, through the page's address.
  const [typed, setTyped] = useState<string>();
  const text = typed ?? value;
  const change = (next: string): void => {
    setTyped(next);
    onChange(next);
  };
  const clear = (): void => {
    setTyped(undefined);
    onChange('');
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      value={text}
      style={{ flex: '1 1 160px', maxWidth: width }}
      data-slash-focus
      spellCheck={false}
      autoComplete="off"
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text === '' ? undefined : <CloseButton size="xs" aria-label="Clear search" onClick={clear} />
      }
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={() => setTyped(undefined)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') change('');
      }}
    />
  );
}
