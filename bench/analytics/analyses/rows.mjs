import { sequence } from '../observations.mjs';

export const MEMBERS = ['bench-east', 'bench-north', 'bench-south', 'bench-west'];
export const GROUPS = Array.from({ length: 20 }, (_, i) => `group-${String(i).padStart(2, '0')}`);
const PLATFORMS = ['android', 'ios', 'web'];
const DEVICES = 1_000;
const FROM = Date.UTC(2026, 8, 1);
const SPAN_MS = 61 * 86_400_000;
const SEED = 11;

const to3Digits = (value) => Math.round(value * 1e3) / 1e3;

/**
 * Observations of four members in turns, over two months: the means differ by group and by member, and the rhythm
 * depends on the sex. The same each time.
 */
export function* rows(count) {
  const numbers = sequence(SEED);
  const next = () => numbers.next().value;
  /** A sum of three, near enough to a bell: mean 0, deviation 1/2. */
  const bell = () => next() + next() + next() - 1.5;
  for (let i = 0; i < count; i++) {
    const member = i % MEMBERS.length;
    const group = Math.floor(next() * GROUPS.length);
    const sex = next() < 0.5 ? 'female' : 'male';
    const fate = next();
    yield {
      orgId: MEMBERS[member],
      recordedAt: Math.floor(FROM + SPAN_MS * (i / count)),
      deviceGroup: GROUPS[group],
      deviceId: `device-${Math.floor(next() * DEVICES)}`,
      devicePlatform: PLATFORMS[Math.floor(next() * PLATFORMS.length)],
      heartRate: to3Digits(70 + 0.2 * group + member + 20 * bell()),
      temperature: to3Digits(36.6 + 0.01 * group + bell()),
      rhythm: fate < (sex === 'female' ? 0.03 : 0.05) ? 'fibrillation' : fate < 0.15 ? 'other' : 'sinus',
      sex,
    };
  }
}

export function* chunksOf(items, size) {
  let chunk = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

export function metricsOf({ heartRate, temperature }) {
  return { heart_rate: heartRate, temperature };
}

export function attributesOf({ rhythm, sex }) {
  return { rhythm, sex };
}

/** As the gateway's fold takes it: names in their order. */
export function observationOf(row) {
  const { recordedAt, deviceGroup, deviceId, devicePlatform } = row;
  return {
    recordedAt,
    deviceGroup,
    deviceId,
    devicePlatform,
    metrics: Object.entries(metricsOf(row)),
    attributes: Object.entries(attributesOf(row)),
  };
}
