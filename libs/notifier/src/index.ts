export { alertsBody, type NotifiedAlert } from './alert.js';
export {
  alertmanagerUrls,
  type AlertmanagerAddressing,
  type AlertmanagerUrls,
} from './alertmanager-targets.js';
export { Notifier, type AlertmanagerConfig, type NotifierConfig, type NotifierOptions } from './notifier.js';
export { type PostAlerts } from './send-loop.js';
