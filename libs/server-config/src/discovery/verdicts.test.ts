import { describe, expect, test } from '@jest/globals';
import { complaintOf } from '../testing/complaint-of.js';

/*
 * Good and bad entries of each discovery, with what `promtool check config` of 3.5.3 says of them: nothing of the good.
 */

const CASES: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'digitalocean',
    [
      ['{}', ''],
      ['{port: x}', 'yaml: unmarshal errors:\n  line 4: cannot unmarshal !!str `x` into int'],
      ['{foo: 1}', 'yaml: unmarshal errors:\n  line 4: field foo not found in type digitalocean.plain'],
      [
        '{bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      [
        '{basic_auth: {username: a}, authorization: {credentials: b}}',
        'at most one of basic_auth, oauth2 & authorization must be configured',
      ],
    ],
  ],
  [
    'docker',
    [
      ['{}', 'host missing'],
      ['{host: ""}', 'host missing'],
      ['{host: "unix:///a"}', ''],
      ['{host: "%zz"}', 'parse "%zz": invalid URL escape "%zz"'],
      ['{host: ":a"}', 'parse ":a": missing protocol scheme'],
      ['{host: a, filters: [{name: a}]}', ''],
      [
        '{host: a, filters: [{foo: a}]}',
        'yaml: unmarshal errors:\n  line 4: field foo not found in type moby.Filter',
      ],
      ['{host: a, filters: [null]}', ''],
      [
        '{host: a, bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      ['{host: a, port: 1.5}', ''],
      [
        '{host: a, match_first_network: 1}',
        'yaml: unmarshal errors:\n  line 4: cannot unmarshal !!int `1` into bool',
      ],
    ],
  ],
  [
    'dockerswarm',
    [
      ['{}', 'host missing'],
      ['{host: a}', 'role missing (one of: tasks, services, nodes)'],
      ['{host: a, role: x}', 'invalid role x, expected tasks, services, or nodes'],
      ['{host: a, role: tasks}', ''],
      ['{host: a, role: services}', ''],
      ['{role: x}', 'host missing'],
      ['{host: ":a", role: tasks}', 'parse ":a": missing protocol scheme'],
      ['{host: a, role: Nodes}', 'invalid role Nodes, expected tasks, services, or nodes'],
    ],
  ],
  [
    'ec2',
    [
      ['{region: a}', ''],
      ['{region: a, filters: [{name: a}]}', 'EC2 SD configuration filter values cannot be empty'],
      ['{region: a, filters: [{name: a, values: []}]}', 'EC2 SD configuration filter values cannot be empty'],
      ['{region: a, filters: [{name: a, values: [b]}]}', ''],
      [
        '{region: a, filters: [{foo: a}]}',
        'yaml: unmarshal errors:\n  line 4: field foo not found in type aws.EC2Filter',
      ],
      [
        '{region: a, bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      [
        '{region: a, secret_key: [1]}',
        'yaml: unmarshal errors:\n  line 4: cannot unmarshal !!seq into config.plain',
      ],
      [
        '{region: a, filters: {}}',
        'yaml: unmarshal errors:\n  line 4: cannot unmarshal !!map into []*aws.EC2Filter',
      ],
    ],
  ],
  [
    'eureka',
    [
      ['{}', 'eureka_sd: empty or null eureka server'],
      ['{server: ""}', 'eureka_sd: empty or null eureka server'],
      ['{server: "http://a"}', ''],
      ['{server: "a"}', 'eureka_sd: invalid eureka server URL'],
      ['{server: "http:///x"}', 'eureka_sd: invalid eureka server URL'],
      ['{server: ":x"}', 'parse ":x": missing protocol scheme'],
      ['{server: "http://a b"}', 'parse "http://a b": invalid character " " in host name'],
      [
        '{server: "http://a", bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
    ],
  ],
  [
    'gce',
    [
      ['{}', 'GCE SD configuration requires a project'],
      ['{project: a}', 'GCE SD configuration requires a zone'],
      ['{zone: a}', 'GCE SD configuration requires a project'],
      ['{project: a, zone: b}', ''],
      [
        '{project: a, zone: b, basic_auth: {}}',
        'yaml: unmarshal errors:\n  line 4: field basic_auth not found in type gce.plain',
      ],
    ],
  ],
  [
    'hetzner',
    [
      ['{}', 'role missing (one of: robot, hcloud)'],
      ['{role: x}', 'unknown role "x"'],
      ['{role: robot}', ''],
      ['{role: hcloud, label_selector: a}', ''],
      ['{role: [a]}', 'yaml: unmarshal errors:\n  line 4: cannot unmarshal !!seq into string'],
      [
        '{role: robot, bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      ['{role: ""}', 'unknown role ""'],
    ],
  ],
  [
    'ionos',
    [
      ['{}', "datacenter id can't be empty"],
      ['{datacenter_id: ""}', "datacenter id can't be empty"],
      ['{datacenter_id: x}', ''],
      [
        '{datacenter_id: x, bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
    ],
  ],
  [
    'lightsail',
    [
      ['{region: a}', ''],
      [
        '{region: a, filters: []}',
        'yaml: unmarshal errors:\n  line 4: field filters not found in type aws.plain',
      ],
      [
        '{region: a, bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      ['{region: a, port: a}', 'yaml: unmarshal errors:\n  line 4: cannot unmarshal !!str `a` into int'],
    ],
  ],
  [
    'linode',
    [
      ['{}', ''],
      ['{region: 1}', ''],
      ['{foo: 1}', 'yaml: unmarshal errors:\n  line 4: field foo not found in type linode.plain'],
      ['{tag_separator: ""}', ''],
    ],
  ],
  [
    'marathon',
    [
      ['{}', 'marathon_sd: must contain at least one Marathon server'],
      ['{servers: []}', 'marathon_sd: must contain at least one Marathon server'],
      ['{servers: [a]}', ''],
      [
        '{servers: [a], auth_token: a, auth_token_file: b}',
        'marathon_sd: at most one of auth_token & auth_token_file must be configured',
      ],
      [
        '{servers: [a], auth_token: a, basic_auth: {username: a}}',
        'marathon_sd: at most one of basic_auth, auth_token & auth_token_file must be configured',
      ],
      [
        '{servers: [a], auth_token_file: a, bearer_token: a}',
        'marathon_sd: at most one of bearer_token, bearer_token_file, auth_token & auth_token_file must be configured',
      ],
      [
        '{servers: [a], auth_token_file: a, bearer_token_file: a}',
        'marathon_sd: at most one of bearer_token, bearer_token_file, auth_token & auth_token_file must be configured',
      ],
      [
        '{servers: [a], auth_token_file: a, authorization: {credentials: a}}',
        'marathon_sd: at most one of auth_token, auth_token_file & authorization must be configured',
      ],
      [
        '{servers: [a], bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      ['{servers: [a], auth_token: a}', ''],
      ['{servers: [null]}', ''],
      [
        '{servers: [a], basic_auth: {username: a}, authorization: {credentials: a}}',
        'at most one of basic_auth, oauth2 & authorization must be configured',
      ],
    ],
  ],
  [
    'nerve',
    [
      ['{}', 'nerve SD config must contain at least one Zookeeper server'],
      ['{servers: [a]}', 'nerve SD config must contain at least one path'],
      ['{servers: [a], paths: [a]}', "nerve SD config paths must begin with '/': a"],
      ['{servers: [a], paths: [/a, b]}', "nerve SD config paths must begin with '/': b"],
      ['{servers: [a], paths: [""]}', "nerve SD config paths must begin with '/': "],
      ['{servers: [a], paths: [/a]}', ''],
      ['{servers: [a], paths: [/a], timeout: x}', 'not a valid duration string: "x"'],
      ['{paths: [/a]}', 'nerve SD config must contain at least one Zookeeper server'],
    ],
  ],
  [
    'ovhcloud',
    [
      ['{}', 'application key can not be empty'],
      ['{application_key: a}', 'application secret can not be empty'],
      ['{application_key: a, application_secret: b}', 'consumer key can not be empty'],
      ['{application_key: a, application_secret: b, consumer_key: c}', 'unknown service: '],
      ['{application_key: a, application_secret: b, consumer_key: c, service: vps}', ''],
      ['{application_key: a, application_secret: b, consumer_key: c, service: dedicated_server}', ''],
      ['{application_key: a, application_secret: b, consumer_key: c, service: x}', 'unknown service: x'],
      ['{application_key: a, application_secret: b, consumer_key: c, service: vps, endpoint: x}', ''],
      ['{application_key: a, application_secret: b, consumer_key: c, service: vps, endpoint: ovh-ca}', ''],
      [
        '{application_key: a, application_secret: b, consumer_key: c, service: vps, endpoint: ""}',
        'endpoint can not be empty',
      ],
      [
        '{application_key: a, application_secret: b, consumer_key: c, service: vps, endpoint: "http://x"}',
        '',
      ],
      ['{endpoint: ""}', 'endpoint can not be empty'],
      ['{service: x}', 'application key can not be empty'],
    ],
  ],
  [
    'puppetdb',
    [
      ['{}', 'URL is missing'],
      ['{url: ""}', 'URL is missing'],
      ['{url: "http://a"}', 'query missing'],
      ['{url: "http://a", query: x}', ''],
      ['{url: "a", query: x}', "URL scheme must be 'http' or 'https'"],
      ['{url: "ftp://a", query: x}', "URL scheme must be 'http' or 'https'"],
      ['{url: "http://", query: x}', 'host is missing in URL'],
      ['{url: "http:a", query: x}', 'host is missing in URL'],
      ['{url: ":a"}', 'parse ":a": missing protocol scheme'],
      [
        '{url: "http://a", query: x, bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      ['{url: "a", bearer_token: a, bearer_token_file: b}', "URL scheme must be 'http' or 'https'"],
      ['{url: "http://a", bearer_token: a, bearer_token_file: b}', 'query missing'],
    ],
  ],
  [
    'scaleway',
    [
      ['{}', 'role missing (one of: instance, baremetal)'],
      ['{role: x}', 'unknown role "x"'],
      ['{role: instance}', 'project_id is mandatory'],
      ['{role: instance, project_id: a}', 'one of secret_key & secret_key_file must be configured'],
      [
        '{role: instance, project_id: a, access_key: a}',
        'one of secret_key & secret_key_file must be configured',
      ],
      [
        '{role: instance, project_id: p, access_key: a, secret_key: s}',
        "scaleway-sdk-go: invalid access key format 'a', expected SCWXXXXXXXXXXXXXXXXX format",
      ],
      [
        '{role: instance, project_id: p, access_key: a, secret_key: s, secret_key_file: b}',
        'at most one of secret_key & secret_key_file must be configured',
      ],
      [
        '{role: instance, project_id: p, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111}',
        "scaleway-sdk-go: invalid project ID format 'p', expected a UUID: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
      ],
      [
        '{role: instance, project_id: 11111111-1111-1111-1111-111111111111, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111}',
        '',
      ],
      [
        '{role: instance, project_id: 11111111-1111-1111-1111-111111111111, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111, zone: x}',
        "scaleway-sdk-go: invalid default zone format 'x', available zones are: fr-par-1, fr-par-2, fr-par-3, nl-ams-1, nl-ams-2, nl-ams-3, pl-waw-1, pl-waw-2, pl-waw-3",
      ],
      [
        '{role: instance, project_id: 11111111-1111-1111-1111-111111111111, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111, zone: fr-par-2, api_url: "x y"}',
        '',
      ],
      [
        '{role: instance, project_id: 11111111-1111-1111-1111-111111111111, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key_file: nonexistent}',
        '',
      ],
      [
        '{role: baremetal, project_id: 11111111-1111-1111-1111-111111111111, access_key: SCW, secret_key: 11111111-1111-1111-1111-111111111111}',
        "scaleway-sdk-go: invalid access key format 'SCW', expected SCWXXXXXXXXXXXXXXXXX format",
      ],
      [
        '{role: baremetal, project_id: 11111111-1111-1111-1111-111111111111, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111, bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      ['{secret_key: a, secret_key_file: b}', 'role missing (one of: instance, baremetal)'],
      ['{role: instance, secret_key: a, secret_key_file: b}', 'project_id is mandatory'],
      [
        '{role: instance, secret_key: a, secret_key_file: b, project_id: a}',
        'at most one of secret_key & secret_key_file must be configured',
      ],
      [
        '{role: instance, project_id: 11111111-1111-1111-1111-111111111111, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111, zone: ""}',
        'scaleway-sdk-go: default zone cannot be empty',
      ],
      [
        '{role: instance, project_id: 11111111-1111-1111-1111-111111111111, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111, api_url: "x"}',
        '',
      ],
    ],
  ],
  [
    'serverset',
    [
      ['{}', 'serverset SD config must contain at least one Zookeeper server'],
      ['{servers: [a]}', 'serverset SD config must contain at least one path'],
      ['{servers: [a], paths: [a]}', "serverset SD config paths must begin with '/': a"],
      ['{servers: [a], paths: [/a, b]}', "serverset SD config paths must begin with '/': b"],
      ['{servers: [a], paths: [""]}', "serverset SD config paths must begin with '/': "],
      ['{servers: [a], paths: [/a]}', ''],
      ['{servers: [a], paths: [/a], timeout: x}', 'not a valid duration string: "x"'],
      ['{paths: [/a]}', 'serverset SD config must contain at least one Zookeeper server'],
    ],
  ],
  [
    'triton',
    [
      ['{}', 'triton SD configuration requires an account'],
      ['{account: a}', 'triton SD configuration requires a dns_suffix'],
      ['{account: a, dns_suffix: b}', 'triton SD configuration requires an endpoint'],
      ['{account: a, dns_suffix: b, endpoint: c}', ''],
      [
        '{account: a, dns_suffix: b, endpoint: c, role: x}',
        "triton SD configuration requires role to be 'container' or 'cn'",
      ],
      ['{account: a, dns_suffix: b, endpoint: c, role: cn}', ''],
      [
        '{account: a, dns_suffix: b, endpoint: c, role: cn, refresh_interval: 0s}',
        'triton SD configuration requires RefreshInterval to be a positive integer',
      ],
      [
        '{account: a, dns_suffix: b, endpoint: c, refresh_interval: -1s}',
        'not a valid duration string: "-1s"',
      ],
      [
        '{account: a, dns_suffix: b, endpoint: c, tls_config: {cert: a}}',
        'exactly one of key or key_file must be configured when a client certificate is configured',
      ],
      [
        '{account: a, dns_suffix: b, endpoint: c, tls_config: {ca: a, ca_file: b}}',
        'at most one of ca, ca_file & ca_ref must be configured',
      ],
      ['{role: x}', "triton SD configuration requires role to be 'container' or 'cn'"],
      [
        '{account: a, dns_suffix: b, endpoint: c, role: ""}',
        "triton SD configuration requires role to be 'container' or 'cn'",
      ],
      ['{endpoint: c, dns_suffix: b}', 'triton SD configuration requires an account'],
    ],
  ],
  [
    'uyuni',
    [
      ['{}', 'Uyuni SD configuration requires server host'],
      ['{server: a}', 'Uyuni SD configuration requires a username'],
      ['{server: a, username: b}', 'Uyuni SD configuration requires a password'],
      ['{server: a, username: a, password: b}', ''],
      [
        '{server: ":a", username: a, password: b}',
        'Uyuni Server URL is not valid: parse ":a": missing protocol scheme',
      ],
      [
        '{server: "http://a b", username: a, password: b}',
        'Uyuni Server URL is not valid: parse "http://a b": invalid character " " in host name',
      ],
      [
        '{server: a, username: a, password: b, bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
      ['{server: "http://a", username: a, password: b}', ''],
    ],
  ],
  [
    'vultr',
    [
      ['{}', ''],
      ['{foo: 1}', 'yaml: unmarshal errors:\n  line 4: field foo not found in type vultr.plain'],
      [
        '{bearer_token: a, bearer_token_file: b}',
        'at most one of bearer_token & bearer_token_file must be configured',
      ],
    ],
  ],
  [
    'aws',
    [
      ['{}', 'unknown AWS SD role ""'],
      ['{role: x}', 'unknown AWS SD role "x"'],
      ['{role: rds, clusters: [a]}', ''],
    ],
  ],
  [
    'azure',
    [
      ['{}', 'azure SD configuration requires a subscription_id'],
      ['{subscription_id: a}', 'azure SD configuration requires a tenant_id'],
      ['{subscription_id: a, tenant_id: b}', 'azure SD configuration requires a client_id'],
      ['{subscription_id: a, tenant_id: b, client_id: c}', 'azure SD configuration requires a client_secret'],
      [
        '{subscription_id: a, authentication_method: x}',
        'unknown authentication_type "x". Supported types are "OAuth", "ManagedIdentity" or "SDK"',
      ],
      ['{subscription_id: a, authentication_method: SDK}', ''],
    ],
  ],
  [
    'consul',
    [
      ['{}', ''],
      ['{server: " "}', 'consul SD configuration requires a server address'],
      [
        '{username: a, basic_auth: {username: b}}',
        'at most one of consul SD configuration username and password and basic auth can be configured',
      ],
      [
        '{token: a, authorization: {credentials: b}}',
        'at most one of consul SD token, authorization, or oauth2 can be configured',
      ],
    ],
  ],
  [
    'kuma',
    [
      ['{}', 'kuma SD server must not be empty: '],
      ['{server: a}', 'kuma SD server must not be empty and have a scheme: a'],
      ['{server: "http://a"}', ''],
    ],
  ],
  [
    'nomad',
    [
      ['{}', ''],
      ['{server: ""}', 'nomad SD configuration requires a server address'],
    ],
  ],
  [
    'openstack',
    [
      ['{role: x}', 'unknown OpenStack SD role "x"'],
      ['{availability: x}', 'unknown availability x, must be one of admin, internal or public'],
      ['{}', 'role missing (one of: instance, hypervisor, loadbalancer)'],
      ['{role: instance}', 'openstack SD configuration requires a region'],
      ['{role: loadbalancer, region: a}', ''],
    ],
  ],
  [
    'outscale',
    [
      ['{}', 'outscale SD configuration requires access_key and secret_key'],
      ['{region: ""}', 'outscale SD configuration requires a region'],
      ['{access_key: a, secret_key: b}', ''],
    ],
  ],
  [
    'stackit',
    [
      ['{}', ''],
      ['{region: ""}', 'endpoint or region missing'],
      ['{endpoint: ":x"}', 'invalid endpoint ":x": parse ":x": missing protocol scheme'],
    ],
  ],
];

describe.each(CASES)('%s', (name, entries) => {
  test.each(entries)('%s', async (entry, complaint) => {
    const yaml = `scrape_configs:\n- job_name: a\n  ${name}_sd_configs:\n  - ${entry}\n`;
    expect(await complaintOf(yaml)).toBe(complaint);
  });
});
