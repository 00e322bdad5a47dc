import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../../federations/index.js';
import type { AnalysisType } from '../analyses/analysis.js';
import type { GroupBy } from '../group-by.js';

export type QueryStatus = 'completed' | 'failed';

/** A question that was asked, and the answer as it was sent, or why there was none. */
@Entity('analytics_queries')
@Index('ix_analytics_queries_federation', ['federationId', 'createdAt', 'id'])
@Check('ck_analytics_queries_type', `query_type in ('descriptive', 't_test', 'anova', 'chi_square')`)
@Check('ck_analytics_queries_status', `status in ('completed', 'failed')`)
@Check('ck_analytics_queries_group_by', `group_by in ('device_group', 'federation_member')`)
export class AnalyticsQueryEntity {
  @PrimaryColumn({ type: 'varchar', length: 40, primaryKeyConstraintName: 'pk_analytics_queries' })
  id!: string;

  @ForeignKey(() => FederationEntity, {
    name: 'fk_analytics_queries_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'federation_id', type: 'varchar', length: 40 })
  federationId!: string;

  @Column({ name: 'query_type', type: 'varchar', length: 11 })
  queryType!: AnalysisType;

  @Column({ type: 'varchar', length: 9 })
  status!: QueryStatus;

  /** The two of a table with a comma between them. */
  @Column({ type: 'varchar', length: 129 })
  variable!: string;

  @Column({ name: 'group_by', type: 'varchar', length: 17 })
  groupBy!: GroupBy;

  /** JSON, in snake_case. */
  @Column({ type: 'mediumtext' })
  parameters!: string;

  /** JSON, in snake_case; null where there was none, and after a purge. */
  @Column({ type: 'mediumtext', nullable: true })
  result!: string | null;

  /** JSON: what decides who may see the result again (query-basis.ts); null without a result. */
  @Column({ type: 'mediumtext', nullable: true })
  basis!: string | null;

  /** JSON: ids of the organizations whose observations the result is made of; null without a result. */
  @Column({ type: 'mediumtext', nullable: true })
  sources!: string | null;

  /** Why there is no result; null with one. */
  @Column({ type: 'varchar', length: 40, nullable: true })
  reason!: string | null;

  /** The message that was sent, which may hold what only the requester may see. */
  @Column({ name: 'error_message', type: 'text', nullable: true })
  errorMessage!: string | null;

  /** Null for the operator key of the configuration, which belongs to no organization. */
  @ForeignKey('organizations', {
    name: 'fk_analytics_queries_org',
    onDelete: 'RESTRICT',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'requested_by', type: 'varchar', length: 64, nullable: true })
  requestedBy!: string | null;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;

  @Column({ name: 'updated_at', type: 'bigint' })
  updatedAt!: number;
}
