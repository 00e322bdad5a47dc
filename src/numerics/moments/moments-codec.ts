import { ByteReader, ByteWriter } from '../bytes.js';
import { type DoubleDouble } from '../dp/double-double.js';
import { MAX_COUNT, MAX_MAGNITUDE } from '../domain.js';
import { EMPTY_MOMENTS, type Moments } from './moments.js';

const VERSION = 1;

/**
 * The binary form: version (one byte), n (varint), then, where n > 0, the doubles mean high and low, M2 high and low,
 * minimum, maximum. 50 to 57 bytes; 2 where n = 0.
 */
export function encodeMoments(moments: Moments): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.varint(moments.count);
  if (moments.count === 0) return writer.finish();
  const { mean, squaredDeviations, minimum, maximum } = moments;
  const doubles = [mean.high, mean.low, squaredDeviations.high, squaredDeviations.low, minimum, maximum];
  for (const value of doubles) writer.double(value);
  return writer.finish();
}

/**
 * Reads the binary form, bit for bit what `encodeMoments` was given.
 *
 * @throws RangeError when the bytes are not the form of some moments: another version, too short or too long, a count or
 * a number outside its domain, a mean outside the extremes, M2 below 0, or a pair that is not normalised.
 */
export function decodeMoments(bytes: Uint8Array): Moments {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (version !== VERSION) throw new RangeError(`unknown version of moments: ${version}`);
  const count = reader.varint();
  const moments = count === 0 ? EMPTY_MOMENTS : readMoments(reader, count);
  reader.end();
  return moments;
}

function readMoments(reader: ByteReader, count: number): Moments {
  const mean = { high: reader.double(), low: reader.double() };
  const squaredDeviations = { high: reader.double(), low: reader.double() };
  const moments = { count, mean, squaredDeviations, minimum: reader.double(), maximum: reader.double() };
  if (!isConsistent(moments)) throw new RangeError('corrupt moments: numbers that no values have');
  return moments;
}

function isConsistent({ count, mean, squaredDeviations, minimum, maximum }: Moments): boolean {
  return (
    count <= MAX_COUNT &&
    minimum >= -MAX_MAGNITUDE &&
    maximum <= MAX_MAGNITUDE &&
    minimum <= mean.high &&
    mean.high <= maximum &&
    isNormalised(mean) &&
    squaredDeviations.high >= 0 &&
    isNormalised(squaredDeviations) &&
    (minimum < maximum || squaredDeviations.high === 0)
  );
}

/** Adding the low part does not change the high one. NaN is not normalised, infinity with 0 is. */
function isNormalised({ high, low }: DoubleDouble): boolean {
  return high + low === high && Number.isFinite(low);
}
