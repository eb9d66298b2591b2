import { type ReactElement, useState } from 'react';
import { useParams } from 'react-router-dom';
import { useSilence } from '../api/use-queries';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { formOf } from './silence-draft';
import { SilenceForm } from './SilenceForm';

/** Changes a silence, or makes one like an expired one. */
export function EditSilencePage(): ReactElement {
  const { id = '' } = useParams();
  const result = useSilence(id);
  const [openedAtMs] = useState(() => Date.now());
  const isOver = result.data?.status.state === 'expired';
  return (
    <>
      <PageHeader title={isOver ? 'Recreate silence' : 'Edit silence'} />
      <Loaded result={result} what="the silence">
        {(silence) => (
          <SilenceForm
            key={silence.id}
            action={isOver ? 'Create' : 'Save'}
            initial={formOf(silence, openedAtMs)}
          />
        )}
      </Loaded>
    </>
  );
}
