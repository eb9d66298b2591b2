import { Tooltip } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { type ReactElement } from 'react';
import { NavLink, useLocation } from 'react-router-dom';
import { useQueryMemory } from '../query/editor/query-memory';
import { navigationOf } from './navigation';
import { useServer } from './server-context';
import classes from './Navigation.module.css';

export interface NavigationProps {
  /** Icons alone; the names then come as tooltips. */
  readonly narrow: boolean;
  readonly onNavigate: () => void;
}

/** Links to all pages. */
export function Navigation({ narrow, onNavigate }: NavigationProps): ReactElement {
  const { served } = useServer();
  const memory = useQueryMemory();
  const { pathname, search } = useLocation();
  // On the query page the link leads to what is shown, from elsewhere back to it.
  const querySearch = pathname === '/query' ? search : memory.search();
  return (
    <nav className={classes.navigation} aria-label="Pages" data-narrow={narrow}>
      {navigationOf(served.agentMode).map((group) => (
        <div key={group.name} className={classes.group}>
          <div className={classes.groupName}>{group.name}</div>
          {group.entries.map(({ path, name, Icon }) => (
            <Tooltip key={path} label={name} position="right" disabled={!narrow} openDelay={100}>
              <NavLink
                to={path === '/query' ? { pathname: path, search: querySearch } : path}
                className={classes.link ?? ''}
                aria-label={name}
                onClick={onNavigate}
              >
                <Icon size={17} stroke={1.7} aria-hidden />
                <span className={classes.name}>{name}</span>
              </NavLink>
            </Tooltip>
          ))}
        </div>
      ))}
      {served.consolesLink !== '' && (
        <a className={classes.link} href={served.consolesLink} aria-label="Consoles">
          <IconExternalLink size={17} stroke={1.7} aria-hidden />
          <span className={classes.name}>Consoles</span>
        </a>
      )}
    </nav>
  );
}
