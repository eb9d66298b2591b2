import { type NameStrategyName } from '../names/metric-name.js';

/** How metrics become series: the section `otlp` of the configuration, complete. */
export interface OtlpSettings {
  readonly translationStrategy: NameStrategyName;
  /** All resource attributes become labels, but for the ignored ones. */
  readonly promoteAllResourceAttributes: boolean;
  readonly promoteResourceAttributes: readonly string[];
  readonly ignoreResourceAttributes: readonly string[];
  /** `target_info` gets `service.name`, `service.namespace` and `service.instance.id` too. */
  readonly keepIdentifyingResourceAttributes: boolean;
  /** Histograms with explicit bounds become native ones with custom buckets. */
  readonly convertHistogramsToNhcb: boolean;
  /** Labels `otel_scope_…` tell the scope. */
  readonly promoteScopeMetadata: boolean;
  readonly labelNameUnderscoreSanitization: boolean;
  readonly labelNamePreserveMultipleUnderscores: boolean;
}
