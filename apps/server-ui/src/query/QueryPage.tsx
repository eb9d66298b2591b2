import { Button } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { IconPlus } from '@tabler/icons-react';
import { type ReactElement, useEffect } from 'react';
import { useLocation } from 'react-router-dom';
import { useServer } from '../app/server-context';
import { useQueryMemory } from './editor/query-memory';
import { QueryPanel } from './panel/QueryPanel';
import { usePanels } from './state/use-panels';
import { ClockDrift } from './ClockDrift';
import classes from './QueryPage.module.css';

/** Asks this server's PromQL, in as many panels as one likes. */
export function QueryPage(): ReactElement {
  const { list, actions } = usePanels();
  const { served } = useServer();
  const location = useLocation();
  const { remember } = useQueryMemory();
  useEffect(() => remember(location.search), [remember, location.search]);
  if (served.agentMode) {
    return (
      <Notice tone="plain" title="No queries in agent mode">
        An agent only collects and forwards samples.
      </Notice>
    );
  }
  return (
    <div className={classes.page}>
      <title>{`${titleOf(list[0]?.panel.expr ?? '')} · ${served.title}`}</title>
      <h1 className={classes.hidden}>Query</h1>
      <ClockDrift />
      {list.map(({ key, panel }, index) => (
        <QueryPanel
          key={key}
          panelKey={key}
          panel={panel}
          autoFocus={index === list.length - 1 && panel.expr === ''}
          onChange={(patch) => actions.change(key, patch)}
          onDuplicate={(expr) => actions.duplicate(key, expr)}
          onRemove={() => actions.remove(key)}
        />
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={14} />}
        className={classes.add ?? ''}
        onClick={actions.add}
      >
        Add query
      </Button>
    </div>
  );
}

function titleOf(expr: string): string {
  return expr.trim() === '' ? 'Query' : expr.trim();
}
