const INITIAL_SIZE = 64;
const MAX_VARINT = 8;

/** Writes the numbers of a binary form: bytes, varints (7 bits a byte, lowest first), little-endian doubles. */
export class ByteWriter {
  private bytes: Uint8Array<ArrayBuffer>;
  private view: DataView;
  private length = 0;

  /** @param size in bytes, what it will probably hold. */
  constructor(size = INITIAL_SIZE) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A non-negative integer up to 2^53 - 1, in 1 to 8 bytes. */
  varint(value: number): void {
    let rest = value;
    this.reserve(MAX_VARINT);
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = new Uint8Array(2 * this.bytes.length);
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads what `ByteWriter` wrote. Each method throws a RangeError where the bytes end too early or are no such number. */
export class ByteReader {
  private readonly view: DataView;
  private offset = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.view.byteLength - this.offset;
  }

  byte(): number {
    this.require(1);
    return this.view.getUint8(this.offset++);
  }

  /** Only the shortest form is accepted, so that equal bytes and equal numbers are the same question. */
  varint(): number {
    let value = this.byte();
    if (value < 128) return value;
    value -= 128;
    for (let scale = 128; scale < 2 ** 53; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte >= 128) continue;
      if (value > Number.MAX_SAFE_INTEGER || byte === 0) break;
      return value;
    }
    throw new RangeError('corrupt binary form: a varint is too long');
  }

  double(): number {
    this.require(8);
    this.offset += 8;
    return this.view.getFloat64(this.offset - 8, true);
  }

  end(): void {
    if (this.remaining > 0) throw new RangeError(`corrupt binary form: ${this.remaining} bytes too many`);
  }

  private require(size: number): void {
    if (this.remaining < size) throw new RangeError('corrupt binary form: it ends too early');
  }
}
