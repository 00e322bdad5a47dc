import { notFound } from '../core/errors.js';
import { commandContext } from './operator.js';
import type { CommandAnswer } from './output.js';
import { RebuildProgress } from './rebuild-progress.js';
import { withCore } from './with-core.js';

export interface RebuildSummariesOptions {
  readonly federation?: string;
  readonly restart?: true;
}

/** Of all federations, or one. @throws NOT_FOUND for one that does not exist. */
export function rebuildSummaries(options: RebuildSummariesOptions): Promise<CommandAnswer> {
  const { federation: federationId = null, restart = false } = options;
  return withCore(async (core) => {
    if (federationId !== null && (await core.federations.find(commandContext(core), federationId)) === null)
      throw notFound('federation');
    const progress = new RebuildProgress(
      (text) => process.stderr.write(text),
      () => performance.now(),
    );
    const { members, summaries } = await core.summaryRebuild.rebuild(federationId, {
      restart,
      tell: (event) => {
        progress.tell(event);
      },
    });
    return {
      json: { members, summaries },
      lines: [`${summaries} summaries of ${members} members made anew`],
    };
  });
}
