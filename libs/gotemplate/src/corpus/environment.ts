import { type GoType, type GoValue, type TemplateFunction, TypedValue } from '../values/value.js';
import { func, method, variadicFunc } from '../values/function.js';
import { mapOf, namedMap, namedSlice, sliceOf, structType, types } from '../values/type.js';
import { TemplateFunctionError } from '../errors.js';
import { instantFromUnixMs } from '../time/instant.js';
import { formatTime } from '../time/layout.js';
import { timeType } from '../time/time-type.js';
import { zoneByName, type Zone } from '../time/zone.js';
import { compareStrings } from '../values/reflect.js';
import { safeHtml, safeUrl } from '../html/safe-types.js';

/**
 * Alertmanager's notification data and some of its functions, as the cases of the corpus need them. The real program
 * gave the expectations, so what a template sees here is what it sees there.
 */
const stringSlice = sliceOf(types.string);

interface PairFields extends Readonly<Record<string, GoValue>> {
  readonly Name: string;
  readonly Value: string;
}

const pairType = structType<PairFields>({ name: 'template.Pair', fields: ['Name', 'Value'] });

function fieldsOf(pair: GoValue): PairFields {
  if (!(pair instanceof TypedValue)) throw new TypeError('not a pair');
  return pairType.unwrap(pair);
}

const pairsType = namedSlice({
  name: 'template.Pairs',
  element: pairType,
  text: (pairs) => pairs.map((pair) => `${fieldsOf(pair).Name}=${fieldsOf(pair).Value}`).join(', '),
  methods: {
    Names: method([], (pairs: readonly GoValue[]) =>
      stringSlice.of(pairs.map((pair) => fieldsOf(pair).Name)),
    ),
    Values: method([], (pairs: readonly GoValue[]) =>
      stringSlice.of(pairs.map((pair) => fieldsOf(pair).Value)),
    ),
  },
});

type Entries = ReadonlyMap<string, string>;

function sorted(entries: Entries): [string, string][] {
  const pairs = [...entries].sort(([left], [right]) => compareStrings(left, right));
  const first = pairs.filter(([name]) => name === 'alertname');
  return [...first, ...pairs.filter(([name]) => name !== 'alertname')];
}

const kvType: GoType<Entries> = namedMap<string>({
  name: 'template.KV',
  element: types.string,
  text: (entries) =>
    sorted(entries)
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
  methods: {
    SortedPairs: method([], (entries: Entries) =>
      pairsType.of(sorted(entries).map(([Name, Value]) => pairType.of({ Name, Value }))),
    ),
    Remove: method([stringSlice], (entries: Entries, names) =>
      kvType.of(new Map([...entries].filter(([name]) => !names.includes(name)))),
    ),
    Names: method([], (entries: Entries) => stringSlice.of(sorted(entries).map(([name]) => name))),
    Values: method([], (entries: Entries) => stringSlice.of(sorted(entries).map(([, value]) => value))),
  },
});

const alertFields = [
  'Status',
  'Labels',
  'Annotations',
  'StartsAt',
  'EndsAt',
  'GeneratorURL',
  'Fingerprint',
] as const;
type AlertFields = Readonly<Record<(typeof alertFields)[number], GoValue>>;
const alertType = structType<AlertFields>({ name: 'template.Alert', fields: alertFields });
const alertSlice = sliceOf(alertType);

const alertsType = namedSlice({
  name: 'template.Alerts',
  element: alertType,
  methods: {
    Firing: method([], (alerts: readonly GoValue[]) => withStatus(alerts, 'firing')),
    Resolved: method([], (alerts: readonly GoValue[]) => withStatus(alerts, 'resolved')),
  },
});

function withStatus(alerts: readonly GoValue[], status: string): GoValue {
  return alertSlice.of(alerts.filter((alert) => alertType.unwrap(alert).Status === status));
}

const dataFields = [
  'Receiver',
  'Status',
  'Alerts',
  'NotificationReason',
  'GroupLabels',
  'CommonLabels',
  'CommonAnnotations',
  'ExternalURL',
] as const;
const dataType = structType<Readonly<Record<(typeof dataFields)[number], GoValue>>>({
  name: 'template.Data',
  fields: dataFields,
});

/** Notification data as JSON has it. */
export interface CorpusData {
  readonly receiver: string;
  readonly status: string;
  readonly externalURL: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly generatorURL: string;
    readonly fingerprint: string;
  }[];
}

function kv(record: Readonly<Record<string, string>>): GoValue {
  return kvType.of(new Map(Object.entries(record)));
}

function time(text: string): GoValue {
  return timeType.of(instantFromUnixMs(Date.parse(text)));
}

export function corpusData(data: CorpusData): GoValue {
  return dataType.of({
    Receiver: data.receiver,
    Status: data.status,
    Alerts: alertsType.of(
      data.alerts.map((alert) =>
        alertType.of({
          Status: alert.status,
          Labels: kv(alert.labels),
          Annotations: kv(alert.annotations),
          StartsAt: time(alert.startsAt),
          EndsAt: time(alert.endsAt),
          GeneratorURL: alert.generatorURL,
          Fingerprint: alert.fingerprint,
        }),
      ),
    ),
    NotificationReason: '',
    GroupLabels: kv(data.groupLabels),
    CommonLabels: kv(data.commonLabels),
    CommonAnnotations: kv(data.commonAnnotations),
    ExternalURL: data.externalURL,
  });
}

const anySlice = sliceOf(types.any);

export const corpusFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['toUpper', func([types.string], (text) => text.toUpperCase())],
  ['toLower', func([types.string], (text) => text.toLowerCase())],
  ['trimSpace', func([types.string], (text) => text.trim())],
  ['join', func([types.string, stringSlice], (separator, items) => items.join(separator))],
  ['stringSlice', variadicFunc([], types.string, (...items) => stringSlice.of(items))],
  ['list', variadicFunc([], types.any, (...items) => items)],
  ['append', variadicFunc([anySlice], types.any, (items, ...more) => [...items, ...more])],
  ['dict', variadicFunc([], types.any, dict)],
  ['safeHtml', func([types.string], safeHtml)],
  ['safeUrl', func([types.string], safeUrl)],
  ['tz', func([types.string, timeType], (name, at) => timeType.of({ ...at, zone: zoneOf(name) }))],
  ['date', func([types.string, timeType], (layout, at) => formatTime(at, layout))],
]);

function zoneOf(name: string): Zone {
  const zone = zoneByName(name);
  if (zone === undefined) throw new TemplateFunctionError(`unknown time zone ${name}`);
  return zone;
}

function dict(...items: readonly GoValue[]): GoValue {
  if (items.length % 2 !== 0) throw new TemplateFunctionError('dict requires an even number of arguments');
  const map = new Map<string, GoValue>();
  for (let index = 0; index < items.length; index += 2) {
    const key = items[index];
    if (typeof key !== 'string') throw new TemplateFunctionError('dict keys must be strings');
    map.set(key, items[index + 1] ?? null);
  }
  return mapOf(types.string, types.any).of(map);
}
