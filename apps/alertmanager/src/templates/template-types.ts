import {
  type GoType,
  type GoValue,
  instantFromUnixMs,
  method,
  namedMap,
  namedSlice,
  sliceOf,
  structType,
  timeType,
  types,
} from '@narthex/gotemplate';
import { compareText } from '@narthex/model';
import { type AlertData, type NotificationData } from './notification-data';

/** The Go types of what templates see, under upstream's names (template/template.go of Alertmanager). */
type Fields<Name extends string> = Readonly<Record<Name, GoValue>>;
type Entries = ReadonlyMap<string, string>;

const texts = sliceOf(types.string);

const pairType = structType<{ readonly Name: string; readonly Value: string }>({
  name: 'template.Pair',
  fields: ['Name', 'Value'],
});

const pairsType = namedSlice({
  name: 'template.Pairs',
  element: pairType,
  text: (pairs) => pairs.map((pair) => pairText(pair)).join(', '),
  methods: {
    Names: method([], (pairs: readonly GoValue[]) =>
      texts.of(pairs.map((pair) => pairType.unwrap(pair).Name)),
    ),
    Values: method([], (pairs: readonly GoValue[]) =>
      texts.of(pairs.map((pair) => pairType.unwrap(pair).Value)),
    ),
    String: method([], (pairs: readonly GoValue[]) => pairs.map((pair) => pairText(pair)).join(', ')),
  },
});

function pairText(pair: GoValue): string {
  const { Name, Value } = pairType.unwrap(pair);
  return `${Name}=${Value}`;
}

/** Labels or annotations; alertname comes first, then by name. */
const kvType: GoType<Entries> = namedMap<string>({
  name: 'template.KV',
  element: types.string,
  text: kvText,
  methods: {
    SortedPairs: method([], (entries: Entries) =>
      pairsType.of(sorted(entries).map(([Name, Value]) => pairType.of({ Name, Value }))),
    ),
    Remove: method([texts], (entries: Entries, names) =>
      kvType.of(new Map([...entries].filter(([name]) => !names.includes(name)))),
    ),
    Names: method([], (entries: Entries) => texts.of(sorted(entries).map(([name]) => name))),
    Values: method([], (entries: Entries) => texts.of(sorted(entries).map(([, value]) => value))),
    String: method([], kvText),
  },
});

function sorted(entries: Entries): [string, string][] {
  const rank = (name: string): number => (name === 'alertname' ? 0 : 1);
  return [...entries].sort(([a], [b]) => rank(a) - rank(b) || compareText(a, b));
}

function kvText(entries: Entries): string {
  return sorted(entries)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

const alertType = structType<
  Fields<'Status' | 'Labels' | 'Annotations' | 'StartsAt' | 'EndsAt' | 'GeneratorURL' | 'Fingerprint'>
>({
  name: 'template.Alert',
  fields: ['Status', 'Labels', 'Annotations', 'StartsAt', 'EndsAt', 'GeneratorURL', 'Fingerprint'],
});
const alertList = sliceOf(alertType);

const alertsType = namedSlice({
  name: 'template.Alerts',
  element: alertType,
  methods: {
    Firing: method([], (alerts: readonly GoValue[]) => withStatus(alerts, 'firing')),
    Resolved: method([], (alerts: readonly GoValue[]) => withStatus(alerts, 'resolved')),
  },
});

function withStatus(alerts: readonly GoValue[], status: string): GoValue {
  return alertList.of(alerts.filter((alert) => alertType.unwrap(alert).Status === status));
}

const dataType = structType<
  Fields<
    | 'Receiver'
    | 'Status'
    | 'Alerts'
    | 'NotificationReason'
    | 'GroupLabels'
    | 'CommonLabels'
    | 'CommonAnnotations'
    | 'ExternalURL'
  >
>({
  name: 'template.Data',
  pointer: true,
  fields: [
    'Receiver',
    'Status',
    'Alerts',
    'NotificationReason',
    'GroupLabels',
    'CommonLabels',
    'CommonAnnotations',
    'ExternalURL',
  ],
});

/** Notification data as a template's dot. */
export function templateData(data: NotificationData): GoValue {
  return dataType.of({
    Receiver: data.receiver,
    Status: data.status,
    Alerts: alertsType.of(data.alerts.map(templateAlert)),
    NotificationReason: data.notification_reason,
    GroupLabels: kv(data.groupLabels),
    CommonLabels: kv(data.commonLabels),
    CommonAnnotations: kv(data.commonAnnotations),
    ExternalURL: data.externalURL,
  });
}

function templateAlert(alert: AlertData): GoValue {
  return alertType.of({
    Status: alert.status,
    Labels: kv(alert.labels),
    Annotations: kv(alert.annotations),
    StartsAt: timeType.of(instantFromUnixMs(Date.parse(alert.startsAt))),
    EndsAt: timeType.of(instantFromUnixMs(Date.parse(alert.endsAt))),
    GeneratorURL: alert.generatorURL,
    Fingerprint: alert.fingerprint,
  });
}

function kv(entries: Readonly<Record<string, string>>): GoValue {
  return kvType.of(new Map(Object.entries(entries)));
}

/** The names that the structs' fields have in JSON, by type. */
export const JSON_NAMES: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  [
    dataType.name,
    {
      Receiver: 'receiver',
      Status: 'status',
      Alerts: 'alerts',
      NotificationReason: 'notification_reason',
      GroupLabels: 'groupLabels',
      CommonLabels: 'commonLabels',
      CommonAnnotations: 'commonAnnotations',
      ExternalURL: 'externalURL',
    },
  ],
  [
    alertType.name,
    {
      Status: 'status',
      Labels: 'labels',
      Annotations: 'annotations',
      StartsAt: 'startsAt',
      EndsAt: 'endsAt',
      GeneratorURL: 'generatorURL',
      Fingerprint: 'fingerprint',
    },
  ],
]);
