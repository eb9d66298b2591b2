/** The messages of the two versions of remote write, as `--web.remote-write-receiver.accepted-protobuf-messages` names them. */
export const WRITE_MESSAGES = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'] as const;
export type WriteMessage = (typeof WRITE_MESSAGES)[number];

const MEDIA_TYPE = 'application/x-protobuf';

/** Which message a body of this type is, or why it is none, in upstream's words. No type means the first version. */
export function writeMessageOf(contentType: string): { message: WriteMessage } | { refusal: string } {
  const type = contentType === '' ? MEDIA_TYPE : contentType.trim();
  const [media, ...parameters] = type.split(';');
  if (media !== MEDIA_TYPE) {
    return { refusal: `expected ${MEDIA_TYPE} as the first (media) part, got ${type} content-type` };
  }
  for (const parameter of parameters) {
    const pair = parameter.split('=');
    const [name, value] = pair;
    if (pair.length !== 2) {
      const rule =
        'as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be key-values';
      return { refusal: `${rule}, got ${parameter} in ${type} content-type` };
    }
    if (name !== 'proto') continue;
    const message = WRITE_MESSAGES.find((known) => known === value);
    if (message !== undefined) return { message };
    const supported = WRITE_MESSAGES.join(', ');
    return {
      refusal: `got ${type} content type; unknown remote write protobuf message ${value!}, supported: ${supported}`,
    };
  }
  return { message: WRITE_MESSAGES[0] };
}
