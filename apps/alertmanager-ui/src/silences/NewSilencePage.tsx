import { type ReactElement, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { PageHeader } from '../components/PageHeader';
import { parseMatchers } from '../matchers/matcher-text';
import { useSettings } from '../settings/settings';
import { newForm } from './silence-draft';
import { SilenceForm } from './SilenceForm';

/** A new silence; the address may bring its matchers. */
export function NewSilencePage(): ReactElement {
  const [parameters] = useSearchParams();
  const filter = parameters.get('filter') ?? '';
  const { settings } = useSettings();
  const [openedAtMs] = useState(() => Date.now());
  return (
    <>
      <PageHeader title="New silence" />
      <SilenceForm
        key={filter}
        action="Create"
        initial={newForm(parseMatchers(filter), settings.creator, openedAtMs)}
      />
    </>
  );
}
