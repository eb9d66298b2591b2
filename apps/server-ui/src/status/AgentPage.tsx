import { Notice } from '@narthex/ui';
import { type ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { PageHeader } from '../components/PageHeader';

/** Where an agent begins: says what it is for, and where to look further. */
export function AgentPage(): ReactElement {
  return (
    <>
      <PageHeader title="Agent" />
      <Notice tone="info" title="This server runs in agent mode">
        It scrapes its <Link to="/targets">targets</Link> and sends what they tell to the remote write
        endpoints of its <Link to="/config">configuration</Link>. It keeps samples only until they are sent:
        queries, rules and alerts are up to those who receive them.
      </Notice>
    </>
  );
}
