import { stringFlag } from '@narthex/process';
import { defineCollector } from '../collector.js';
import { HostFileError } from '../errors.js';
import { fieldsOf, readLines, readTextIfThere } from '../host/files.js';
import { PatternFilter } from '../host/pattern-filter.js';

const defaultFields =
  '^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$';

/** Statistics of the network protocols. */
export const netstat = defineCollector({
  name: 'netstat',
  enabledByDefault: true,
  flags: {
    'collector.netstat.fields': stringFlag(defaultFields, {
      help: 'Regexp of fields to return for netstat collector.',
    }),
  },
  create({ paths }, flags) {
    const fields = new PatternFilter({ include: flags['collector.netstat.fields'] });
    return {
      collect(families) {
        const statistics = [
          ...pairedRows(paths.proc('net', 'netstat')),
          ...pairedRows(paths.proc('net', 'snmp')),
          ...ipv6Rows(paths.proc('net', 'snmp6')),
        ];
        for (const { protocol, name, value } of statistics) {
          const key = `${protocol}_${name}`;
          if (fields.shows(key)) {
            families.untyped(`node_netstat_${key}`, `Statistic ${protocol}${name}.`, Number(value));
          }
        }
        return undefined;
      },
    };
  },
});

interface Statistic {
  readonly protocol: string;
  readonly name: string;
  readonly value: string;
}

/** Rows in pairs: `Tcp: names…`, then `Tcp: values…`. */
function* pairedRows(path: string): Generator<Statistic> {
  const lines = readLines(path);
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const names = lines[at]!.split(' ');
    const values = lines[at + 1]!.split(' ');
    const protocol = names[0]!.replace(/:$/, '');
    if (names.length !== values.length)
      throw new HostFileError(`mismatch field count in ${path}: ${protocol}`);
    for (let column = 1; column < names.length; column++) {
      yield { protocol, name: names[column]!, value: values[column]! };
    }
  }
}

/** Rows such as `Icmp6InMsgs 0`; no file where IPv6 is switched off. */
function* ipv6Rows(path: string): Generator<Statistic> {
  for (const line of (readTextIfThere(path) ?? '').split('\n')) {
    const [key = '', value] = fieldsOf(line);
    const six = key.indexOf('6');
    if (six >= 0 && value !== undefined)
      yield { protocol: key.slice(0, six + 1), name: key.slice(six + 1), value };
  }
}
