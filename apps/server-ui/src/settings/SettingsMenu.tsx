import { ActionIcon, Kbd, Popover, Switch, Tooltip } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import { type ReactElement } from 'react';
import { type Settings, useSettings } from './settings';
import classes from './SettingsMenu.module.css';

type Choice =
  'autocomplete' | 'highlighting' | 'linter' | 'history' | 'showWarnings' | 'showInfos' | 'showAnnotations';

const groups: readonly {
  readonly name: string;
  readonly choices: readonly (readonly [Choice & keyof Settings, string])[];
}[] = [
  {
    name: 'Editor',
    choices: [
      ['autocomplete', 'Complete while typing'],
      ['highlighting', 'Colour the expression'],
      ['linter', 'Check while typing'],
      ['history', 'Remember executed queries'],
    ],
  },
  {
    name: 'Answers',
    choices: [
      ['showWarnings', 'Show warnings'],
      ['showInfos', 'Show infos'],
    ],
  },
  { name: 'Alerts', choices: [['showAnnotations', 'Show annotations of alerts']] },
];

const shortcuts = [
  ['/', 'Editor or search'],
  ['Enter', 'Execute'],
  ['Shift Enter', 'New line'],
  ['Ctrl Space', 'Complete'],
  ['Esc', 'Leave the editor'],
] as const;

/** What a person may switch, and the keys worth knowing. */
export function SettingsMenu(): ReactElement {
  const { settings, change } = useSettings();
  return (
    <Popover position="right-end" shadow="md" trapFocus withArrow={false}>
      <Popover.Target>
        <Tooltip label="Settings" position="right">
          <ActionIcon aria-label="Settings">
            <IconSettings size={17} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={classes.menu ?? ''} aria-label="Settings">
        {groups.map(({ name, choices }) => (
          <fieldset key={name} className={classes.group}>
            <legend>{name}</legend>
            {choices.map(([choice, label]) => (
              <Switch
                key={choice}
                label={label}
                checked={settings[choice]}
                onChange={(event) => change({ [choice]: event.currentTarget.checked })}
              />
            ))}
          </fieldset>
        ))}
        <div className={classes.group}>
          <div className={classes.legend}>Keys</div>
          {shortcuts.map(([keys, meaning]) => (
            <div key={keys} className={classes.shortcut}>
              <Kbd size="xs">{keys}</Kbd>
              <span>{meaning}</span>
            </div>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
