import { Button, Tabs } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { useQueryClient } from '@tanstack/react-query';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { type ReactElement, useRef, useState } from 'react';
import { useSettings } from '../../settings/settings';
import { PromqlEditor, type PromqlEditorHandle } from '../editor/PromqlEditor';
import { useQueryMemory } from '../editor/query-memory';
import { MetricsExplorer } from '../explorer/MetricsExplorer';
import { type Panel } from '../state/panel';
import { GraphControls } from './GraphControls';
import { HistoryMenu } from './HistoryMenu';
import { PanelMenu } from './PanelMenu';
import { GraphView, TableView } from './PanelView';
import { QueryFailure } from './QueryFailure';
import { TimeInput } from './TimeInput';
import { useFormatQuery } from './use-format-query';
import classes from './QueryPanel.module.css';

const tableStepMs = 10 * 60_000;

export interface QueryPanelProps {
  readonly panelKey: number;
  readonly panel: Panel;
  readonly autoFocus: boolean;
  readonly onChange: (patch: Partial<Panel>) => void;
  readonly onDuplicate: (expr: string) => void;
  readonly onRemove: () => void;
}

/** One query: the editor, its table and its graph. */
export function QueryPanel(props: QueryPanelProps): ReactElement {
  const { panelKey, panel, autoFocus, onChange, onDuplicate, onRemove } = props;
  const { settings } = useSettings();
  const { history } = useQueryMemory();
  const client = useQueryClient();
  const [text, setText] = useState(panel.expr);
  const [executed, setExecuted] = useState(panel.expr);
  const [run, setRun] = useState(0);
  const [exploring, setExploring] = useState(false);
  const editor = useRef<PromqlEditorHandle>(null);
  // Executing, but also going back and forth in the browser's history, brings another expression.
  if (panel.expr !== executed) {
    setExecuted(panel.expr);
    setText(panel.expr);
  }
  const formatting = useFormatQuery(setText);
  const at = { panelKey, run };

  const execute = (expr: string): void => {
    formatting.reset();
    if (settings.history) history.add(expr);
    setText(expr);
    // A running query of this panel is not worth waiting for any more.
    void client.cancelQueries({ predicate: ({ queryKey }) => queryKey[1] === panelKey });
    if (expr === panel.expr) setRun(run + 1);
    else onChange({ expr });
  };
  const tab = panel.tab === 'graph' ? 'graph' : 'table';
  return (
    <section className={classes.panel} aria-label={`Query ${text}`} data-testid="query-panel">
      <div className={classes.query}>
        <PromqlEditor
          value={text}
          onChange={setText}
          onExecute={() => execute(text)}
          autoFocus={autoFocus}
          handle={editor}
        />
        <div className={classes.actions}>
          <HistoryMenu onChoose={execute} />
          <PanelMenu
            onExplore={() => setExploring(true)}
            onFormat={() => formatting.mutate(text)}
            onDuplicate={() => onDuplicate(text)}
            onRemove={onRemove}
          />
          <Button data-testid="execute" onClick={() => execute(text)}>
            Execute
          </Button>
        </div>
      </div>
      <MetricsExplorer
        opened={exploring}
        onClose={() => setExploring(false)}
        onChoose={(metric) => {
          setExploring(false);
          editor.current?.insert(metric);
        }}
      />
      {formatting.error !== null && (
        <div className={classes.notes}>
          <QueryFailure error={formatting.error} />
        </div>
      )}
      <Tabs
        value={tab}
        onChange={(value) => onChange({ tab: value === 'graph' ? 'graph' : 'table' })}
        keepMounted={false}
      >
        <div className={classes.toolbar}>
          <Tabs.List className={classes.tabs ?? ''}>
            <Tabs.Tab value="table" leftSection={<IconTable size={14} />}>
              Table
            </Tabs.Tab>
            <Tabs.Tab value="graph" leftSection={<IconChartLine size={14} />}>
              Graph
            </Tabs.Tab>
          </Tabs.List>
          <div className={classes.controls}>
            {tab === 'graph' ? (
              <GraphControls panel={panel} onChange={onChange} />
            ) : (
              <TimeInput
                label="Evaluation time"
                valueMs={panel.endMs}
                stepMs={tableStepMs}
                onChange={(endMs) => onChange({ endMs })}
              />
            )}
          </div>
        </div>
        {panel.tab === 'explain' && (
          <div className={classes.notes}>
            <Notice tone="plain">Explaining a query is not offered here; this is its table.</Notice>
          </div>
        )}
        <Tabs.Panel value="table">
          <TableView panel={panel} at={at} onChange={onChange} />
        </Tabs.Panel>
        <Tabs.Panel value="graph">
          <GraphView panel={panel} at={at} onChange={onChange} />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}
