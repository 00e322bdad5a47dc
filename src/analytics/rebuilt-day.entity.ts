import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { SummarySeriesEntity } from './summary-series.entity.js';

/** The summary of a series over a day, made anew and not in its place yet: no question sees it. */
@Entity('rebuilt_days')
@Check('ck_rebuilt_days_count', 'count > 0 and first_at <= last_at')
export class RebuiltDayEntity {
  @ForeignKey(() => SummarySeriesEntity, {
    name: 'fk_rebuilt_days_series',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'series_id',
    type: 'varchar',
    length: 22,
    primaryKeyConstraintName: 'pk_rebuilt_days',
  })
  seriesId!: string;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_rebuilt_days' })
  bucket!: number;

  @Column({ type: 'bigint' })
  count!: number;

  @Column({ name: 'first_at', type: 'bigint' })
  firstAt!: number;

  @Column({ name: 'last_at', type: 'bigint' })
  lastAt!: number;

  @Column({ type: 'mediumblob' })
  body!: Buffer;
}
