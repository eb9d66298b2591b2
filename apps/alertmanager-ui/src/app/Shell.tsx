import { SchemeMenu } from '@narthex/ui';
import { IconBell, IconBellOff, IconInfoCircle, IconSettings } from '@tabler/icons-react';
import { type ReactElement, type ReactNode } from 'react';
import { Link, NavLink } from 'react-router-dom';
import classes from './Shell.module.css';

export interface ShellProps {
  readonly children: ReactNode;
}

const pages = [
  { path: '/alerts', name: 'Alerts', Icon: IconBell },
  { path: '/silences', name: 'Silences', Icon: IconBellOff },
  { path: '/status', name: 'Status', Icon: IconInfoCircle },
  { path: '/settings', name: 'Settings', Icon: IconSettings },
] as const;

/** What stands around every page. */
export function Shell({ children }: ShellProps): ReactElement {
  return (
    <div className={classes.shell}>
      <aside className={classes.rail}>
        <Link to="/alerts" className={classes.brand ?? ''}>
          <img src="./favicon.svg" width={22} height={22} alt="" />
          <span>Alertmanager</span>
        </Link>
        <nav className={classes.navigation} aria-label="Pages">
          {pages.map(({ path, name, Icon }) => (
            <NavLink key={path} to={path} className={classes.link ?? ''}>
              <Icon size={17} stroke={1.7} aria-hidden />
              <span className={classes.name}>{name}</span>
            </NavLink>
          ))}
        </nav>
        <div className={classes.controls}>
          <SchemeMenu />
        </div>
      </aside>
      <main className={classes.main}>{children}</main>
    </div>
  );
}
