/** Observations like those of the design's measurements: one member, ten groups, three platforms, two months. */
const GROUPS = 10;
const PLATFORMS = ['android', 'ios', 'web'];
const FROM = Date.UTC(2026, 8, 1);
const SPAN_MS = 61 * 86_400_000;

/** The same each time; not random enough for anything else. */
export function* sequence(seed) {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

export function* observations(count, seed = 7) {
  const numbers = sequence(seed);
  const next = () => numbers.next().value;
  for (let i = 0; i < count; i++) {
    yield {
      recordedAt: Math.floor(FROM + SPAN_MS * (i / count)),
      deviceGroup: `group-${Math.floor(next() * GROUPS)}`,
      deviceId: `device-${Math.floor(next() * 1_000)}`,
      devicePlatform: PLATFORMS[Math.floor(next() * 3)],
      metrics: { heart_rate: 60 + 40 * next(), temperature: 36 + 3 * next() },
      attributes: { rhythm: next() < 0.9 ? 'sinus' : 'other', sex: next() < 0.5 ? 'female' : 'male' },
    };
  }
}

export function* batches(count, size, seed) {
  let batch = [];
  for (const observation of observations(count, seed)) {
    batch.push(observation);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
