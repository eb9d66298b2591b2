import { LabelList as List, type LabelListProps } from '@narthex/ui';
import { type ReactElement } from 'react';
import { labelNameText } from '../format/series';

/** Labels as small tags, names that need quotes in quotes. */
export function LabelList(props: Pick<LabelListProps, 'labels' | 'omit'>): ReactElement {
  return <List {...props} nameText={labelNameText} />;
}
