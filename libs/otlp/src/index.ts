export {
  type DeltaHandling,
  type OtlpAnswer,
  OtlpReceiver,
  type OtlpReceiverOptions,
  type OtlpRequest,
} from './receive/otlp-receiver.js';
export { NAME_STRATEGIES, type NameStrategyName } from './names/metric-name.js';
export { type OtlpSettings } from './translate/settings.js';
