/** An answer of `/api/v1/write`. */
export interface WriteAnswerText {
  readonly status: number;
  /** Without the newline behind it. */
  readonly text: string;
  /** Of the headers `X-Prometheus-Remote-Write-{Samples,Histograms,Exemplars}-Written`, where they are there. */
  readonly written?: string;
}

/**
 * What Prometheus 3.5.3, with `--enable-feature=native-histograms,exemplar-storage`, answers to the requests of
 * `write-cases.ts`. Those that are not here it answers 204 without these headers.
 */
export const UPSTREAM_WRITE_ANSWERS: Readonly<Record<string, WriteAnswerText>> = {
  'far in the past': { status: 400, text: 'out of bounds' },
  'a time before 1970': { status: 400, text: 'out of bounds' },
  'the least time': { status: 400, text: 'out of bounds' },
  'the greatest time': { status: 400, text: 'out of bounds: timestamp is too far in the future' },
  'eleven minutes ahead': { status: 400, text: 'out of bounds: timestamp is too far in the future' },
  'histogram: too few buckets': {
    status: 500,
    text: 'positive side: spans need 4 buckets, have 3 buckets: histogram spans specify different number of buckets than provided',
  },
  'histogram: too many buckets float': {
    status: 500,
    text: 'positive side: spans need 4 buckets, have 5 buckets: histogram spans specify different number of buckets than provided',
  },
  'histogram: negative offset': {
    status: 500,
    text: 'positive side: span number 2 with offset -1: histogram has a span whose offset is negative',
  },
  'histogram: negative offset on the negative side': {
    status: 500,
    text: 'negative side: span number 2 with offset -3: histogram has a span whose offset is negative',
  },
  'histogram: negative bucket': {
    status: 500,
    text: 'positive side: bucket number 3 has observation count of -1: histogram has a bucket whose observation count is negative',
  },
  'histogram: negative bucket float': {
    status: 500,
    text: 'negative side: bucket number 1 has observation count of -1: histogram has a bucket whose observation count is negative',
  },
  'histogram: count too small': {
    status: 500,
    text: "12 observations found in buckets, but the Count field is 11: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
  },
  'histogram: count too large': {
    status: 500,
    text: "12 observations found in buckets, but the Count field is 13: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
  },
  'histogram: count too small, sum NaN': {
    status: 500,
    text: "12 observations found in buckets, but the Count field is 11: histogram's observation count should be at least the number of observations found in the buckets",
  },
  'histogram: exponential with bounds': {
    status: 500,
    text: 'histogram with exponential schema must not have custom bounds',
  },
  'histogram: bounds not increasing': {
    status: 500,
    text: 'custom buckets: previous bound is 1.000000 and current is 1.000000: histogram custom bounds must be in strictly increasing order',
  },
  'histogram: bounds infinite': {
    status: 500,
    text: 'custom buckets: last +Inf bound must not be explicitly defined: histogram custom bounds must be finite',
  },
  'histogram: bounds too few': {
    status: 500,
    text: 'custom buckets: only 1 custom bounds defined which is insufficient to cover total span length of 3: histogram custom bounds are too few',
  },
  'histogram: bounds too few float': {
    status: 500,
    text: 'custom buckets: only 1 custom bounds defined which is insufficient to cover total span length of 3: histogram custom bounds are too few',
  },
  'histogram: custom, zero count': { status: 500, text: 'custom buckets: must have zero count of 0' },
  'histogram: custom, zero threshold': { status: 500, text: 'custom buckets: must have zero threshold of 0' },
  'histogram: custom, negative spans': { status: 500, text: 'custom buckets: must not have negative spans' },
  'histogram: custom, negative buckets': {
    status: 500,
    text: 'custom buckets: must not have negative buckets',
  },
  'histogram: custom, negative first offset': {
    status: 500,
    text: 'custom buckets: span number 1 with offset -1: histogram has a span whose offset is negative',
  },
  'histogram far in the past': { status: 400, text: 'out of bounds' },
  'histogram ahead': { status: 400, text: 'out of bounds: timestamp is too far in the future' },
  'an empty body': { status: 400, text: 'snappy: corrupt input' },
  'not compressed': { status: 400, text: 'snappy: corrupt input' },
  garbage: { status: 400, text: 'snappy: corrupt input' },
  'cut short': { status: 400, text: 'snappy: corrupt input' },
  'a length far too great': { status: 400, text: 'snappy: corrupt input' },
  'a length that is no 32 bit number': { status: 400, text: 'snappy: corrupt input' },
  'a length just within the limit': { status: 400, text: 'snappy: corrupt input' },
  'no length': { status: 400, text: 'snappy: corrupt input' },
  'a message cut short': { status: 400, text: 'unexpected EOF' },
  'a tag cut short': { status: 400, text: 'unexpected EOF' },
  'field 0': { status: 400, text: 'proto: WriteRequest: illegal tag 0 (wire type 2)' },
  'an end of a group': { status: 400, text: 'proto: WriteRequest: wiretype end group for non-group' },
  'a wrong wire type': { status: 400, text: 'proto: wrong wireType = 0 for field Timeseries' },
  'a wrong wire type, metadata': { status: 400, text: 'proto: wrong wireType = 0 for field Metadata' },
  'a wrong wire type below': { status: 400, text: 'proto: wrong wireType = 0 for field Labels' },
  'a wrong wire type in a label': { status: 400, text: 'proto: wrong wireType = 0 for field Name' },
  'a wrong wire type in a sample': { status: 400, text: 'proto: wrong wireType = 0 for field Value' },
  'a wrong wire type in a time': { status: 400, text: 'proto: wrong wireType = 1 for field Timestamp' },
  'a wrong wire type in an exemplar': { status: 400, text: 'proto: wrong wireType = 0 for field Value' },
  'a wrong wire type in a histogram': { status: 400, text: 'proto: wrong wireType = 2 for field CountInt' },
  'a wrong wire type in spans': { status: 400, text: 'proto: wrong wireType = 2 for field Offset' },
  'a wrong wire type in deltas': { status: 400, text: 'proto: wrong wireType = 5 for field NegativeDeltas' },
  'packed doubles of no whole number': { status: 400, text: 'unexpected EOF' },
  'a wrong wire type in metadata': { status: 400, text: 'proto: wrong wireType = 2 for field Type' },
  'unknown field cut short': { status: 400, text: 'unexpected EOF' },
  'a group without an end': { status: 400, text: 'unexpected EOF' },
  'an unknown wire type': { status: 400, text: 'proto: illegal wireType 7' },
  'a varint without an end': { status: 400, text: 'proto: integer overflow' },
  'a negative length': { status: 400, text: 'proto: negative length found during unmarshaling' },
  'an unknown field of negative length': {
    status: 400,
    text: 'proto: negative length found during unmarshaling',
  },
  'a value cut short': { status: 400, text: 'unexpected EOF' },
  'a good series before a broken one': { status: 400, text: 'unexpected EOF' },
  'an out-of-order series before a broken one': { status: 400, text: 'unexpected EOF' },
  JSON: {
    status: 415,
    text: 'expected application/x-protobuf as the first (media) part, got application/json content-type',
  },
  'another type': {
    status: 415,
    text: 'expected application/x-protobuf as the first (media) part, got text/plain; charset=utf-8 content-type',
  },
  'a form': {
    status: 415,
    text: 'expected application/x-protobuf as the first (media) part, got application/x-www-form-urlencoded content-type',
  },
  'an unknown message': {
    status: 415,
    text: 'got application/x-protobuf;proto=foo.Bar content type; unknown remote write protobuf message foo.Bar, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request',
  },
  'a parameter without a value': {
    status: 415,
    text: 'as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be key-values, got foo in application/x-protobuf;foo content-type',
  },
  'a quoted parameter': {
    status: 415,
    text: 'got application/x-protobuf;proto="prometheus.WriteRequest" content type; unknown remote write protobuf message "prometheus.WriteRequest", supported: prometheus.WriteRequest, io.prometheus.write.v2.Request',
  },
  'a type in capitals': {
    status: 415,
    text: 'expected application/x-protobuf as the first (media) part, got Application/X-Protobuf content-type',
  },
  gzip: {
    status: 415,
    text: 'gzip encoding (compression) is not accepted by this server; only snappy is acceptable',
  },
  'gzip of garbage': {
    status: 415,
    text: 'gzip encoding (compression) is not accepted by this server; only snappy is acceptable\nsnappy: corrupt input',
  },
  '1.0 sent as 2.0': { status: 204, text: '', written: '0 0 0' },
  '2.0: one sample': { status: 204, text: '', written: '1 0 0' },
  '2.0: everything': { status: 204, text: '', written: '1 1 1' },
  '2.0: nothing': { status: 204, text: '', written: '0 0 0' },
  '2.0: no metric name beside a good one': {
    status: 400,
    text: 'invalid metric name or labels, got {a="1"}',
    written: '1 0 0',
  },
  '2.0: duplicate labels': {
    status: 400,
    text: 'invalid labels for series, labels {__name__="v2dup", a="1", a="2"}, duplicated label a',
    written: '0 0 0',
  },
  '2.0: several faults': {
    status: 400,
    text: 'out of bounds for series {__name__="v2faults", q="\\"\\n"}\nout of bounds: timestamp is too far in the future for series {__name__="v2faults", q="late"}',
    written: '3 0 0',
  },
  '2.0: a bad histogram': {
    status: 500,
    text: "12 observations found in buckets, but the Count field is 11: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
    written: '0 0 0',
  },
  '2.0: histogram out of order': { status: 204, text: '', written: '0 2 0' },
  '2.0: exemplars in no order': { status: 204, text: '', written: '1 0 3' },
  '2.0: an exemplar that is too long': { status: 204, text: '', written: '1 0 0' },
  '2.0: an exemplar ahead': { status: 204, text: '', written: '1 0 0' },
  '2.0: metadata of a series without samples': { status: 204, text: '', written: '0 0 0' },
  '2.0: symbols that do not begin with nothing': { status: 204, text: '', written: '1 0 0' },
  '2.0: cut short': { status: 400, text: 'unexpected EOF' },
  '2.0: a wrong wire type': { status: 400, text: 'proto: wrong wireType = 0 for field Symbols' },
  '2.0: a wrong wire type in references': {
    status: 400,
    text: 'proto: wrong wireType = 1 for field LabelsRefs',
  },
  '2.0: a wrong wire type in metadata': { status: 400, text: 'proto: wrong wireType = 2 for field HelpRef' },
};

/** Where this server answers otherwise, on purpose. */
export const OWN_WRITE_ANSWERS: Readonly<Record<string, WriteAnswerText>> = {
  // Upstream goes on behind the refusal, and stores what is good.
  'gzip of garbage': {
    status: 415,
    text: 'gzip encoding (compression) is not accepted by this server; only snappy is acceptable',
  },
  // Upstream 3.5.3 breaks the connection off.
  '2.0: an odd number of references': {
    status: 400,
    text: 'parsing labels for series [1 2 1]: invalid labelRefs length 3',
    written: '0 0 0',
  },
  '2.0: a reference to nothing': {
    status: 400,
    text: 'parsing labels for series [1 9]: labelRefs 1 (value) = 9 outside of symbols table (size 3)',
    written: '0 0 0',
  },
};
