import { ActionIcon, Drawer, Tooltip } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { SchemeMenu } from '@narthex/ui';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconMenu2 } from '@tabler/icons-react';
import { type ReactElement, type ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { useSettings } from '../settings/settings';
import { SettingsMenu } from '../settings/SettingsMenu';
import { Navigation } from './Navigation';
import { NotificationBanner } from './NotificationBanner';
import { ReadyBanner } from './ReadyBanner';
import { useSlashFocus } from './use-slash-focus';
import { ZoneToggle } from './ZoneToggle';
import classes from './Shell.module.css';

export interface ShellProps {
  readonly children: ReactNode;
}

/** What stands around every page: the way to the others, and what a person has set. */
export function Shell({ children }: ShellProps): ReactElement {
  const { settings, change } = useSettings();
  const [menuOpen, menu] = useDisclosure(false);
  const roomy = useMediaQuery('(min-width: 1100px)', true, { getInitialValueInEffect: false });
  const narrow = !roomy || settings.navigation === 'narrow';
  useSlashFocus();
  return (
    <div className={classes.shell} data-narrow={narrow}>
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <header className={classes.topBar}>
        <ActionIcon aria-label="Pages" onClick={menu.open}>
          <IconMenu2 size={18} />
        </ActionIcon>
        <Brand narrow={false} />
      </header>
      <Drawer opened={menuOpen} onClose={menu.close} size={240} title={<Brand narrow={false} />} padding="xs">
        <Navigation narrow={false} onNavigate={menu.close} />
        <div className={classes.drawerControls}>
          <ZoneToggle narrow={false} />
          <SchemeMenu />
          <SettingsMenu />
        </div>
      </Drawer>
      <aside className={classes.rail}>
        <Brand narrow={narrow} />
        <Navigation narrow={narrow} onNavigate={menu.close} />
        <div className={classes.controls}>
          <ZoneToggle narrow={narrow} />
          <SchemeMenu />
          <SettingsMenu />
          {roomy && (
            <Tooltip label={narrow ? 'Widen the navigation' : 'Narrow the navigation'} position="right">
              <ActionIcon
                aria-label={narrow ? 'Widen the navigation' : 'Narrow the navigation'}
                onClick={() => change({ navigation: narrow ? 'wide' : 'narrow' })}
              >
                {narrow ? (
                  <IconLayoutSidebarLeftExpand size={17} />
                ) : (
                  <IconLayoutSidebarLeftCollapse size={17} />
                )}
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      </aside>
      <main id="content" className={classes.main} tabIndex={-1}>
        <ReadyBanner />
        <NotificationBanner />
        {children}
      </main>
    </div>
  );
}

function Brand({ narrow }: { readonly narrow: boolean }): ReactElement {
  return (
    <Link to="/" className={classes.brand ?? ''} aria-label="Narthex, start page">
      <svg viewBox="0 0 32 32" width={22} height={22} aria-hidden>
        <rect width="32" height="32" rx="7" fill="#4a57d6" />
        <path
          d="M7 25V15a9 9 0 0 1 18 0v10"
          fill="none"
          stroke="#fff"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
        <path
          d="M12 25v-9a4 4 0 0 1 8 0v9"
          fill="none"
          stroke="#c9cffb"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
      </svg>
      {!narrow && <span>Narthex</span>}
    </Link>
  );
}
