/** Runs one piece of work after the other, in the order of arrival. */
export class Mutex {
  private tail: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.tail.then(work);
    // The next in line waits for the end, not for the outcome, which belongs to the caller of this one.
    this.tail = result.catch(() => undefined);
    return result;
  }
}
