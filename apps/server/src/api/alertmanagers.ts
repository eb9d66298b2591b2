import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';

/** Where alerts go. */
export interface AlertmanagerSource {
  alertmanagers(): { readonly active: readonly string[]; readonly dropped: readonly string[] };
}

/** `/alertmanagers`. */
export function alertmanagerEndpoints(source: AlertmanagerSource): readonly Endpoint[] {
  return [
    {
      path: '/alertmanagers',
      methods: ['GET'],
      handle: (_parameters, response) => {
        const { active, dropped } = source.alertmanagers();
        const asJson = (urls: readonly string[]): unknown => urls.map((url) => ({ url }));
        sendData(response, { activeAlertmanagers: asJson(active), droppedAlertmanagers: asJson(dropped) });
      },
    },
  ];
}
