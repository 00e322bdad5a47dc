import { isVariableName } from '../core/variable-name.js';
import { UsageError } from './usage-error.js';

/** Which columns of a CSV file are what; names as the header has them. */
export interface ColumnOptions {
  readonly timeColumn?: string;
  readonly groupColumn?: string;
  readonly deviceColumn?: string;
  readonly platformColumn?: string;
  /** `column` or `column=name`, the name being that of the variable. */
  readonly metric?: readonly string[];
  readonly attribute?: readonly string[];
}

/** Where in a row each part of an observation stands: indexes from 0, null for a part that the file does not have. */
export interface RowPlan {
  readonly width: number;
  readonly recordedAt: number;
  readonly deviceGroup: number;
  readonly deviceId: number | null;
  readonly devicePlatform: number | null;
  readonly metrics: readonly Variable[];
  readonly attributes: readonly Variable[];
}

interface Variable {
  readonly name: string;
  readonly index: number;
}

/** A row that cannot be an observation; the message says why. */
export class RowRefused extends Error {
  override readonly name = 'RowRefused';
}

/**
 * What is sent is named, column by column: a kind that was guessed could differ from one file to the next, and a column
 * that nobody named, such as a patient's number, must not leave the house.
 * @throws UsageError naming the option and the columns that there are.
 */
export function planRows(header: readonly string[], options: ColumnOptions): RowPlan {
  const names = header.map((name) => name.trim());
  const { metric = [], attribute = [] } = options;
  if (metric.length + attribute.length === 0)
    throw new UsageError(
      `name the columns to send: --metric <column> for numbers, --attribute <column> for texts; ${has(names)}`,
    );
  const metrics = metric.map((text) => variableOf(text, '--metric', names));
  const attributes = attribute.map((text) => variableOf(text, '--attribute', names));
  refuseRepeated([...metrics, ...attributes]);
  return {
    width: names.length,
    recordedAt: indexOf(options.timeColumn ?? 'recorded_at', '--time-column', names),
    deviceGroup: indexOf(options.groupColumn ?? 'device_group', '--group-column', names),
    deviceId: optionalIndexOf(options.deviceColumn, 'device_id', '--device-column', names),
    devicePlatform: optionalIndexOf(options.platformColumn, 'device_platform', '--platform-column', names),
    metrics,
    attributes,
  };
}

function variableOf(text: string, option: string, names: readonly string[]): Variable {
  const at = text.lastIndexOf('=');
  const column = at === -1 ? text : text.slice(0, at);
  const name = at === -1 ? text : text.slice(at + 1);
  const index = indexOf(column, option, names);
  if (isVariableName(name)) return { name, index };
  throw new UsageError(
    `${option} ${text}: the name must be 1 to 64 characters of A-Z, a-z, 0-9 and . _ -; give one with ${option} '${column}=name'`,
  );
}

function refuseRepeated(variables: readonly Variable[]): void {
  const seen = new Set<string>();
  for (const { name } of variables) {
    if (seen.has(name)) throw new UsageError(`two columns would be sent under the name ${name}`);
    seen.add(name);
  }
}

function indexOf(column: string, option: string, names: readonly string[]): number {
  const index = names.indexOf(column);
  if (index === -1) throw new UsageError(`${option}: there is no column ${column}; ${has(names)}`);
  if (names.includes(column, index + 1))
    throw new UsageError(`${option}: the header has the column ${column} more than once`);
  return index;
}

/** The usual name is only looked for; one that is given must be there. */
function optionalIndexOf(
  given: string | undefined,
  usual: string,
  option: string,
  names: readonly string[],
): number | null {
  if (given === undefined && !names.includes(usual)) return null;
  return indexOf(given ?? usual, option, names);
}

function has(names: readonly string[]): string {
  const alone = names.length === 1 ? ' (is it separated otherwise? --delimiter)' : '';
  return `the header has ${names.join(', ')}${alone}`;
}

/**
 * The line that is sent of a row. Wrong values stay as they are: the gateway refuses them in their place.
 * @throws RowRefused
 */
export function lineOfRow(cells: readonly string[], plan: RowPlan): string {
  if (cells.length !== plan.width)
    throw new RowRefused(`the row has ${cells.length} cells, the header ${plan.width}`);
  const metrics = plan.metrics.flatMap((variable) => member(variable, cells, numberText));
  const attributes = plan.attributes.flatMap((variable) => member(variable, cells, quoted));
  const members = [
    ...member({ name: 'recorded_at', index: plan.recordedAt }, cells, (text) => quoted(text.trim())),
    ...member({ name: 'device_group', index: plan.deviceGroup }, cells, quoted),
    ...optionalMember('device_id', plan.deviceId, cells),
    ...optionalMember('device_platform', plan.devicePlatform, cells),
    `"metrics":{${metrics.join(',')}}`,
    `"attributes":{${attributes.join(',')}}`,
  ];
  return `{${members.join(',')}}`;
}

function optionalMember(name: string, index: number | null, cells: readonly string[]): string[] {
  return index === null ? [] : member({ name, index }, cells, quoted);
}

/** An empty cell is no member. */
function member(
  { name, index }: Variable,
  cells: readonly string[],
  write: (cell: string) => string,
): string[] {
  const cell = cells[index] ?? '';
  return cell.trim() === '' ? [] : [`${quoted(name)}:${write(cell)}`];
}

function quoted(text: string): string {
  // The parser puts it in place of what it cannot decode, which would be kept so for ever.
  if (text.includes('\uFFFD')) throw new RowRefused('a cell is not UTF-8: convert the file first');
  return JSON.stringify(text);
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number as it is written, or in the notation of JSON, which reads back as the same double; else the text. */
function numberText(cell: string): string {
  const text = cell.trim();
  if (JSON_NUMBER.test(text)) return text;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) return quoted(text);
  return Object.is(value, -0) ? '-0' : String(value);
}
