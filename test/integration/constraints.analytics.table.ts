import { AT } from './valid-rows.js';
import { ofTable, type Violation } from './violation.js';

export const analyticsViolations: readonly Violation[] = [
  ...ofTable('variables', {
    pk_variables: [{ by: 'a second kind of one variable', row: { kind: 'categorical' } }],
    fk_variables_federation: [{ by: 'an unknown federation', row: { federation_id: 'fed_9' } }],
    ck_variables_kind: [
      { by: 'an unknown kind', row: { name: 'rhythm', kind: 'text' } },
      { by: 'a kind in upper case', row: { name: 'rhythm', kind: 'NUMERIC' } },
    ],
  }),
  ...ofTable('observations', {
    pk_observations: [{ by: 'a second row of one id', row: { id: 1 } }],
    fk_observations_federation: [{ by: 'an unknown federation', row: { id: 2, federation_id: 'fed_9' } }],
    fk_observations_org: [{ by: 'an unknown organization', row: { id: 2, org_id: 'nobody' } }],
  }),
  ...ofTable('summary_series', {
    pk_summary_series: [{ by: 'a second row of one id', row: { id: 'series_1' } }],
    fk_summary_series_federation: [{ by: 'an unknown federation', row: { federation_id: 'fed_9' } }],
    fk_summary_series_org: [{ by: 'an unknown organization', row: { org_id: 'nobody' } }],
  }),
  ...ofTable('summary_cells', {
    pk_summary_cells: [{ by: 'a second summary of one bucket', row: {} }],
    fk_summary_cells_series: [{ by: 'an unknown series', row: { series_id: 'series_9' } }],
    ck_summary_cells_granularity: [
      { by: 'an unknown granularity', row: { granularity: 3 } },
      { by: 'a negative granularity', row: { granularity: -1 } },
    ],
    ck_summary_cells_count: [
      { by: 'a summary of nothing', row: { bucket: 1, count: 0 } },
      { by: 'a last time before the first', row: { bucket: 1, last_at: AT - 1 } },
    ],
  }),
  ...ofTable('ingested_chunks', {
    pk_ingested_chunks: [{ by: 'a second content of one chunk', row: { content_hash: 'e' } }],
    fk_ingested_chunks_federation: [{ by: 'an unknown federation', row: { federation_id: 'fed_9' } }],
    fk_ingested_chunks_org: [{ by: 'an unknown organization', row: { org_id: 'nobody' } }],
    ck_ingested_chunks_accepted: [
      { by: 'a chunk of nothing', row: { chunk: 1, accepted: 0 } },
      { by: 'a chunk before the first', row: { chunk: -1 } },
    ],
  }),
  ...ofTable('disclosure_policies', {
    pk_disclosure_policies: [{ by: 'a second policy of one federation', row: {} }],
    fk_disclosure_policies_federation: [{ by: 'an unknown federation', row: { federation_id: 'fed_9' } }],
    ck_disclosure_policies_size: [{ by: 'a smallest group of nothing', row: { min_group_size: 0 } }],
  }),
  ...ofTable('analytics_queries', {
    pk_analytics_queries: [{ by: 'a second row of one id', row: { id: 'qry_1' } }],
    fk_analytics_queries_federation: [{ by: 'an unknown federation', row: { federation_id: 'fed_9' } }],
    fk_analytics_queries_org: [{ by: 'an unknown organization', row: { requested_by: 'nobody' } }],
    ck_analytics_queries_type: [
      { by: 'an unknown analysis', row: { query_type: 'regression' } },
      { by: 'an analysis in upper case', row: { query_type: 'T_TEST' } },
    ],
    ck_analytics_queries_status: [
      { by: 'an unknown status', row: { status: 'running' } },
      { by: 'a status in upper case', row: { status: 'FAILED' } },
    ],
    ck_analytics_queries_group_by: [
      { by: 'an unknown kind of group', row: { group_by: 'platform' } },
      { by: 'a kind of group in upper case', row: { group_by: 'DEVICE_GROUP' } },
    ],
  }),
  ...ofTable('observation_horizons', {
    pk_observation_horizons: [{ by: 'a second horizon of one federation', row: { first_day: 0 } }],
    fk_observation_horizons_federation: [{ by: 'an unknown federation', row: { federation_id: 'fed_9' } }],
  }),
  ...ofTable('summary_rebuilds', {
    pk_summary_rebuilds: [{ by: 'a second rebuild of one member', row: { nonce: 'e' } }],
    fk_summary_rebuilds_federation: [{ by: 'an unknown federation', row: { federation_id: 'fed_9' } }],
    fk_summary_rebuilds_org: [{ by: 'an unknown organization', row: { org_id: 'nobody' } }],
    ck_summary_rebuilds_last_id: [
      { by: 'an observation before the first', row: { org_id: 'bolt', last_id: -1 } },
    ],
  }),
  ...ofTable('rebuilt_days', {
    pk_rebuilt_days: [{ by: 'a second summary of one day', row: { count: 2 } }],
    fk_rebuilt_days_series: [{ by: 'an unknown series', row: { series_id: 'series_9' } }],
    ck_rebuilt_days_count: [
      { by: 'a summary of nothing', row: { bucket: 1, count: 0 } },
      { by: 'a last time before the first', row: { bucket: 1, last_at: AT - 1 } },
    ],
  }),
];
