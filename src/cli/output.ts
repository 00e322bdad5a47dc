/** What a command answers: a value for programs, lines for people. */
export interface CommandAnswer {
  readonly json: unknown;
  readonly lines: readonly string[];
}

export function print(answer: CommandAnswer, options: { readonly json?: true }): void {
  console.log(options.json === true ? JSON.stringify(answer.json) : answer.lines.join('\n'));
}
