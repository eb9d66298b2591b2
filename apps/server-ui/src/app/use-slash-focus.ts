import { useEffect } from 'react';

/** The slash key goes to the page's editor or search, unless one is typing already. */
export function useSlashFocus(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      const field = document.querySelector<HTMLElement>('[data-slash-focus]');
      if (field === null) return;
      event.preventDefault();
      const editable = field.querySelector<HTMLElement>('.cm-content') ?? field;
      editable.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.tagName === 'INPUT' || target.tagName === 'TEXTAREA')
  );
}
