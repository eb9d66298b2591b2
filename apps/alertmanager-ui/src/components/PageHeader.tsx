import { PageHeader as Header, type PageHeaderProps } from '@narthex/ui';
import { type ReactElement } from 'react';

export function PageHeader(props: Omit<PageHeaderProps, 'site'>): ReactElement {
  return <Header {...props} site="Alertmanager" />;
}
