import { ActionIcon, Menu } from '@mantine/core';
import { IconCopyPlus, IconDots, IconListSearch, IconTrash, IconWand } from '@tabler/icons-react';
import { type ReactElement } from 'react';

export interface PanelMenuProps {
  readonly onExplore: () => void;
  readonly onFormat: () => void;
  readonly onDuplicate: () => void;
  readonly onRemove: () => void;
}

export function PanelMenu({ onExplore, onFormat, onDuplicate, onRemove }: PanelMenuProps): ReactElement {
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon size={30} aria-label="Panel actions">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconListSearch size={14} />} onClick={onExplore}>
          Explore metrics
        </Menu.Item>
        <Menu.Item leftSection={<IconWand size={14} />} onClick={onFormat}>
          Format query
        </Menu.Item>
        <Menu.Item leftSection={<IconCopyPlus size={14} />} onClick={onDuplicate}>
          Duplicate panel
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={14} />} color="red" onClick={onRemove}>
          Remove panel
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
