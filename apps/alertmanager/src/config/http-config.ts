import { check, section } from '@narthex/config';
import { httpClientFault, httpClientFields, tlsSection } from '@narthex/httpclient';
import { type z } from 'zod';

/** How outgoing HTTP is done: `http_config`. */
export const httpConfig = check(section('config.plain', { ...httpClientFields }), httpClientFault);

export type HttpConfig = z.output<typeof httpConfig>;

/** Certificates of outgoing TLS: `tls_config`. */
export const tlsConfig = tlsSection;
