import { Modal } from '@mantine/core';
import { type ReactElement } from 'react';
import { MetricsList } from './MetricsList';

export interface MetricsExplorerProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onChoose: (metric: string) => void;
}

/** A dialog to find a metric by name or by what it says. */
export function MetricsExplorer({ opened, onClose, onChoose }: MetricsExplorerProps): ReactElement {
  return (
    <Modal opened={opened} onClose={onClose} title="Explore metrics" size="56rem" returnFocus={false}>
      <MetricsList onChoose={onChoose} />
    </Modal>
  );
}
