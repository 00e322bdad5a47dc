import { loadConfig } from '../config.js';
import { DomainError } from '../core/errors.js';
import { createDemoData } from './demo-data.js';
import { demoText } from './demo-text.js';
import type { CommandAnswer } from './output.js';
import { withCore } from './with-core.js';

export function demo(): Promise<CommandAnswer> {
  const { production, host, port } = loadConfig();
  if (production) throw new DomainError('FORBIDDEN', 'demo data is never made in production');
  return withCore(async (core) => {
    const data = await createDemoData(core);
    const json = {
      keys: data.keys.map(({ organization, apiKey }) => ({ org_id: organization, api_key: apiKey })),
      operator_key: data.operatorKey,
      federation_id: data.federationId,
    };
    return { json, lines: [demoText(data, `http://${host}:${port}`)] };
  });
}
