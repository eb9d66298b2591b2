import { type ReactElement } from 'react';

const ADDRESS = /(https?:\/\/[^\s<>"']+)/;

/** A text in which addresses of the web are links. */
export function LinkedText({ text }: { readonly text: string }): ReactElement {
  return (
    <>
      {text.split(ADDRESS).map((part, i) =>
        // The odd parts are what the expression caught.
        i % 2 === 1 ? (
          <a key={i} href={part} rel="noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}
