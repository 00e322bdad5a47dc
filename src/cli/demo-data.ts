import type { Core } from '../app.js';
import type { CallContext } from '../db/call-context.js';
import type { Viewer } from '../core/viewer.js';
import { DEMO_DEVICES, demoObservations } from './demo-observations.js';
import { commandContext } from './operator.js';

export interface DemoKey {
  readonly organization: string;
  readonly role: string;
  readonly apiKey: string;
}

export interface DemoData {
  readonly keys: readonly DemoKey[];
  /** An operator key. */
  readonly operatorKey: string;
  readonly federationId: string;
}

const ORGANIZATIONS = [
  { id: 'hospital-north', name: 'Hospital North', role: 'owner of Cardiology Consortium' },
  {
    id: 'hospital-south',
    name: 'Hospital South',
    role: 'owner of Sepsis Early Warning, member of Cardiology Consortium',
  },
  { id: 'hospital-west', name: 'Hospital West', role: 'member of both federations' },
  { id: 'hospital-lake', name: 'Hospital Lake', role: 'member of Cardiology Consortium' },
  { id: 'clinic-hill', name: 'Clinic Hill', role: 'invited to Cardiology Consortium' },
] as const;

interface DemoFederation {
  readonly owner: string;
  readonly name: string;
  readonly description: string;
  readonly active: readonly string[];
  readonly invited: readonly string[];
  readonly models: readonly {
    readonly modelId: string;
    readonly name: string;
    readonly framework: string;
    readonly useCase: string;
  }[];
  readonly totalEpsilonBudget: number;
  readonly rounds: readonly DemoRound[];
}

/** A step of the ledger's story. */
interface DemoRound {
  /** Makes its id, and so the same round of it when the demo is made again. */
  readonly name: string;
  readonly modelId: string;
  readonly noiseMultiplier?: number;
  readonly sampleRate?: number;
  readonly numSteps?: number;
  /** Empty for a round that is only reserved. */
  readonly contributions: readonly {
    readonly orgId: string;
    readonly samples: number;
    readonly accuracy: number;
    readonly loss: number;
  }[];
}

const CARDIOLOGY: DemoFederation = {
  owner: 'hospital-north',
  name: 'Cardiology Consortium',
  description:
    'Arrhythmia detection on wearable ECG, trained across hospitals without moving a patient record',
  active: ['hospital-south', 'hospital-west', 'hospital-lake'],
  invited: ['clinic-hill'],
  models: [
    {
      modelId: 'mdl-ecg-rhythm-3',
      name: 'ECG rhythm classifier',
      framework: 'pytorch',
      useCase: 'arrhythmia-detection',
    },
    {
      modelId: 'mdl-qt-interval-1',
      name: 'QT interval regressor',
      framework: 'tensorflow',
      useCase: 'drug-safety',
    },
  ],
  totalEpsilonBudget: 8,
  rounds: [
    // A warm-up on public recordings spends nothing, and says so by having no privacy parameters.
    {
      name: 'warmup',
      modelId: 'mdl-ecg-rhythm-3',
      contributions: [{ orgId: 'hospital-north', samples: 2_000, accuracy: 0.71, loss: 0.83 }],
    },
    {
      name: 'first',
      modelId: 'mdl-ecg-rhythm-3',
      noiseMultiplier: 1.1,
      sampleRate: 0.01,
      numSteps: 1_000,
      contributions: [
        { orgId: 'hospital-north', samples: 18_400, accuracy: 0.84, loss: 0.46 },
        { orgId: 'hospital-south', samples: 12_250, accuracy: 0.82, loss: 0.49 },
        { orgId: 'hospital-west', samples: 9_100, accuracy: 0.81, loss: 0.52 },
      ],
    },
    {
      name: 'second',
      modelId: 'mdl-ecg-rhythm-3',
      noiseMultiplier: 1,
      sampleRate: 0.02,
      numSteps: 1_500,
      contributions: [
        { orgId: 'hospital-north', samples: 18_600, accuracy: 0.9, loss: 0.31 },
        { orgId: 'hospital-south', samples: 12_400, accuracy: 0.88, loss: 0.34 },
      ],
    },
    {
      name: 'next',
      modelId: 'mdl-qt-interval-1',
      noiseMultiplier: 1.3,
      sampleRate: 0.01,
      numSteps: 500,
      contributions: [],
    },
  ],
};

const SEPSIS: DemoFederation = {
  owner: 'hospital-south',
  name: 'Sepsis Early Warning',
  description: 'Sepsis risk from vital signs on general wards',
  active: ['hospital-west'],
  invited: [],
  models: [
    { modelId: 'mdl-sepsis-2', name: 'Sepsis risk score', framework: 'xgboost', useCase: 'early-warning' },
  ],
  totalEpsilonBudget: 10,
  rounds: [],
};

const DEMO_KEY_NAME = 'demo';

/** Whether the gateway is new: no organization is known yet. */
export async function isEmpty(core: Core): Promise<boolean> {
  return (await core.organizations.count(commandContext(core))) === 0;
}

/**
 * Makes five organizations and two federations, one of them with training rounds and observations, through the same use
 * cases as the APIs. Again, it brings the memberships back to where they began, and what is only ever added stays;
 * earlier demo keys stop working and new ones are made. What is not the demo's is left alone.
 */
export async function createDemoData(core: Core): Promise<DemoData> {
  const ctx = commandContext(core);
  for (const { id, name } of ORGANIZATIONS) await core.organizations.create(ctx, { id, name });
  const federationId = await ensureFederation(core, ctx, CARDIOLOGY);
  await ensureFederation(core, ctx, SEPSIS);
  await recordDemoObservations(core, ctx, federationId);
  await revokeDemoKeys(core, ctx);
  const keys: DemoKey[] = [];
  for (const { id, role } of ORGANIZATIONS) {
    const { secret } = await core.apiKeys.create(ctx, {
      orgId: id,
      name: DEMO_KEY_NAME,
      scopes: ['federations:admin', 'ingest:write', 'keys:write'],
    });
    keys.push({ organization: id, role, apiKey: secret });
  }
  const operator = await core.apiKeys.create(
    ctx,
    { orgId: CARDIOLOGY.owner, name: DEMO_KEY_NAME },
    { isOperator: true },
  );
  return { keys, operatorKey: operator.secret, federationId };
}

async function ensureFederation(core: Core, ctx: CallContext, demo: DemoFederation): Promise<string> {
  const owner = actingFor(ctx, demo.owner);
  const { page } = await core.federations.list(owner, { first: 1, name: demo.name });
  const [known] = page.rows.filter(({ orgId }) => orgId === demo.owner);
  const federation =
    known ??
    (await core.federations.create(owner, {
      name: demo.name,
      orgId: demo.owner,
      description: demo.description,
    }));
  const others = [...demo.active, ...demo.invited];
  for (const orgId of demo.invited) await withdraw(core, owner, federation.id, orgId);
  await core.memberships.invite(owner, federation.id, others);
  for (const orgId of demo.active)
    await core.memberships.join(actingFor(ctx, orgId), { federationId: federation.id, orgId });
  for (const model of demo.models) await core.models.share(owner, { federationId: federation.id, ...model });
  await tellPrivacyStory(core, owner, federation.id, demo);
  return federation.id;
}

/** Known by their batch, they are stored once however often the demo is made. */
async function recordDemoObservations(core: Core, ctx: CallContext, federationId: string): Promise<void> {
  for (const devices of DEMO_DEVICES) {
    await core.ingestion.record(actingFor(ctx, devices.orgId), {
      federationId,
      batchId: 'demo',
      observations: demoObservations(devices),
    });
  }
}

async function tellPrivacyStory(
  core: Core,
  owner: CallContext,
  federationId: string,
  { totalEpsilonBudget, rounds }: DemoFederation,
): Promise<void> {
  await core.ledgers.setBudget(owner, { federationId, totalEpsilonBudget, totalDeltaBudget: 1e-5 });
  for (const { name, contributions, ...asked } of rounds) {
    const round = { ...asked, roundId: `rnd_${federationId.slice(-16)}${name}` };
    if (contributions.length === 0) await core.roundSteps.reserve(owner, { federationId, ...round });
    else
      await core.roundSteps.record(owner, { federationId, ...round, contributions, alreadyExecuted: false });
  }
}

/** An organization that is to be invited may have joined since. */
async function withdraw(core: Core, owner: CallContext, federationId: string, orgId: string): Promise<void> {
  const [member] = await core.rosters.findByOrganization(owner, [federationId], [orgId]);
  if (member?.status === 'active') await core.memberships.remove(owner, { federationId, orgId });
}

async function revokeDemoKeys(core: Core, ctx: CallContext): Promise<void> {
  for (const { id } of ORGANIZATIONS) {
    const { page } = await core.apiKeys.list(ctx, id, { first: 1_000 });
    for (const key of page.rows) {
      if (key.name === DEMO_KEY_NAME && key.revokedAt === null) await core.apiKeys.revoke(ctx, key.id);
    }
  }
}

/** The audit trail names the organization whose step it is, as when it had called itself. */
function actingFor(ctx: CallContext, orgId: string): CallContext {
  const viewer: Viewer = { ...ctx.viewer, orgId, isOperator: false };
  return { ...ctx, viewer };
}
