import type { Route } from '../route.js';
import { FEDERATION_EXAMPLE } from './federations.routes.js';

const PATH = { id: FEDERATION_EXAMPLE.id };

const OBSERVATION = {
  recorded_at: '2026-11-24T03:10:00Z',
  device_group: 'cardiology-ward',
  device_id: 'ecg-0042',
  device_platform: 'ios',
  metrics: { heart_rate: 71.5 },
  attributes: { rhythm: 'sinus' },
};

export const observationRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/federations/{id}/observations',
    inQuery: ['org_id'],
    bodyLimit: 8 * 1024 * 1024,
    lines:
      'One observation a line, any number, stored 1,000 at a time as they come. `batch_id` comes in the query; sent again with it, what is stored is skipped. A refusal says the line, and how many are stored.',
    tag: 'Observations',
    summary: 'Store a batch of observations, all of it or nothing',
    document: `
      mutation RecordObservations($id: ID!, $orgId: ID, $batchId: ID, $observations: [ObservationInput!]!) {
        recordObservations(input: {
          federationId: $id, orgId: $orgId, batchId: $batchId, observations: $observations
        }) {
          batch_id: batchId
          accepted
          duplicate
        }
      }
    `,
    status: 200,
    result: 'recordObservations',
    example: {
      path: PATH,
      body: { batch_id: 'ward-2026-11-24', observations: [OBSERVATION] },
      response: { batch_id: 'ward-2026-11-24', accepted: 1, duplicate: false },
    },
  },
  {
    method: 'DELETE',
    path: '/federations/{id}/members/{org_id}/observations',
    tag: 'Observations',
    summary: 'Remove all observations of one member',
    document: `
      mutation PurgeObservations($id: ID!, $orgId: ID!) {
        purgeObservations(input: { federationId: $id, orgId: $orgId }) { purged }
      }
    `,
    status: 200,
    result: 'purgeObservations',
    example: { path: { ...PATH, org_id: 'hospital-south' }, response: { purged: 12000 } },
  },
];
