import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { IconArrowBarToDown, IconChartAreaLine, IconChartLine, IconDiamonds } from '@tabler/icons-react';
import { type ReactElement } from 'react';
import { type Panel } from '../state/panel';
import { RangeInput } from './RangeInput';
import { ResolutionInput } from './ResolutionInput';
import { TimeInput } from './TimeInput';

export interface GraphControlsProps {
  readonly panel: Panel;
  readonly onChange: (patch: Partial<Panel>) => void;
}

const modes = [
  { value: 'lines', name: 'Lines', Icon: IconChartLine },
  { value: 'stacked', name: 'Stacked', Icon: IconChartAreaLine },
] as const;

export function GraphControls({ panel, onChange }: GraphControlsProps): ReactElement {
  const fromZero = panel.yAxisMin === 0;
  return (
    <>
      <RangeInput valueMs={panel.rangeMs} onChange={(rangeMs) => onChange({ rangeMs })} />
      <TimeInput
        label="End time"
        valueMs={panel.endMs}
        stepMs={Math.max(1000, Math.round(panel.rangeMs / 2000) * 1000)}
        onChange={(endMs) => onChange({ endMs })}
      />
      <ResolutionInput
        value={panel.resolution}
        rangeMs={panel.rangeMs}
        onChange={(resolution) => onChange({ resolution })}
      />
      <SegmentedControl
        aria-label="Display"
        value={panel.displayMode === 'stacked' ? 'stacked' : 'lines'}
        onChange={(displayMode) => onChange({ displayMode })}
        data={modes.map(({ value, name, Icon }) => ({
          value,
          label: (
            <Tooltip label={name}>
              <Icon size={15} aria-label={name} style={{ display: 'block' }} />
            </Tooltip>
          ),
        }))}
      />
      <Tooltip label="Start the value axis at zero">
        <ActionIcon
          size={30}
          variant={fromZero ? 'light' : 'default'}
          color={fromZero ? 'iris' : 'gray'}
          aria-label="Value axis from zero"
          aria-pressed={fromZero}
          onClick={() => onChange({ yAxisMin: fromZero ? null : 0 })}
        >
          <IconArrowBarToDown size={15} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Show exemplars">
        <ActionIcon
          size={30}
          variant={panel.showExemplars ? 'light' : 'default'}
          color={panel.showExemplars ? 'iris' : 'gray'}
          aria-label="Show exemplars"
          aria-pressed={panel.showExemplars}
          onClick={() => onChange({ showExemplars: !panel.showExemplars })}
        >
          <IconDiamonds size={15} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
