import {
  type Icon,
  IconBell,
  IconBinaryTree2,
  IconDatabase,
  IconFileText,
  IconFlag,
  IconInfoCircle,
  IconListCheck,
  IconRadar2,
  IconSearch,
  IconSend,
  IconTransfer,
} from '@tabler/icons-react';

interface NavigationEntry {
  readonly path: string;
  readonly name: string;
  readonly Icon: Icon;
  /** Not for an agent, which keeps nothing to ask. */
  readonly serverOnly?: boolean;
  readonly agentOnly?: boolean;
}

interface NavigationGroup {
  readonly name: string;
  readonly entries: readonly NavigationEntry[];
}

const navigation: readonly NavigationGroup[] = [
  {
    name: 'Observe',
    entries: [
      { path: '/query', name: 'Query', Icon: IconSearch, serverOnly: true },
      { path: '/alerts', name: 'Alerts', Icon: IconBell, serverOnly: true },
    ],
  },
  {
    name: 'Monitoring',
    entries: [
      { path: '/targets', name: 'Targets', Icon: IconRadar2 },
      { path: '/rules', name: 'Rules', Icon: IconListCheck, serverOnly: true },
      { path: '/service-discovery', name: 'Service discovery', Icon: IconBinaryTree2 },
      { path: '/alertmanager-discovery', name: 'Alertmanagers', Icon: IconSend, serverOnly: true },
    ],
  },
  {
    name: 'Server',
    entries: [
      { path: '/agent', name: 'Agent', Icon: IconTransfer, agentOnly: true },
      { path: '/status', name: 'Status', Icon: IconInfoCircle },
      { path: '/tsdb-status', name: 'TSDB', Icon: IconDatabase, serverOnly: true },
      { path: '/flags', name: 'Flags', Icon: IconFlag },
      { path: '/config', name: 'Configuration', Icon: IconFileText },
    ],
  },
];

/** The groups of a server, or of an agent, with what is there for it. */
export function navigationOf(agentMode: boolean): readonly NavigationGroup[] {
  return navigation
    .map(({ name, entries }) => ({
      name,
      entries: entries.filter(({ serverOnly, agentOnly }) => (agentMode ? serverOnly : agentOnly) !== true),
    }))
    .filter(({ entries }) => entries.length > 0);
}
