const LINE_FEED = 0x0a;

/** Finds the line of a byte in a stream, for bytes that are asked for in ascending order. It keeps what lies ahead of the last. */
export class LineEnds {
  private offsets: number[] = [];
  private passed = 0;
  private forgotten = 0;
  private length = 0;

  add(piece: Uint8Array): void {
    this.offsets = this.offsets.slice(this.passed);
    this.forgotten += this.passed;
    this.passed = 0;
    for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1))
      this.offsets.push(this.length + at);
    this.length += piece.length;
  }

  /**
   * @param byte its offset in the stream, from 0.
   * @returns the number of its line, from 1.
   */
  lineAt(byte: number): number {
    for (
      let end = this.offsets[this.passed];
      end !== undefined && end < byte;
      end = this.offsets[this.passed]
    )
      this.passed++;
    return this.forgotten + this.passed + 1;
  }
}
