/* What two receivers were told, and what two servers tell of their alerts. */

/** The notifications of each alert in order: by its labels, one line for each time it was sent. */
export function coursesOf(posts, startMs) {
  const courses = new Map();
  for (const { alerts } of posts) {
    for (const { labels, annotations, startsAt, endsAt, generatorURL } of alerts) {
      const key = stable(labels);
      const shown = [
        relative(startsAt, startMs),
        relative(endsAt, startMs),
        stable(annotations),
        generatorURL,
      ];
      courses.set(key, [...(courses.get(key) ?? []), shown.join(' ')]);
    }
  }
  return courses;
}

/** What differs between the notifications of two servers, as lines. */
export function compareCourses(ours, theirs) {
  const found = [];
  for (const key of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [a, b] = [ours.get(key) ?? [], theirs.get(key) ?? []];
    const at = Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, i) => a[i] !== b[i]);
    if (at < 0) continue;
    found.push(
      `${key}: ${a.length} | ${b.length} notifications, the first that differs is ${at + 1}:\n    ${a[at]}\n    ${b[at]}`,
    );
  }
  return found;
}

/** What is compared of each post beside its alerts. */
export function postFacts(posts) {
  return {
    requests: [...new Set(posts.map(({ request }) => request))].sort(),
    largest: Math.max(0, ...posts.map(({ alerts }) => alerts.length)),
    /** An alert is never told of twice in one post, and never out of order. */
    backwards: posts
      .flatMap(({ alerts }) => alerts)
      .filter(({ startsAt, endsAt }) => Date.parse(endsAt) < Date.parse(startsAt)).length,
  };
}

/** The differences of two values as JSON, `places` telling where, as lines. */
export function compareJson(ours, theirs, where = '') {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    return Array.from({ length }).flatMap((_, i) => compareJson(ours[i], theirs[i], `${where}/${i}`));
  }
  if (isRecord(ours) && isRecord(theirs)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...keys].flatMap((key) => compareJson(ours[key], theirs[key], `${where}/${key}`));
  }
  if (inOrder(ours) === inOrder(theirs)) return [];
  return [`${where}: ${JSON.stringify(ours)} | ${JSON.stringify(theirs)}`];
}

/** Of two series of one match group, which the error names first follows the order in memory. */
function inOrder(value) {
  if (typeof value !== 'string') return value;
  return value.replace(
    /\[(\{.*\}), (\{.*\})\](?=;many-to-many)/,
    (_, a, b) => `[${[a, b].sort().join(', ')}]`,
  );
}

/** Text with the keys in order. */
export function stable(value) {
  return JSON.stringify(Object.fromEntries(Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function relative(time, startMs) {
  return `${((Date.parse(time) - startMs) / 1000).toFixed(3)}s`;
}

function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
