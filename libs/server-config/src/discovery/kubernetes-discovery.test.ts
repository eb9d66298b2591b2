import { expect, test } from '@jest/globals';
import { complaintOf } from '../testing/complaint-of.js';

/* Entries of `kubernetes_sd_configs` with what `promtool check config` of 3.5.3 says of them: nothing of the good. */
const CASES: readonly (readonly [string, string])[] = [
  ['{}', 'role missing (one of: pod, service, endpoints, endpointslice, node, ingress)'],
  ['{role: x}', 'unknown Kubernetes SD role "x"'],
  ['{role: pod}', ''],
  ['{role: ""}', 'unknown Kubernetes SD role ""'],
  [
    '{role: node, bearer_token: a}',
    "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
  ],
  [
    '{role: node, follow_redirects: false}',
    "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
  ],
  ['{role: node, enable_http2: true}', ''],
  ['{role: node, tls_config: {}}', ''],
  [
    '{role: node, tls_config: {insecure_skip_verify: true}}',
    "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
  ],
  ['{role: node, api_server: "http://a", tls_config: {insecure_skip_verify: true}}', ''],
  [
    '{role: node, api_server: "http://a", kubeconfig_file: a}',
    "cannot use 'kubeconfig_file' and 'api_server' simultaneously",
  ],
  ['{role: node, kubeconfig_file: a}', ''],
  [
    '{role: node, kubeconfig_file: a, basic_auth: {username: a}}',
    "cannot use a custom HTTP client configuration together with 'kubeconfig_file'",
  ],
  ['{role: node, namespaces: {own_namespace: true}}', ''],
  [
    '{role: node, api_server: "http://a", namespaces: {own_namespace: true}}',
    "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously",
  ],
  [
    '{role: node, kubeconfig_file: a, namespaces: {own_namespace: true}}',
    "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously",
  ],
  ['{role: node, namespaces: {names: [a]}}', ''],
  [
    '{role: node, namespaces: {foo: [a]}}',
    'yaml: unmarshal errors:\n  line 4: field foo not found in type kubernetes.plain',
  ],
  ['{role: node, namespaces: null}', ''],
  ['{role: node, api_server: ""}', ''],
  ['{role: node, api_server: "", bearer_token: a}', ''],
  ['{role: node, api_server: ":a"}', 'parse ":a": missing protocol scheme'],
  ['{role: node, attach_metadata: {node: true}}', ''],
  [
    '{role: node, attach_metadata: {node: 1}}',
    'yaml: unmarshal errors:\n  line 4: cannot unmarshal !!int `1` into bool',
  ],
  [
    '{role: node, attach_metadata: {foo: 1}}',
    'yaml: unmarshal errors:\n  line 4: field foo not found in type kubernetes.AttachMetadataConfig',
  ],
  [
    '{api_server: "http://a"}',
    'role missing (one of: pod, service, endpoints, endpointslice, node, ingress)',
  ],
  [
    '{role: node, basic_auth: {username: a}, bearer_token: b, api_server: "http://a"}',
    'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
  ],
  ['{role: node, selectors: [{role: node}]}', ''],
  ['{role: node, selectors: [{role: pod}]}', 'node role supports only node selectors'],
  ['{role: node, selectors: [{role: service}]}', 'node role supports only node selectors'],
  ['{role: node, selectors: [{role: endpoints}]}', 'node role supports only node selectors'],
  ['{role: node, selectors: [{role: endpointslice}]}', 'node role supports only node selectors'],
  ['{role: node, selectors: [{role: ingress}]}', 'node role supports only node selectors'],
  ['{role: pod, selectors: [{role: node}]}', 'pod role supports only pod selectors'],
  ['{role: pod, selectors: [{role: pod}]}', ''],
  ['{role: pod, selectors: [{role: service}]}', 'pod role supports only pod selectors'],
  ['{role: pod, selectors: [{role: endpoints}]}', 'pod role supports only pod selectors'],
  ['{role: pod, selectors: [{role: endpointslice}]}', 'pod role supports only pod selectors'],
  ['{role: pod, selectors: [{role: ingress}]}', 'pod role supports only pod selectors'],
  ['{role: service, selectors: [{role: node}]}', 'service role supports only service selectors'],
  ['{role: service, selectors: [{role: pod}]}', 'service role supports only service selectors'],
  ['{role: service, selectors: [{role: service}]}', ''],
  ['{role: service, selectors: [{role: endpoints}]}', 'service role supports only service selectors'],
  ['{role: service, selectors: [{role: endpointslice}]}', 'service role supports only service selectors'],
  ['{role: service, selectors: [{role: ingress}]}', 'service role supports only service selectors'],
  [
    '{role: endpoints, selectors: [{role: node}]}',
    'endpoints role supports only pod, service, endpoints selectors',
  ],
  ['{role: endpoints, selectors: [{role: pod}]}', ''],
  ['{role: endpoints, selectors: [{role: service}]}', ''],
  ['{role: endpoints, selectors: [{role: endpoints}]}', ''],
  [
    '{role: endpoints, selectors: [{role: endpointslice}]}',
    'endpoints role supports only pod, service, endpoints selectors',
  ],
  [
    '{role: endpoints, selectors: [{role: ingress}]}',
    'endpoints role supports only pod, service, endpoints selectors',
  ],
  [
    '{role: endpointslice, selectors: [{role: node}]}',
    'endpointslice role supports only pod, service, endpointslice selectors',
  ],
  ['{role: endpointslice, selectors: [{role: pod}]}', ''],
  ['{role: endpointslice, selectors: [{role: service}]}', ''],
  [
    '{role: endpointslice, selectors: [{role: endpoints}]}',
    'endpointslice role supports only pod, service, endpointslice selectors',
  ],
  ['{role: endpointslice, selectors: [{role: endpointslice}]}', ''],
  [
    '{role: endpointslice, selectors: [{role: ingress}]}',
    'endpointslice role supports only pod, service, endpointslice selectors',
  ],
  ['{role: ingress, selectors: [{role: node}]}', 'ingress role supports only ingress selectors'],
  ['{role: ingress, selectors: [{role: pod}]}', 'ingress role supports only ingress selectors'],
  ['{role: ingress, selectors: [{role: service}]}', 'ingress role supports only ingress selectors'],
  ['{role: ingress, selectors: [{role: endpoints}]}', 'ingress role supports only ingress selectors'],
  ['{role: ingress, selectors: [{role: endpointslice}]}', 'ingress role supports only ingress selectors'],
  ['{role: ingress, selectors: [{role: ingress}]}', ''],
  ['{role: pod, selectors: [{role: pod}, {role: pod}]}', 'duplicated selector role: pod'],
  ['{role: pod, selectors: [{role: foo}]}', 'unknown Kubernetes SD role "foo"'],
  ['{role: pod, selectors: [{}]}', 'pod role supports only pod selectors'],
  ['{role: pod, selectors: [null]}', 'pod role supports only pod selectors'],
  [
    '{role: pod, selectors: [{foo: 1}]}',
    'yaml: unmarshal errors:\n  line 4: field foo not found in type kubernetes.SelectorConfig',
  ],
  ['{role: pod, selectors: [{role: pod, field: "a=b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, field: "a==b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, field: "a!=b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, field: "a"}]}', "invalid selector: 'a'; can't understand 'a'"],
  [
    '{role: pod, selectors: [{role: pod, field: "a=b,c"}]}',
    "invalid selector: 'a=b,c'; can't understand 'c'",
  ],
  ['{role: pod, selectors: [{role: pod, field: "=b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, field: "a=b,c=d"}]}', ''],
  ['{role: pod, selectors: [{role: pod, field: "a=b,"}]}', ''],
  ['{role: pod, selectors: [{role: pod, field: ""}]}', ''],
  [
    '{role: pod, selectors: [{role: pod, field: "a\\\\=b=c"}]}',
    'invalid field selector: unescaped character in value: 61',
  ],
  [
    '{role: pod, selectors: [{role: pod, field: "a=\\\\x"}]}',
    'invalid field selector: invalid escape sequence: \\x',
  ],
  [
    '{role: pod, selectors: [{role: pod, field: "metadata.status-Running"}]}',
    "invalid selector: 'metadata.status-Running'; can't understand 'metadata.status-Running'",
  ],
  [
    '{role: pod, selectors: [{role: pod, field: "a=b=c"}]}',
    'invalid field selector: unescaped character in value: 61',
  ],
  ['{role: pod, selectors: [{role: pod, field: "!a"}]}', "invalid selector: '!a'; can't understand '!a'"],
  ['{role: pod, selectors: [{role: pod, field: ","}]}', ''],
  ['{role: pod, selectors: [{role: pod, field: "a= b "}]}', ''],
  ['{role: pod, selectors: [{role: pod, field: " a = b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a=b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a==b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a!=b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "!a"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a in (b,c)"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a notin (b)"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a in ()"}]}', ''],
  [
    '{role: pod, selectors: [{role: pod, label: "a in b"}]}',
    "unable to parse requirement: found 'b' expected: '('",
  ],
  ['{role: pod, selectors: [{role: pod, label: "a,b"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a=b,"}]}', "found '', expected: identifier after ','"],
  [
    '{role: pod, selectors: [{role: pod, label: "=b"}]}',
    "found '=', expected: !, identifier, or 'end of string'",
  ],
  ['{role: pod, selectors: [{role: pod, label: "a="}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a>1"}]}', ''],
  [
    '{role: pod, selectors: [{role: pod, label: "a<x"}]}',
    "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
  ],
  [
    '{role: pod, selectors: [{role: pod, label: "a>"}]}',
    "unable to parse requirement: values[0]: Invalid value: \"\": for 'Gt', 'Lt' operators, the value must be an integer",
  ],
  [
    '{role: pod, selectors: [{role: pod, label: "a in (b"}]}',
    "unable to parse requirement: found '', expected: ',' or ')'",
  ],
  [
    '{role: pod, selectors: [{role: pod, label: "a b"}]}',
    "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  ],
  ['{role: pod, selectors: [{role: pod, label: ""}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "x/y=z"}]}', ''],
  [
    '{role: pod, selectors: [{role: pod, label: "a/b/c=d"}]}',
    "unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
  ],
  [
    '{role: pod, selectors: [{role: pod, label: "-a=b"}]}',
    "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    '{role: pod, selectors: [{role: pod, label: "a=-b"}]}',
    "unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  ['{role: pod, selectors: [{role: pod, label: "a=b=c"}]}', "found '=', expected: ',' or 'end of string'"],
  [
    '{role: pod, selectors: [{role: pod, label: "!"}]}',
    "unable to parse requirement: found '', expected: identifier",
  ],
  [
    '{role: pod, selectors: [{role: pod, label: "a!"}]}',
    "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt",
  ],
  ['{role: pod, selectors: [{role: pod, label: "a in (b,,c)"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "in"}]}', ''],
  [
    '{role: pod, selectors: [{role: pod, label: "a in in"}]}',
    "unable to parse requirement: found 'in' expected: '('",
  ],
  ['{role: pod, selectors: [{role: pod, label: "a=b c"}]}', "found 'c', expected: ',' or 'end of string'"],
  [
    '{role: pod, selectors: [{role: pod, label: "a=(b)"}]}',
    "unable to parse requirement: found '(', expected: identifier",
  ],
  [
    '{role: pod, selectors: [{role: pod, label: "a ! b"}]}',
    "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt",
  ],
  ['{role: pod, selectors: [{role: pod, label: "a,,b"}]}', "found ',', expected: identifier after ','"],
  [
    '{role: pod, selectors: [{role: pod, label: ")"}]}',
    "found ')', expected: !, identifier, or 'end of string'",
  ],
  ['{role: pod, selectors: [{role: pod, label: "a=="}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "A.b_c-d=x"}]}', ''],
  [
    '{role: pod, selectors: [{role: pod, label: "a=ö"}]}',
    "unable to parse requirement: values[0][a]: Invalid value: \"ö\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  ['{role: pod, selectors: [{role: pod, label: "a in (,)"}]}', ''],
  ['{role: pod, selectors: [{role: pod, label: "a=b,!c"}]}', ''],
];

test.each(CASES)('%s', async (entry, complaint) => {
  const yaml = `scrape_configs:\n- job_name: a\n  kubernetes_sd_configs:\n  - ${entry}\n`;
  expect(await complaintOf(yaml)).toBe(complaint);
});
