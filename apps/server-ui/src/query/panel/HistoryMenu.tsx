import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { HighlightedExpression } from '../../components/HighlightedExpression';
import { useQueryMemory } from '../editor/query-memory';
import classes from './QueryPanel.module.css';

const shown = 25;

export interface HistoryMenuProps {
  readonly onChoose: (expr: string) => void;
}

/** The expressions last executed in this browser. */
export function HistoryMenu({ onChoose }: HistoryMenuProps): ReactElement {
  const { history } = useQueryMemory();
  const [entries, setEntries] = useState<readonly string[]>([]);
  return (
    <Menu
      position="bottom-end"
      width="min(40rem, 90vw)"
      onOpen={() => setEntries(history.list().slice(0, shown))}
    >
      <Menu.Target>
        <Tooltip label="Earlier queries">
          <ActionIcon size={30} aria-label="Earlier queries">
            <IconHistory size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown className={classes.history ?? ''}>
        <Menu.Label>
          {entries.length === 0 ? 'No query executed in this browser yet' : 'Earlier queries'}
        </Menu.Label>
        {entries.map((expr) => (
          <Menu.Item key={expr} onClick={() => onChoose(expr)}>
            <HighlightedExpression expr={expr} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
