import { createHash } from 'node:crypto';
import { resolveOrganizationId } from '../auth/index.js';
import { invalidInput } from '../core/errors.js';
import { EXTERNAL_ID_RULE, isExternalId, isOwnId } from '../core/ids.js';
import type { Viewer } from '../core/viewer.js';
import { MAX_STEPS } from './accountant.js';

/** The privacy parameters of a round, as asked; the three come together or not at all. */
export interface ParametersInput {
  readonly noiseMultiplier?: number | null;
  readonly sampleRate?: number | null;
  readonly numSteps?: number | null;
  readonly targetDelta?: number | null;
}

export interface ContributionInput {
  readonly orgId: string;
  readonly samples: number;
  readonly accuracy?: number | null;
  readonly loss?: number | null;
}

export interface Parameters {
  readonly noiseMultiplier: number;
  readonly sampleRate: number;
  readonly numSteps: number;
  /** Null: the budget's. */
  readonly targetDelta: number | null;
}

export interface Contribution {
  readonly orgId: string;
  readonly samples: number;
  readonly accuracy: number | null;
  readonly loss: number | null;
}

const MAX_CONTRIBUTIONS = 1_000;
/** The bound of every measured value: the square of a larger one would leave the range of a double. */
const MAX_MEASURED = 1e150;
const MS_PER_DAY = 86_400_000;

/** @throws BAD_USER_INPUT naming the parameter that is missing or outside its range. */
export function parseParameters(input: ParametersInput, totalDelta: number): Parameters {
  const { noiseMultiplier, sampleRate, numSteps } = input;
  if (!isGiven(noiseMultiplier) || !(noiseMultiplier > 0 && noiseMultiplier < Infinity))
    throw invalidInput('noiseMultiplier', 'must be a number greater than 0');
  if (!isGiven(sampleRate) || !(sampleRate > 0 && sampleRate <= 1))
    throw invalidInput('sampleRate', 'must be greater than 0 and at most 1');
  if (!isGiven(numSteps) || !(Number.isInteger(numSteps) && numSteps >= 1 && numSteps <= MAX_STEPS))
    throw invalidInput('numSteps', `must be an integer from 1 to ${MAX_STEPS}`);
  return {
    noiseMultiplier,
    sampleRate,
    numSteps,
    targetDelta: parseTargetDelta(input.targetDelta, totalDelta),
  };
}

/** Null where none of them is given: the round is recorded and not tracked. */
export function parseOptionalParameters(input: ParametersInput, totalDelta: number): Parameters | null {
  const { noiseMultiplier, sampleRate, numSteps } = input;
  const named = [noiseMultiplier, sampleRate, numSteps];
  if (named.some(isGiven)) {
    for (const [field, value] of Object.entries({ noiseMultiplier, sampleRate, numSteps }))
      if (!isGiven(value))
        throw invalidInput(field, 'is required: privacy parameters come all three or not at all');
    return parseParameters(input, totalDelta);
  }
  if (isGiven(input.targetDelta))
    throw invalidInput('targetDelta', 'needs the other three privacy parameters beside it');
  return null;
}

function parseTargetDelta(targetDelta: number | null | undefined, totalDelta: number): number | null {
  if (!isGiven(targetDelta)) return null;
  if (targetDelta > 0 && targetDelta <= totalDelta) return targetDelta;
  throw invalidInput(
    'targetDelta',
    `must be greater than 0 and at most the delta of the federation's budget, ${totalDelta}`,
  );
}

/** In the order of the organizations' ids. @throws BAD_USER_INPUT naming the contribution and its member. */
export function parseContributions(viewer: Viewer, inputs: readonly ContributionInput[]): Contribution[] {
  if (inputs.length > MAX_CONTRIBUTIONS)
    throw invalidInput('contributions', `must hold at most ${MAX_CONTRIBUTIONS}`);
  const contributions = inputs.map((input, index) => parseContribution(viewer, input, index));
  const seen = new Set<string>();
  for (const [index, { orgId }] of contributions.entries()) {
    if (seen.has(orgId))
      throw invalidInput(
        `contributions[${index}].orgId`,
        'must not be named twice: an organization contributes once to a round',
      );
    seen.add(orgId);
  }
  return contributions.sort((a, b) => (a.orgId < b.orgId ? -1 : 1));
}

function parseContribution(viewer: Viewer, input: ContributionInput, index: number): Contribution {
  const place = `contributions[${index}]`;
  const orgId =
    input.orgId === 'default' || input.orgId === ''
      ? resolveOrganizationId(viewer, input.orgId, `${place}.orgId`)
      : input.orgId;
  if (!isExternalId(orgId)) throw invalidInput(`${place}.orgId`, EXTERNAL_ID_RULE);
  const { samples } = input;
  if (!(Number.isSafeInteger(samples) && samples >= 0))
    throw invalidInput(`${place}.samples`, `must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
  return {
    orgId,
    // -0 is an integer too, and 0.
    samples: samples + 0,
    accuracy: parseMeasured(`${place}.accuracy`, input.accuracy),
    loss: parseMeasured(`${place}.loss`, input.loss),
  };
}

function parseMeasured(field: string, value: number | null | undefined): number | null {
  if (!isGiven(value)) return null;
  if (Math.abs(value) <= MAX_MEASURED) return value + 0;
  throw invalidInput(field, `must be a number from -${MAX_MEASURED} to ${MAX_MEASURED}`);
}

/** @param completedAt milliseconds since the epoch; a clock may be ahead, but not by more than a day. */
export function parseCompletedAt(completedAt: number | null | undefined, now: number): number {
  if (!isGiven(completedAt)) return now;
  if (completedAt > now + MS_PER_DAY)
    throw invalidInput('completedAt', 'must not be more than a day in the future');
  return completedAt;
}

export function parseRoundId(roundId: string | null | undefined): string | null {
  if (!isGiven(roundId)) return null;
  if (isOwnId(roundId, 'rnd')) return roundId;
  throw invalidInput('roundId', 'must be rnd_ followed by 12 to 32 characters of 0-9 and a-z');
}

export function parseModelId(modelId: string | null | undefined): string | null {
  if (!isGiven(modelId)) return null;
  if (isExternalId(modelId)) return modelId;
  throw invalidInput('modelId', EXTERNAL_ID_RULE);
}

/** Tells a repeat from another request under the same id: equal for equal content, whatever the order of its members. */
export function hashOf(...content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
