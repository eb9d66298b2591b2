import { join, resolve } from 'node:path';
import { workspaceRoot } from './workspace.mjs';

/** The four programs of the stack, in the order in which they start. `args` gets where everything is. */
export const components = [
  {
    name: 'node-exporter',
    title: 'Node exporter',
    flag: 'node-exporter-port',
    port: 9100,
    readyPath: '/metrics',
    args: ({ listen }) => [`--web.listen-address=${listen}`],
  },
  {
    name: 'pushgateway',
    title: 'Pushgateway',
    flag: 'pushgateway-port',
    port: 9091,
    readyPath: '/-/ready',
    args: ({ listen, data }) => [
      `--web.listen-address=${listen}`,
      `--persistence.file=${join(data, 'pushgateway', 'metrics')}`,
    ],
  },
  {
    name: 'alertmanager',
    title: 'Alertmanager',
    flag: 'alertmanager-port',
    port: 9093,
    readyPath: '/-/ready',
    args: ({ listen, data, configs }) => [
      `--web.listen-address=${listen}`,
      `--config.file=${configs.alertmanager}`,
      `--storage.path=${join(data, 'alertmanager')}`,
      '--cluster.listen-address=',
    ],
  },
  {
    name: 'server',
    title: 'Prometheus server',
    flag: 'server-port',
    port: 9090,
    readyPath: '/-/ready',
    args: ({ listen, data, configs }) => [
      `--web.listen-address=${listen}`,
      `--config.file=${configs.server}`,
      `--storage.tsdb.path=${join(data, 'server')}`,
      '--web.enable-lifecycle',
    ],
  },
];

export function mainOf(name) {
  return join(workspaceRoot, 'dist/apps', name, 'main.js');
}

export function dataFolder(given) {
  return given === undefined ? join(workspaceRoot, 'data') : resolve(given);
}
