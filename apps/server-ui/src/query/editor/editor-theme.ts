import { type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** The editor in the pages' own colours, which follow the colour scheme by themselves. */
export const editorTheme: Extension = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--n-text)', fontSize: '0.8438rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--n-mono)', lineHeight: '1.55' },
  '.cm-content': { padding: '7px 0', caretColor: 'var(--n-accent)' },
  '.cm-line': { padding: '0 4px' },
  '.cm-cursor': { borderLeftColor: 'var(--n-accent)', borderLeftWidth: '2px' },
  '.cm-placeholder': { color: 'var(--n-faint)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--n-accent) 28%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'color-mix(in srgb, var(--n-accent) 22%, transparent)',
    outline: 'none',
  },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--n-bad-soft)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--n-surface)',
    color: 'var(--n-text)',
    border: '1px solid var(--n-border-strong)',
    borderRadius: '8px',
    boxShadow: 'var(--n-shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete': { marginTop: '5px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--n-mono)',
    fontSize: '0.75rem',
    maxHeight: '19rem',
    maxWidth: 'min(44rem, 92vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    padding: '3px 10px',
    display: 'flex',
    alignItems: 'baseline',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--n-accent-soft)',
    color: 'var(--n-text)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: 'var(--n-accent)' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    paddingLeft: '2em',
    color: 'var(--n-faint)',
    fontStyle: 'normal',
    fontSize: '0.6875rem',
  },
  '.cm-tooltip.cm-completionInfo': {
    padding: '8px 11px',
    maxWidth: '24rem',
    fontSize: '0.75rem',
    lineHeight: '1.5',
    overflowWrap: 'anywhere',
  },
  '.cm-diagnostic': { padding: '5px 10px', fontSize: '0.75rem' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--n-bad)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--n-bad) 1px',
    textUnderlineOffset: '3px',
  },
});
