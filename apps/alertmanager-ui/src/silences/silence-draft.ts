import { type Matcher, type Silence, type SilenceDraft } from '../api/types';
import { formatDuration, parseDuration } from '../format/duration';

/** What the form holds: times as milliseconds, the duration as it is typed. */
export interface DraftForm {
  /** Undefined for a new silence. */
  readonly id: string | undefined;
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number | undefined;
  readonly endsAtMs: number | undefined;
  readonly duration: string;
  readonly createdBy: string;
  readonly comment: string;
}

const DEFAULT_DURATION_MS = 2 * 3_600_000;

/** A form for a silence from now on. */
export function newForm(matchers: readonly Matcher[], createdBy: string, nowMs: number): DraftForm {
  return {
    id: undefined,
    matchers,
    startsAtMs: nowMs,
    endsAtMs: nowMs + DEFAULT_DURATION_MS,
    duration: formatDuration(DEFAULT_DURATION_MS),
    createdBy,
    comment: '',
  };
}

/** A form that changes a silence, or makes one like it when it has expired. */
export function formOf(silence: Silence, nowMs: number): DraftForm {
  const lengthMs = Date.parse(silence.endsAt) - Date.parse(silence.startsAt);
  const isOver = silence.status.state === 'expired';
  const startsAtMs = isOver ? nowMs : Date.parse(silence.startsAt);
  return {
    id: isOver ? undefined : silence.id,
    matchers: silence.matchers,
    startsAtMs,
    endsAtMs: startsAtMs + lengthMs,
    duration: formatDuration(lengthMs),
    createdBy: silence.createdBy,
    comment: silence.comment,
  };
}

/** Moves the end with the start. */
export function withStart(form: DraftForm, startsAtMs: number | undefined): DraftForm {
  const lengthMs = parseDuration(form.duration);
  const endsAtMs = startsAtMs !== undefined && lengthMs !== undefined ? startsAtMs + lengthMs : form.endsAtMs;
  return { ...form, startsAtMs, endsAtMs };
}

export function withDuration(form: DraftForm, duration: string): DraftForm {
  const lengthMs = parseDuration(duration);
  if (lengthMs === undefined || form.startsAtMs === undefined) return { ...form, duration };
  return { ...form, duration, endsAtMs: form.startsAtMs + lengthMs };
}

export function withEnd(form: DraftForm, endsAtMs: number | undefined): DraftForm {
  if (endsAtMs === undefined || form.startsAtMs === undefined) return { ...form, endsAtMs };
  return { ...form, endsAtMs, duration: formatDuration(endsAtMs - form.startsAtMs) };
}

/** What still has to be filled in or put right, by field. */
export interface DraftFaults {
  readonly matchers?: string;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly duration?: string;
  readonly createdBy?: string;
  readonly comment?: string;
}

export function faultsOf(form: DraftForm): DraftFaults {
  const { startsAtMs, endsAtMs } = form;
  const isBackwards = startsAtMs !== undefined && endsAtMs !== undefined && endsAtMs <= startsAtMs;
  return {
    ...(form.matchers.length === 0 && { matchers: 'At least one matcher is needed' }),
    ...(startsAtMs === undefined && { startsAt: 'When does it start?' }),
    ...(endsAtMs === undefined && { endsAt: 'When does it end?' }),
    ...(isBackwards && { endsAt: 'It must end after it starts' }),
    ...(parseDuration(form.duration) === undefined && { duration: 'Such as 2h, 1d 12h, 45m' }),
    ...(form.createdBy.trim() === '' && { createdBy: 'Who makes this silence?' }),
    ...(form.comment.trim() === '' && { comment: 'Why?' }),
  };
}

/** What the API is asked for; undefined while something is missing. */
export function draftOf(form: DraftForm): SilenceDraft | undefined {
  const { startsAtMs, endsAtMs } = form;
  if (Object.keys(faultsOf(form)).length > 0 || startsAtMs === undefined || endsAtMs === undefined)
    return undefined;
  return {
    ...(form.id !== undefined && { id: form.id }),
    matchers: form.matchers,
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(endsAtMs).toISOString(),
    createdBy: form.createdBy.trim(),
    comment: form.comment.trim(),
  };
}
