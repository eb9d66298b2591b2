import { expect, test } from '@jest/globals';
import { runScript, SCRIPT_SETTINGS } from '@narthex/promqltest';
import { systemClock } from '@narthex/process';
import { Engine } from '../engine/engine.js';

/** What each script shows, and the script. */
const scripts: readonly (readonly [string, string])[] = [
  [
    'fill: "left" is the side of many with either grouping, as upstream has it',
    `load 1m
       limit{zone="x"} 50
       limit{zone="z"} 70
       used{zone="x", disk="1"} 5
       used{zone="x", disk="2"} 7
       used{zone="y", disk="1"} 9

     eval instant at 0 limit - on (zone) group_right () fill_left (4) used
       {zone="x", disk="1"} 45
       {zone="x", disk="2"} 43
       {zone="z"} 66

     eval instant at 0 limit - on (zone) group_right () fill_right (20) used
       {zone="x", disk="1"} 45
       {zone="x", disk="2"} 43
       {zone="y", disk="1"} 11

     eval instant at 0 used - on (zone) group_left () fill_right (20) limit
       {zone="x", disk="1"} -45
       {zone="x", disk="2"} -43
       {zone="y", disk="1"} -11`,
  ],
  [
    'smoothed: native histograms on the line between two',
    `load 20s
       requests {{count:10 sum:30 buckets:[10]}} {{count:20 sum:70 buckets:[20]}} {{count:4 sum:8 buckets:[4] counter_reset_hint:reset}}

     eval instant at 5s requests smoothed
       requests {{count:12.5 sum:40 buckets:[12.5]}}

     eval instant at 20s requests smoothed
       requests {{count:20 sum:70 buckets:[20]}}

     eval range from 30s to 1m step 30s histogram_sum(requests smoothed)
       {} 4 8`,
  ],
  [
    'smoothed: gauges go down, counters begin anew',
    `load 20s
       level {{count:8 sum:8 buckets:[8] counter_reset_hint:gauge}} {{count:4 sum:4 buckets:[4] counter_reset_hint:gauge}}

     eval instant at 10s histogram_count(level smoothed)
       {} 6`,
  ],
  [
    'smoothed: what does not go together is left out, with a warning',
    `load 1m
       buckets {{schema:0 count:3 sum:3 buckets:[3]}} {{schema:-53 count:3 sum:3 custom_values:[2] buckets:[3]}}
       kinds 1 {{schema:0 count:3 sum:3 buckets:[3]}}
       late _ 4

     eval instant at 30s buckets smoothed
       expect warn msg: PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "buckets" (1:1)

     eval instant at 1m buckets smoothed
       expect no_warn
       buckets {{schema:-53 count:3 sum:3 custom_values:[2] buckets:[3]}}

     eval instant at 30s kinds smoothed
       expect warn msg: PromQL warning: encountered a mix of histograms and floats for metric name "kinds" (1:1)

     eval instant at 30s late smoothed
       expect no_warn`,
  ],
  [
    'info: conditions that only exclude names leave those that end in _info',
    `load 1m
       hits{instance="i", job="j"} 6
       host_info{instance="i", job="j", kernel="6.1"} 1
       target_info{instance="i", job="j", rack="r7"} 1
       other{instance="i", job="j", colour="red"} 1

     eval instant at 0 info(hits, {__name__!="host_info"})
       hits{instance="i", job="j", rack="r7"} 6

     eval instant at 0 info(hits, {__name__!~"(host|target)_info"})
       hits{instance="i", job="j"} 6

     eval instant at 0 info(hits, {__name__!~".*_info", rack=~".+"})

     eval instant at 0 info({__name__=~"hits|target_info"}, {rack=~".+"})
       hits{instance="i", job="j", rack="r7"} 6
       target_info{instance="i", job="j", rack="r7"} 1`,
  ],
  [
    'start_timestamp: zero where it is not known, nothing of what is computed',
    `load 1m
       hits_total@st _ -40s
       hits_total 5 9

     eval range from 0 to 2m step 1m start_timestamp(hits_total)
       {} 0 20 20

     eval instant at 1m start_timestamp(hits_total + 0)

     eval instant at 1m start_timestamp((hits_total))
       {} 20`,
  ],
  [
    'rate: a sample that begins before the one before it was taken',
    `load 1m
       hits_total@st -30s -90s -100s
       hits_total 5 9 12
       sizes@st -30s -90s -100s
       sizes {{count:5 sum:1 buckets:[5]}} {{count:9 sum:1 buckets:[9]}} {{count:12 sum:1 buckets:[12]}}

     eval instant at 1m increase(hits_total[2m])
       expect no_warn
       {} 9

     eval instant at 2m increase(hits_total[121s]) * 0
       expect warn msg: PromQL warning: sample has start time that overlaps with previous sample timestamp for metric "hits_total" (1:10)
       {} 0

     eval instant at 2m histogram_count(rate(sizes[121s])) * 0
       expect warn msg: PromQL warning: sample has start time that overlaps with previous sample timestamp for metric "sizes" (1:22)
       {} 0`,
  ],
  [
    'durations: what cannot be is told with its place',
    `eval instant at 0 count_over_time(hits[3m - 2 * 4m])
       expect fail msg: 21:32: duration must be greater than 0

     eval instant at 0 count_over_time(hits[5m:-(step() + 1s)])
       expect fail msg: 24:37: duration must be greater than 0

     eval instant at 0 hits offset (1h / (2 - 2))
       expect fail msg: 13:24: division by zero

     eval instant at 0 hits offset (9y ^ 9)
       expect fail msg: 13:19: duration is out of range`,
  ],
];

test.each(scripts)('%s', async (_, script) => {
  const engine = new Engine({ clock: systemClock, ...SCRIPT_SETTINGS });
  const { passed, failures } = await runScript(script, {
    parse: (query) => void engine.parse(query),
    instant: (storage, query, timestampMs) => engine.instant(storage, query, { timestampMs }),
    range: (storage, query, times) => engine.range(storage, query, times),
  });
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(0);
});
