import { randomFrom } from './random.mjs';

const PLATFORMS = ['android', 'ios', 'web'];
const FROM = Date.UTC(2026, 8, 1);
const MS_PER_DAY = 86_400_000;
/** Of lines that are sent at once. */
const PIECE = 200;

/**
 * Observations of a member from a day on, two metrics and two attributes each, the same for the same arguments. Each
 * has a device of its own, `name.i`, by which it is found again.
 *
 * @param perDay how many of them are of one day.
 * @param groups device groups, each on three platforms.
 * @param order 'mixed': all groups in the order of time, as devices send; 'by group': each day group by group, as an
 *   export has them.
 * @param fresh names of further metrics, which some of the observations have.
 */
export function* observationsOf({ name, seed, count, perDay, groups, order = 'mixed', fresh = [] }) {
  const random = randomFrom(seed);
  const pick = (choices) => Math.floor(random() * choices);
  for (let i = 0; i < count; i++) {
    const [day, ofDay] = split(i / perDay);
    const [group, ofGroup] = order === 'mixed' ? [pick(groups), ofDay] : split(groups * ofDay);
    const metrics = { heart_rate: 60 + 40 * random(), temperature: 36 + 3 * random() };
    if (i % 7 === 0) for (const metric of fresh) metrics[metric] = random();
    yield {
      recorded_at: new Date(Math.floor(FROM + MS_PER_DAY * (day + ofGroup))).toISOString(),
      device_group: `ward-${group}`,
      device_id: `${name}.${i}`,
      device_platform: PLATFORMS[pick(PLATFORMS.length)],
      metrics,
      attributes: {
        rhythm: random() < 0.9 ? 'sinus' : 'other',
        sex: random() < 0.5 ? 'female' : 'male',
      },
    };
  }
}

/** The whole part and the rest. */
function split(value) {
  return [Math.floor(value), value % 1];
}

/** Observations as lines, some at a time. */
export function* linesOf(observations) {
  let lines = [];
  for (const observation of observations) {
    lines.push(`${JSON.stringify(observation)}\n`);
    if (lines.length < PIECE) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
}
