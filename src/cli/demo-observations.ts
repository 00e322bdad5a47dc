import type { ObservationInput } from '../analytics/index.js';

/** What the devices of one demo hospital measured: the same each time, so that the documentation can tell the answers. */
export interface DemoDevices {
  readonly orgId: string;
  readonly seed: number;
  /** Added to every heart rate, in beats a minute: hospitals differ. */
  readonly offset: number;
}

export const DEMO_DEVICES: readonly DemoDevices[] = [
  { orgId: 'hospital-north', seed: 11, offset: 0 },
  { orgId: 'hospital-south', seed: 23, offset: 0.5 },
  { orgId: 'hospital-west', seed: 37, offset: 3 },
  { orgId: 'hospital-lake', seed: 53, offset: -1 },
];

const OBSERVATIONS = 1_200;
const [FROM, TO] = [Date.parse('2026-09-01T00:00:00Z'), Date.parse('2026-11-01T00:00:00Z')];

/** Mean heart rate and share of atrial fibrillation by device group. */
const GROUPS = [
  { name: 'icu', share: 0.2, heartRate: 88, fibrillation: 0.24 },
  { name: 'outpatient', share: 0.45, heartRate: 71, fibrillation: 0.07 },
  { name: 'ward', share: 0.35, heartRate: 76, fibrillation: 0.12 },
] as const;

/** Platforms make no difference to anything: a question about them should find none. */
const PLATFORMS = ['android', 'ios', 'web'] as const;

/** Fibrillation and beta blockers move the heart rate, sex moves the QT interval. */
export function demoObservations({ seed, offset }: DemoDevices): ObservationInput[] {
  const random = new Sequence(seed);
  return Array.from({ length: OBSERVATIONS }, () => {
    const group = pickGroup(random.next());
    const isFemale = random.next() < 0.5;
    const onBetaBlocker = random.next() < 0.3;
    const isFibrillating = random.next() < group.fibrillation;
    const isOther = !isFibrillating && random.next() < 0.05;
    const heartRate =
      group.heartRate +
      offset +
      (isFibrillating ? 12 : 0) -
      (onBetaBlocker ? 8 : 0) +
      9 * random.nextNormal();
    const qtInterval = 402 + (isFemale ? 12 : 0) + (onBetaBlocker ? 4 : 0) + 22 * random.nextNormal();
    return {
      recordedAt: Math.floor(FROM + (TO - FROM) * random.next()),
      deviceGroup: group.name,
      devicePlatform: PLATFORMS[Math.floor(random.next() * PLATFORMS.length)] ?? PLATFORMS[0],
      metrics: { heart_rate: oneDecimal(heartRate), qt_interval: oneDecimal(qtInterval) },
      attributes: {
        medication: onBetaBlocker ? 'beta_blocker' : 'none',
        rhythm: isFibrillating ? 'fibrillation' : isOther ? 'other' : 'sinus',
        sex: isFemale ? 'female' : 'male',
      },
    };
  });
}

function pickGroup(random: number): (typeof GROUPS)[number] {
  const [icu, outpatient, ward] = GROUPS;
  if (random < icu.share) return icu;
  return random < icu.share + outpatient.share ? outpatient : ward;
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Numbers that look random and are the same each time. Not for anything that must not be guessed. */
class Sequence {
  constructor(private state: number) {}

  /** In [0, 1). A linear congruential generator, Numerical Recipes 2nd ed., section 7.1. */
  next(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.state / 2 ** 32;
  }

  /** Standard normal, by the sum of twelve uniform ones. */
  nextNormal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.next();
    return sum;
  }
}
