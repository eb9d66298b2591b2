import { LabelList as List, type LabelListProps } from '@narthex/ui';
import { type ReactElement } from 'react';

/** Labels as small tags, the alert's name first. */
export function LabelList(props: Pick<LabelListProps, 'labels' | 'omit' | 'onPick'>): ReactElement {
  return <List {...props} first="alertname" />;
}
