export { alertsBody, type NotifiedAlert } from './alert.js';
export {
  alertmanagerUrls,
  type AlertmanagerAddressing,
  type AlertmanagerUrls,
} from './alertmanager-targets.js';
export {
  Notifier,
  type AlertmanagerConfig,
  type NotifierConfig,
  type NotifierOptions,
  type PostAlerts,
} from './notifier.js';
