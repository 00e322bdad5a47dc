import { notFound } from '../core/errors.js';
import { commandContext } from './operator.js';
import type { CommandAnswer } from './output.js';
import { withCore } from './with-core.js';

/** @param federationId null for all. @throws NOT_FOUND for one that does not exist. */
export function rebuildSummaries(federationId: string | null): Promise<CommandAnswer> {
  return withCore(async (core) => {
    if (federationId !== null && (await core.federations.find(commandContext(core), federationId)) === null)
      throw notFound('federation');
    const { members, summaries } = await core.summaryRebuild.rebuild(federationId);
    return {
      json: { members, summaries },
      lines: [`${summaries} summaries of ${members} members made anew`],
    };
  });
}
