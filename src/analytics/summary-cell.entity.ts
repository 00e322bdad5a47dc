import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { SummarySeriesEntity } from './summary-series.entity.js';

/** The summary of a series over all of its time, a month or a day (buckets.ts). */
@Entity('summary_cells')
@Check('ck_summary_cells_granularity', 'granularity in (0, 1, 2)')
@Check('ck_summary_cells_count', 'count > 0 and first_at <= last_at')
export class SummaryCellEntity {
  @ForeignKey(() => SummarySeriesEntity, {
    name: 'fk_summary_cells_series',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'series_id',
    type: 'varchar',
    length: 22,
    primaryKeyConstraintName: 'pk_summary_cells',
  })
  seriesId!: string;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_summary_cells' })
  granularity!: number;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_summary_cells' })
  bucket!: number;

  @Column({ type: 'bigint' })
  count!: number;

  @Column({ name: 'first_at', type: 'bigint' })
  firstAt!: number;

  @Column({ name: 'last_at', type: 'bigint' })
  lastAt!: number;

  /** Moments and sketch, or counts of values (cell-body.ts). */
  @Column({ type: 'mediumblob' })
  body!: Buffer;
}
