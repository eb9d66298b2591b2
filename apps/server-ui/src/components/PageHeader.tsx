import { PageHeader as Header, type PageHeaderProps } from '@narthex/ui';
import { type ReactElement } from 'react';
import { useServer } from '../app/server-context';

/** The head of a page of this server, which may have a name of its own (`--web.page-title`). */
export function PageHeader(props: Omit<PageHeaderProps, 'site'>): ReactElement {
  const { served } = useServer();
  return <Header {...props} site={served.title} />;
}
