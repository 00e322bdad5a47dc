import type { Route } from '../route.js';
import { FEDERATION_EXAMPLE, HIDDEN_FEDERATION } from './federations.routes.js';

const MODEL_FIELDS = `
  fragment ModelFields on SharedModel {
    id: modelId
    name
    org_id: orgId
    federation_id: federationId
    framework
    use_case: useCase
    description
    version
    shared_at: sharedAt
  }
`;

const MODEL_EXAMPLE = {
  id: 'mdl-ecg-7',
  name: 'ECG classifier',
  org_id: 'hospital-north',
  federation_id: FEDERATION_EXAMPLE.id,
  framework: 'pytorch',
  use_case: 'arrhythmia',
  description: null,
  version: null,
  shared_at: '2026-11-24T03:05:00Z',
};

const PATH = { id: FEDERATION_EXAMPLE.id };

export const modelRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/federations/{id}/models',
    tag: 'Models',
    summary: 'Share a model',
    document: `
      mutation ShareModel(
        $id: ID!, $modelId: ID!, $name: String, $framework: String, $useCase: String, $description: String, $version: String
      ) {
        shareModel(input: {
          federationId: $id, modelId: $modelId, name: $name, framework: $framework, useCase: $useCase,
          description: $description, version: $version
        }) {
          model { ...ModelFields }
        }
      }
      ${MODEL_FIELDS}
    `,
    status: 200,
    result: 'shareModel.model',
    example: {
      path: PATH,
      body: { model_id: 'mdl-ecg-7', name: 'ECG classifier', framework: 'pytorch', use_case: 'arrhythmia' },
      response: MODEL_EXAMPLE,
    },
  },
  {
    method: 'GET',
    path: '/federations/{id}/models',
    tag: 'Models',
    summary: 'List the models shared in a federation',
    document: `
      query ListFederationModels($id: ID!, $first: Int, $offset: Int) {
        federation(id: $id) {
          models(first: $first, offset: $offset) {
            nodes { ...ModelFields }
            totalCount
            pageInfo { hasNextPage }
          }
        }
      }
      ${MODEL_FIELDS}
    `,
    status: 200,
    result: 'federation.models.nodes',
    absences: [
      HIDDEN_FEDERATION,
      {
        path: 'federation.models',
        code: 'FORBIDDEN',
        message: 'only active members of the federation may see its models: join it first',
      },
    ],
    paging: { connection: 'federation.models', defaultLimit: 1000 },
    example: { path: PATH, response: [MODEL_EXAMPLE] },
  },
  {
    method: 'DELETE',
    path: '/federations/{id}/models/{model_id}',
    tag: 'Models',
    summary: 'Stop sharing a model',
    document: `
      mutation UnshareModel($id: ID!, $modelId: ID!) {
        unshareModel(input: { federationId: $id, modelId: $modelId }) { model { ...ModelFields } }
      }
      ${MODEL_FIELDS}
    `,
    status: 200,
    result: 'unshareModel.model',
    example: { path: { ...PATH, model_id: 'mdl-ecg-7' }, response: MODEL_EXAMPLE },
  },
  {
    method: 'GET',
    path: '/models',
    tag: 'Models',
    summary: 'List the models shared in all federations that the caller takes part in',
    document: `
      query ListModels($orgId: ID, $framework: String, $useCase: String, $first: Int, $offset: Int) {
        models(filter: { orgId: $orgId, framework: $framework, useCase: $useCase }, first: $first, offset: $offset) {
          nodes { ...ModelFields }
          totalCount
          pageInfo { hasNextPage }
        }
      }
      ${MODEL_FIELDS}
    `,
    status: 200,
    result: 'models.nodes',
    paging: { connection: 'models', defaultLimit: 100, envelope: 'models' },
    example: {
      query: { framework: 'pytorch' },
      response: { models: [MODEL_EXAMPLE], total: 1, limit: 100, offset: 0 },
    },
  },
];
