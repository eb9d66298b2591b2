import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { Compartment, EditorState, Prec, type Extension } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { type ReactElement, type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';
import { useServer } from '../../app/server-context';
import { useSettings } from '../../settings/settings';
import { editorTheme } from './editor-theme';
import { promqlHighlighting } from './highlighting';
import { promqlSupport } from './promql-extension';
import { useQueryMemory } from './query-memory';
import classes from './PromqlEditor.module.css';

/** What others may do with the editor beside changing its value. */
export interface PromqlEditorHandle {
  /** Puts text in place of the selection and goes on from there. */
  readonly insert: (text: string) => void;
}

export interface PromqlEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onExecute: () => void;
  readonly autoFocus: boolean;
  readonly handle?: Ref<PromqlEditorHandle>;
}

/** The PromQL editor: Enter executes, Shift-Enter breaks the line, Ctrl-Space completes. */
export function PromqlEditor({
  value,
  onChange,
  onExecute,
  autoFocus,
  handle,
}: PromqlEditorProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const language = useRef(new Compartment());
  const { served } = useServer();
  const { settings } = useSettings();
  const { history: queryHistory } = useQueryMemory();
  const { autocomplete, linter, highlighting } = settings;
  const remembered = settings.history;

  const changed = useEffectEvent(onChange);
  const executed = useEffectEvent(onExecute);
  useImperativeHandle(
    handle,
    () => ({
      insert: (text) => {
        view.current?.dispatch(view.current.state.replaceSelection(text));
        view.current?.focus();
      },
    }),
    [],
  );
  const initial = useEffectEvent(() => ({ value, autoFocus }));

  useEffect(() => {
    if (host.current === null) return undefined;
    const start = initial();
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start.value,
        selection: { anchor: start.value.length },
        extensions: [
          language.current.of([]),
          basics(
            (doc) => changed(doc),
            () => executed(),
          ),
        ],
      }),
    });
    view.current = editor;
    if (start.autoFocus) editor.focus();
    return () => {
      editor.destroy();
      view.current = undefined;
    };
  }, []);

  useEffect(() => {
    const support = promqlSupport({
      pathPrefix: served.pathPrefix,
      lookbackDelta: served.lookbackDelta,
      history: queryHistory,
      remembered,
      autocomplete,
      linter,
    });
    const colours = highlighting ? syntaxHighlighting(promqlHighlighting) : [];
    view.current?.dispatch({ effects: language.current.reconfigure([support.extension, colours]) });
    return support.destroy;
  }, [served, queryHistory, remembered, autocomplete, linter, highlighting]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      selection: { anchor: value.length },
    });
  }, [value]);

  return <div ref={host} className={classes.editor} data-testid="query-editor" data-slash-focus />;
}

function basics(onChange: (doc: string) => void, onExecute: () => void): Extension {
  const execute = (): boolean => {
    onExecute();
    return true;
  };
  return [
    history(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false, maxRenderedOptions: 200 }),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': 'PromQL expression', 'aria-multiline': 'true' }),
    placeholder('Enter an expression — press Enter to execute, Shift+Enter for a new line'),
    editorTheme,
    // Suggestions that arrive only after the editor was left would lie over whatever came instead.
    EditorView.domEventHandlers({
      blur: (_event, view) => void setTimeout(() => !view.hasFocus && closeCompletion(view)),
    }),
    keymap.of([
      ...completionKeymap,
      ...closeBracketsKeymap,
      ...historyKeymap,
      ...lintKeymap,
      // Escape leaves the editor, and Tab moves on as it does everywhere else on the page.
      { key: 'Escape', run: ({ contentDOM }) => (contentDOM.blur(), true) },
    ]),
    Prec.high(keymap.of([{ key: 'Shift-Enter', run: insertNewlineAndIndent }])),
    keymap.of([{ key: 'Enter', run: execute }, { key: 'Mod-Enter', run: execute }, ...defaultKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}
