import { Notice } from '@narthex/ui';
import { type ReactElement } from 'react';
import { useSettings } from '../../settings/settings';
import { type Execution } from '../execution';
import classes from './QueryPanel.module.css';

export interface ExecutionNotesProps {
  readonly execution: Execution;
}

/** The server's remarks about an answer. */
export function ExecutionNotes({ execution }: ExecutionNotesProps): ReactElement | null {
  const { settings } = useSettings();
  const warnings = settings.showWarnings ? execution.warnings : [];
  const infos = settings.showInfos ? execution.infos : [];
  if (warnings.length === 0 && infos.length === 0) return null;
  return (
    <div className={classes.notes}>
      {warnings.map((text) => (
        <Notice key={text} tone="warn" title="Warning">
          {text}
        </Notice>
      ))}
      {infos.map((text) => (
        <Notice key={text} tone="info" title="Info">
          {text}
        </Notice>
      ))}
    </div>
  );
}
