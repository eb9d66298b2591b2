/** What the API answers (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml). Times are RFC 3339. */
export type LabelSet = Readonly<Record<string, string>>;

export interface AlertStatus {
  readonly state: 'unprocessed' | 'active' | 'suppressed';
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  readonly mutedBy: readonly string[];
}

export interface Alert {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: AlertStatus;
}

export interface AlertGroup {
  readonly labels: LabelSet;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly Alert[];
}

export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export type SilenceState = 'active' | 'pending' | 'expired';

export interface SilenceDraft {
  /** Undefined for a new one. */
  readonly id?: string;
  readonly matchers: readonly Matcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

export interface Silence extends SilenceDraft {
  readonly id: string;
  readonly status: { readonly state: SilenceState };
  readonly updatedAt: string;
}

export interface Status {
  readonly cluster: { readonly status: string; readonly name?: string; readonly peers?: readonly Peer[] };
  readonly config: { readonly original: string };
  readonly uptime: string;
  readonly versionInfo: Readonly<Record<string, string>>;
}

export interface Peer {
  readonly name: string;
  readonly address: string;
}

/** Which alerts are wanted. */
export interface AlertQuery {
  /** Matchers as texts. */
  readonly filters: readonly string[];
  /** A name; '' for all receivers. */
  readonly receiver: string;
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  readonly muted: boolean;
}
