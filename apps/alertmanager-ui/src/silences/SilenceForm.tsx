import { Button, Textarea, TextInput } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useApi } from '../api/api-context';
import { type SilenceDraft } from '../api/types';
import { MatcherField } from '../components/MatcherField';
import { fromFieldValue, toFieldValue } from '../format/time';
import { formatMatcher } from '../matchers/matcher-text';
import { useSettings } from '../settings/settings';
import { AffectedAlerts } from './AffectedAlerts';
import { type DraftForm, draftOf, faultsOf, withDuration, withEnd, withStart } from './silence-draft';
import classes from './silences.module.css';

export interface SilenceFormProps {
  readonly initial: DraftForm;
  /** On the button that saves. */
  readonly action: string;
}

/** The form that makes and changes silences, with the alerts it will hold back. */
export function SilenceForm({ initial, action }: SilenceFormProps): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { settings, change } = useSettings();
  const [form, setForm] = useState(initial);
  const [wasTried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: (draft: SilenceDraft) => api.saveSilence(draft),
    onSuccess: async (id) => {
      change({ creator: form.createdBy.trim() });
      await client.invalidateQueries();
      await navigate(`/silences/${id}`);
    },
  });
  const faults = wasTried ? faultsOf(form) : {};
  const zone = settings.timeZone;
  const zoneName = zone === 'utc' ? 'UTC' : 'local time';
  const submit = (): void => {
    setTried(true);
    const draft = draftOf(form);
    if (draft !== undefined) save.mutate(draft);
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={classes.card}>
        <div className={classes.times}>
          <TextInput
            type="datetime-local"
            step={1}
            label={`Start (${zoneName})`}
            value={form.startsAtMs === undefined ? '' : toFieldValue(form.startsAtMs, zone)}
            error={faults.startsAt}
            onChange={(event) => setForm(withStart(form, fromFieldValue(event.currentTarget.value, zone)))}
          />
          <TextInput
            label="Duration"
            value={form.duration}
            error={faults.duration}
            onChange={(event) => setForm(withDuration(form, event.currentTarget.value))}
          />
          <TextInput
            type="datetime-local"
            step={1}
            label={`End (${zoneName})`}
            value={form.endsAtMs === undefined ? '' : toFieldValue(form.endsAtMs, zone)}
            error={faults.endsAt}
            onChange={(event) => setForm(withEnd(form, fromFieldValue(event.currentTarget.value, zone)))}
          />
        </div>
        <div>
          <div className={classes.fieldLabel}>Matchers: alerts that meet all of them are silenced</div>
          <MatcherField
            label="Matchers"
            matchers={form.matchers}
            onChange={(matchers) => setForm({ ...form, matchers })}
          />
          {faults.matchers !== undefined && <div className={classes.fault}>{faults.matchers}</div>}
        </div>
        <TextInput
          label="Creator"
          value={form.createdBy}
          error={faults.createdBy}
          autoComplete="username"
          onChange={(event) => setForm({ ...form, createdBy: event.currentTarget.value })}
        />
        <Textarea
          size="xs"
          label="Comment"
          autosize
          minRows={2}
          value={form.comment}
          error={faults.comment}
          onChange={(event) => setForm({ ...form, comment: event.currentTarget.value })}
        />
        {save.error !== null && (
          <Notice tone="bad" title="The silence was not saved">
            {save.error.message}
          </Notice>
        )}
        <div className={classes.buttons}>
          <Button type="submit" loading={save.isPending}>
            {action}
          </Button>
          <Button variant="default" onClick={() => setForm(initial)}>
            Reset
          </Button>
        </div>
      </div>
      <AffectedAlerts filters={form.matchers.map(formatMatcher)} />
    </form>
  );
}
