import { type Request, type Response, type Router } from 'express';

export interface HealthOptions {
  /** The program's name as it stands in the answer: `Prometheus Server is Healthy.`. */
  readonly healthyText: string;
  readonly readyText: string;
  /** Undefined once ready, until then the text of the 503. */
  readonly notReady?: () => string | undefined;
}

/** `/-/healthy` and `/-/ready`, for GET and HEAD. */
export function mountHealth(router: Router, options: HealthOptions): void {
  router.get('/-/healthy', (_request, response) => sendText(response, 200, options.healthyText));
  router.get('/-/ready', (_request: Request, response: Response) => {
    const reason = options.notReady?.();
    sendText(response, reason === undefined ? 200 : 503, reason ?? options.readyText);
  });
}

function sendText(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain; charset=utf-8').send(text);
}
