import { compareText, type Labels, METRIC_NAME } from '@narthex/model';
import { attributeOf, type Attribute, type Attributes } from '../data/attributes.js';
import { type ScopeMetrics } from '../data/metrics-data.js';
import { TranslationError } from '../errors.js';
import { LabelNamer } from '../names/label-name.js';
import { NAME_STRATEGIES } from '../names/metric-name.js';
import { type OtlpSettings } from './settings.js';
import { sortedLabels } from './sorted-labels.js';
import { valueText } from './value-text.js';

const SERVICE_NAME = 'service.name';
const SERVICE_NAMESPACE = 'service.namespace';
const SERVICE_INSTANCE = 'service.instance.id';
/** Attributes that become `job` and `instance`. */
export const IDENTIFYING: ReadonlySet<string> = new Set([SERVICE_NAME, SERVICE_NAMESPACE, SERVICE_INSTANCE]);

const JOB = 'job';
const INSTANCE = 'instance';
/** Set to the metric's name, whatever attributes say. */
const RESERVED: ReadonlySet<string> = new Set([METRIC_NAME]);

/** A label as it is put together. */
type LabelEntries = Map<string, string>;

/**
 * Makes labels of attributes: of a point's own, and of those of its resource and scope that are wanted. Resource and scope
 * are told ahead, as they hold for many points
 * (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#otlp-metric-points-to-prometheus).
 */
export class LabelMaker {
  readonly #settings: OtlpSettings;
  readonly #escape: boolean;
  readonly #namer: LabelNamer;
  #job = '';
  #instance = '';
  #promoted: LabelEntries = new Map();
  #scope: LabelEntries = new Map();

  constructor(settings: OtlpSettings) {
    this.#settings = settings;
    this.#escape = NAME_STRATEGIES[settings.translationStrategy].escape;
    this.#namer = new LabelNamer({
      utf8: !this.#escape,
      prefixUnderscore: settings.labelNameUnderscoreSanitization,
      keepUnderscores: settings.labelNamePreserveMultipleUnderscores,
    });
  }

  /** @throws TranslationError when an attribute that is wanted cannot be a label. */
  enterResource(attributes: Attributes): void {
    this.#scope = new Map();
    this.#promoted = new Map();
    this.#job = jobOf(attributes);
    this.#instance = textOf(attributeOf(attributes, SERVICE_INSTANCE));
    for (const [key, value] of attributes) {
      if (this.#isPromoted(key)) this.#promoted.set(this.#namer.name(key), valueText(value));
    }
  }

  /** @throws TranslationError when an attribute of the scope cannot be a label. */
  enterScope({ scope, schemaUrl }: ScopeMetrics): void {
    this.#scope = new Map();
    if (!this.#settings.promoteScopeMetadata || scope.name === '') return;
    const entries: LabelEntries = new Map();
    for (const [key, value] of scope.attributes) {
      entries.set(this.#namer.name(`otel_scope_${key}`), valueText(value));
    }
    entries.set('otel_scope_name', scope.name);
    entries.set('otel_scope_version', scope.version);
    entries.set('otel_scope_schema_url', schemaUrl);
    this.#scope = entries;
  }

  /**
   * The labels of a point, all but the metric's name.
   * @throws TranslationError when an attribute cannot be a label.
   */
  ofPoint(attributes: Attributes): Labels {
    const { entries, repeated } = this.#own(attributes, RESERVED);
    for (const [name, value] of this.#promoted) if (!has(entries, name)) entries.set(name, value);
    this.#identify(entries, repeated);
    for (const [name, value] of this.#scope) set(entries, repeated, name, value);
    return labelsOf(entries, repeated);
  }

  /**
   * The labels of a resource's `target_info`, all but its name; undefined when neither `job` nor `instance` would tell
   * which target it is, or when nothing else is known of it.
   * @throws TranslationError when an attribute cannot be a label.
   */
  ofTarget(attributes: Attributes): Labels | undefined {
    if (attributes.every(([key]) => IDENTIFYING.has(key))) return undefined;
    const ignored = this.#settings.keepIdentifyingResourceAttributes ? new Set<string>() : IDENTIFYING;
    const { entries, repeated } = this.#own(attributes, ignored);
    this.#identify(entries, repeated);
    const labels = labelsOf(entries, repeated);
    return labels.has(JOB) || labels.has(INSTANCE) ? labels : undefined;
  }

  #isPromoted(key: string): boolean {
    const { promoteAllResourceAttributes, promoteResourceAttributes, ignoreResourceAttributes } =
      this.#settings;
    return promoteAllResourceAttributes
      ? !ignoreResourceAttributes.includes(key)
      : promoteResourceAttributes.includes(key);
  }

  /** In the order of their keys: where several become one label, their values are joined in it. */
  #own(attributes: Attributes, ignored: ReadonlySet<string>): Own {
    const entries: LabelEntries = new Map();
    const repeated = new Set<string>();
    const wanted = attributes.filter(([key]) => !ignored.has(key));
    for (const [key, value] of wanted.sort(([a], [b]) => compareText(a, b))) {
      const text = valueText(value);
      const name = this.#escape ? this.#namer.name(key) : key;
      const before = entries.get(name) ?? '';
      if (before === '') entries.set(name, text);
      else if (this.#escape) entries.set(name, `${before};${text}`);
      else if (text !== '') repeated.add(name);
    }
    return { entries, repeated };
  }

  #identify(entries: LabelEntries, repeated: Set<string>): void {
    if (this.#job !== '') set(entries, repeated, JOB, this.#job);
    if (this.#instance !== '') set(entries, repeated, INSTANCE, this.#instance);
  }
}

interface Own {
  readonly entries: LabelEntries;
  /** Names that came twice, where names are left as they are. */
  readonly repeated: Set<string>;
}

function has(entries: LabelEntries, name: string): boolean {
  return (entries.get(name) ?? '') !== '';
}

function set(entries: LabelEntries, repeated: Set<string>, name: string, value: string): void {
  entries.set(name, value);
  repeated.delete(name);
}

function labelsOf(entries: LabelEntries, repeated: ReadonlySet<string>): Labels {
  const twice = [...repeated].find((name) => name !== METRIC_NAME);
  if (twice !== undefined) {
    throw new TranslationError(`label name "${twice}" is not unique: invalid sample`);
  }
  return sortedLabels(entries);
}

function textOf(attribute: Attribute | undefined): string {
  return attribute === undefined ? '' : valueText(attribute[1]);
}

function jobOf(attributes: Attributes): string {
  const name = attributeOf(attributes, SERVICE_NAME);
  if (name === undefined) return '';
  const namespace = attributeOf(attributes, SERVICE_NAMESPACE);
  return namespace === undefined ? textOf(name) : `${textOf(namespace)}/${textOf(name)}`;
}
