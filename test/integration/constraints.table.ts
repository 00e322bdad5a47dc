import { analyticsViolations } from './constraints.analytics.table.js';
import { AT } from './valid-rows.js';
import { ofTable, type Refused, type Violation } from './violation.js';

const INVITED = { role: 'member', status: 'invited', invited_at: AT, expires_at: AT } as const;

const memberships: readonly Violation[] = [
  {
    constraint: 'pk_organizations',
    by: 'a second row of one id',
    table: 'organizations',
    row: { id: 'acme' },
  },
  {
    constraint: 'pk_federations',
    by: 'a second row of one id',
    table: 'federations',
    row: { id: 'fed_1', name: 'Two' },
  },
  {
    constraint: 'pk_api_keys',
    by: 'a second row of one id',
    table: 'api_keys',
    row: { id: 'key_1', secret_hash: 'e' },
  },
  {
    constraint: 'pk_members',
    by: 'a second row of one id',
    table: 'members',
    row: { ...INVITED, id: 'mem_1', org_id: 'bolt' },
  },
  {
    constraint: 'pk_shared_models',
    by: 'a second row of one id',
    table: 'shared_models',
    row: { id: 'shm_1', model_id: 'mdl-8' },
  },
  {
    constraint: 'pk_audit_entries',
    by: 'a second row of one id',
    table: 'audit_entries',
    row: { id: 'aud_1' },
  },
  {
    constraint: 'pk_idempotency_records',
    by: 'a second row of one id',
    table: 'idempotency_records',
    row: {},
  },
  {
    constraint: 'fk_federations_org',
    by: 'an unknown owner',
    table: 'federations',
    row: { org_id: 'nobody' },
  },
  {
    constraint: 'uq_federations_owner_name',
    by: 'a second federation of one name and owner',
    table: 'federations',
    row: {},
  },
  {
    constraint: 'fk_api_keys_org',
    by: 'an unknown organization',
    table: 'api_keys',
    row: { org_id: 'nobody', secret_hash: 'e' },
  },
  {
    constraint: 'fk_api_keys_federation',
    by: 'an unknown federation',
    table: 'api_keys',
    row: { federation_id: 'fed_9', secret_hash: 'e' },
  },
  { constraint: 'uq_api_keys_secret_hash', by: 'a second key of one hash', table: 'api_keys', row: {} },
  {
    constraint: 'fk_members_federation',
    by: 'an unknown federation',
    table: 'members',
    row: { ...INVITED, org_id: 'bolt', federation_id: 'fed_9' },
  },
  {
    constraint: 'fk_members_org',
    by: 'an unknown organization',
    table: 'members',
    row: { ...INVITED, org_id: 'nobody' },
  },
  {
    constraint: 'uq_members_federation_org',
    by: 'a second membership of one organization',
    table: 'members',
    row: INVITED,
  },
  {
    constraint: 'ck_members_role',
    by: 'an unknown role',
    table: 'members',
    row: { ...INVITED, org_id: 'bolt', role: 'boss' },
  },
  ...['expired', 'Invited', ''].map((status) => ({
    constraint: 'ck_members_status',
    by: `the status "${status}"`,
    table: 'members' as const,
    row: { ...INVITED, org_id: 'bolt', status },
  })),
  {
    constraint: 'ck_members_owner_active',
    by: 'an owner that left',
    table: 'members',
    row: { org_id: 'bolt', status: 'left' },
  },
  ...(['invited_at', 'expires_at'] as const).map((name) => ({
    constraint: 'ck_members_invitation',
    by: `an invitation without ${name}`,
    table: 'members' as const,
    row: { ...INVITED, org_id: 'bolt', [name]: null },
  })),
  {
    constraint: 'fk_shared_models_federation',
    by: 'an unknown federation',
    table: 'shared_models',
    row: { federation_id: 'fed_9' },
  },
  {
    constraint: 'fk_shared_models_org',
    by: 'an unknown organization',
    table: 'shared_models',
    row: { shared_by: 'nobody', model_id: 'mdl-8' },
  },
  {
    constraint: 'uq_shared_models_federation_model',
    by: 'a model that is shared already',
    table: 'shared_models',
    row: {},
  },
];

const TRACKED = {
  round_number: 2,
  status: 'reserved',
  noise_multiplier: 1,
  sample_rate: 0.5,
  num_steps: 1,
  is_counted: 1,
  cumulative_rdp: 'x',
  completed_at: null,
} as const;

const ledgerChecks: Readonly<Record<string, readonly Refused[]>> = {
  ck_privacy_ledgers_budget: [
    { by: 'a budget of nothing', row: { total_epsilon: 0 } },
    { by: 'a negative budget', row: { total_epsilon: -1 } },
    { by: 'a delta of 0', row: { total_delta: 0 } },
    { by: 'a delta of 1', row: { total_delta: 1 } },
  ],
  ck_privacy_ledgers_counts: [
    { by: 'a negative count of untracked rounds', row: { rounds_untracked: -1 } },
    { by: 'more rounds than there are numbers', row: { rounds_untracked: 2 } },
  ],
  ck_privacy_ledgers_rdp: [
    { by: 'a counted round without a sum', row: { rounds_tracked: 1, rounds_untracked: 0 } },
    { by: 'a sum of no round', row: { rdp: 'x' } },
  ],
};

const roundChecks: Readonly<Record<string, readonly Refused[]>> = {
  ck_training_rounds_status: [
    { by: 'an unknown status', row: { status: 'running' } },
    { by: 'a status in upper case', row: { status: 'RESERVED' } },
  ],
  ck_training_rounds_number: [{ by: 'the number 0', row: { round_number: 0 } }],
  ck_training_rounds_parameters: [
    { by: 'one parameter of three', row: { ...TRACKED, sample_rate: null, num_steps: null } },
    { by: 'two parameters of three', row: { ...TRACKED, num_steps: null } },
    { by: 'a delta without parameters', row: { round_number: 2, target_delta: 1e-6 } },
    { by: 'a noise multiplier of 0', row: { ...TRACKED, noise_multiplier: 0 } },
    { by: 'a sample rate of 0', row: { ...TRACKED, sample_rate: 0 } },
    { by: 'a sample rate above 1', row: { ...TRACKED, sample_rate: 1.5 } },
    { by: 'no steps', row: { ...TRACKED, num_steps: 0 } },
    { by: 'a reservation of nothing', row: { round_number: 2, status: 'reserved', completed_at: null } },
  ],
  ck_training_rounds_counted: [
    { by: 'a counted round without a sum', row: { ...TRACKED, cumulative_rdp: null } },
    { by: 'a counted round that is cancelled', row: { ...TRACKED, status: 'cancelled' } },
    {
      by: 'an untracked round that is counted',
      row: { round_number: 2, is_counted: 1, cumulative_rdp: 'x' },
    },
    { by: 'a reservation that is not counted', row: { ...TRACKED, is_counted: 0, cumulative_rdp: null } },
    { by: 'a sum of a round that is not counted', row: { ...TRACKED, status: 'cancelled', is_counted: 0 } },
  ],
  ck_training_rounds_completed: [
    { by: 'a completed round without its time', row: { ...TRACKED, status: 'completed' } },
    { by: 'a reserved round that was completed', row: { ...TRACKED, completed_at: AT } },
  ],
};

const ANOTHER_CONTRIBUTION = { org_id: 'bolt' } as const;

const rounds: readonly Violation[] = [
  ...ofTable('privacy_ledgers', {
    pk_privacy_ledgers: [{ by: 'a second ledger of one federation', row: {} }],
    fk_privacy_ledgers_federation: [{ by: 'an unknown federation', row: { federation_id: 'fed_9' } }],
    ...ledgerChecks,
  }),
  ...ofTable('training_rounds', {
    pk_training_rounds: [{ by: 'a second row of one id', row: { id: 'rnd_1', round_number: 2 } }],
    uq_training_rounds_number: [{ by: 'a second round of one number', row: {} }],
    fk_training_rounds_federation: [
      { by: 'an unknown federation', row: { round_number: 2, federation_id: 'fed_9' } },
    ],
    ...roundChecks,
  }),
  ...ofTable('round_contributions', {
    pk_round_contributions: [{ by: 'a second contribution of one organization', row: {} }],
    fk_round_contributions_round: [
      { by: 'an unknown round', row: { ...ANOTHER_CONTRIBUTION, round_id: 'rnd_9' } },
    ],
    fk_round_contributions_org: [{ by: 'an unknown organization', row: { org_id: 'nobody' } }],
    fk_round_contributions_federation: [
      { by: 'an unknown federation', row: { ...ANOTHER_CONTRIBUTION, federation_id: 'fed_9' } },
    ],
    ck_round_contributions_samples: [
      { by: 'negative samples', row: { ...ANOTHER_CONTRIBUTION, samples: -1 } },
    ],
  }),
];

export const violations: readonly Violation[] = [...memberships, ...rounds, ...analyticsViolations];
