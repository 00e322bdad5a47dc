import { encodeBody, decodeBody, type CellBody } from '../../src/analytics/cell-body.js';
import type { Config } from '../../src/config.js';
import type { SqlValue } from '../../src/db/database.js';
import { startTestApp, type Member, type TestApp, type TestFederation } from './app.js';
import { Sandbox, type RunningProcess } from './process.js';

/** Of group `icu` on one day: 1 to 300 as `many`, which is a digest, 1 to 5 as `few`, sexes and sites in turn. */
export const OBSERVATIONS: readonly object[] = Array.from({ length: 300 }, (_, i) => ({
  recorded_at: `2026-03-05T12:00:00.${String(i).padStart(3, '0')}Z`,
  device_group: 'icu',
  device_platform: 'ios',
  metrics: { many: i + 1, few: (i % 5) + 1 },
  attributes: { sex: i % 2 === 0 ? 'f' : 'm', site: i % 3 === 0 ? 'a' : 'b' },
}));

/** The summary over the day, which is one of three. */
export const DAY = 'series_id = ? AND granularity = 2';

/** A federation of an owner and one other member whose summaries can be damaged, and the commands that look at them. */
export class SummaryRig {
  private constructor(
    readonly gateway: TestApp,
    readonly federation: TestFederation,
    private readonly sandbox: Sandbox,
  ) {}

  static async start(overrides: Partial<Config> = {}): Promise<SummaryRig> {
    const gateway = await startTestApp(overrides);
    const sandbox = new Sandbox({ DATABASE_URL: gateway.database.url, LOG_LEVEL: 'error' });
    return new SummaryRig(gateway, await gateway.aFederation({ active: 1 }), sandbox);
  }

  get other(): Member {
    return this.federation.active[0]!;
  }

  async close(): Promise<void> {
    this.sandbox.remove();
    await this.gateway.close();
  }

  /** Nothing but {@link OBSERVATIONS} of the owner and three of the other member. */
  async reset(): Promise<void> {
    await this.empty();
    await this.send(this.federation.owner, OBSERVATIONS);
    await this.send(this.other, OBSERVATIONS.slice(0, 3));
  }

  /** Neither observations nor anything of them. */
  async empty(): Promise<void> {
    const tables = ['summary_rebuilds', 'summary_cells', 'summary_series', 'observations', 'ingested_chunks'];
    for (const table of [...tables, 'observation_horizons']) await this.damage(`DELETE FROM ${table}`);
  }

  async send(member: Member, observations: readonly object[]): Promise<void> {
    await member.client
      .post(`/federations/${this.federation.id}/observations`, { observations })
      .expect(200, 201);
  }

  damage(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
    return this.gateway.app.core.db.transaction(async (tx) => {
      await tx.query(sql, parameters);
    });
  }

  cli(args: readonly string[]): ReturnType<Sandbox['cli']> {
    return this.sandbox.cli(args);
  }

  /** The same, while it runs. */
  startCli(args: readonly string[]): RunningProcess {
    return this.sandbox.startCli(args);
  }

  /** Another gateway on the same database, in a process of its own. */
  process(environment: Readonly<Record<string, string>>): RunningProcess {
    return this.sandbox.start(environment);
  }

  async verified(): Promise<{ code: number | null; answer: any }> {
    const { code, stdout } = await this.cli(['verify', '--json']);
    return { code, answer: JSON.parse(stdout) };
  }

  async seriesId(variable: string, otherVariable = ''): Promise<string> {
    const [row] = await this.gateway.app.core.db.query<{ id: string }>(
      'SELECT s.id AS id FROM summary_series s WHERE s.variable = ? AND s.other_variable = ? AND s.org_id = ?',
      [variable, otherVariable, this.federation.owner.id],
    );
    return row!.id;
  }

  async changeBody(variable: string, otherVariable: string, change: (body: any) => CellBody): Promise<void> {
    const id = await this.seriesId(variable, otherVariable);
    const [row] = await this.gateway.app.core.db.query<{ body: Buffer }>(
      `SELECT body AS body FROM summary_cells WHERE ${DAY}`,
      [id],
    );
    const body = encodeBody(change(decodeBody(row!.body)));
    await this.damage(`UPDATE summary_cells SET body = ? WHERE ${DAY}`, [body, id]);
  }
}
