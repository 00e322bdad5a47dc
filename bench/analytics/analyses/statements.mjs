/** What the peers are asked: the figures that an analysis is computed from, of a table or what stands for one. */

const figuresBy = (table, condition) => `
  SELECT device_group AS id, COUNT(heart_rate) AS n, AVG(heart_rate) AS mean, STDDEV_SAMP(heart_rate) AS std_dev
  FROM ${table} ${condition} GROUP BY device_group`;

const sumsOfSquares = (table) => `
  SELECT COUNT(*) AS k, SUM(n) AS n, SUM(squares) AS within_groups,
    SUM(n * (mean - grand) * (mean - grand)) AS between_groups
  FROM (SELECT n, mean, squares, SUM(n * mean) OVER () / SUM(n) OVER () AS grand
    FROM (SELECT COUNT(heart_rate) AS n, AVG(heart_rate) AS mean, VAR_POP(heart_rate) * COUNT(heart_rate) AS squares
      FROM ${table} GROUP BY device_group) g) w`;

const table = (table) => `SELECT rhythm, sex, COUNT(*) AS n FROM ${table} GROUP BY rhythm, sex`;

const DESCRIBED = `device_group AS id, COUNT(heart_rate) AS n, AVG(heart_rate) AS mean,
  STDDEV_SAMP(heart_rate) AS std_dev, MIN(heart_rate) AS min, MAX(heart_rate) AS max`;

/** Without quartiles, of which neither MySQL nor MariaDB has an aggregate: a window over all rows costs far more yet. */
const describedBriefly = (table) => `SELECT ${DESCRIBED} FROM ${table} GROUP BY device_group`;

const described = (table) => `
  SELECT ${DESCRIBED}, quantile_cont(heart_rate, 0.25) AS p25, quantile_cont(heart_rate, 0.5) AS p50,
    quantile_cont(heart_rate, 0.75) AS p75
  FROM ${table} GROUP BY device_group`;

const ofTwoGroups = `WHERE device_group IN ('group-00', 'group-19')`;

const statementsOf = (source, describe) => ({
  descriptive: describe(source),
  't-test': figuresBy(source, ofTwoGroups),
  anova: sumsOfSquares(source),
  'chi-square': table(source),
});

const member = (column, name) => `JSON_VALUE(${column}, '$.${name}')`;

/** The gateway's own table: what somebody writes who has nothing else. */
const RECORD = `(SELECT device_group, ${member('metrics', 'heart_rate')} + 0e0 AS heart_rate,
  ${member('attributes', 'rhythm')} AS rhythm, ${member('attributes', 'sex')} AS sex FROM observations) o`;

export const onRecord = statementsOf(RECORD, describedBriefly);
export const onTypedColumns = statementsOf('typed_observations', describedBriefly);
export const onDuckdb = statementsOf('observations', described);

const QUARTILES = [0.25, 0.5, 0.75];

/**
 * The quartiles of described groups (type 7), for which the index is walked up to the rows that they lie between. A
 * window over all rows takes more than twenty times as long.
 */
export function quartilesByIndex(groups) {
  const points = groups.flatMap(({ id, n }) => QUARTILES.map((p) => [id, p, Math.floor(p * (n - 1))]));
  return points
    .map(
      ([id, p, offset]) => `(SELECT '${id}' AS id, ${p} AS p, heart_rate FROM typed_observations
        WHERE device_group = '${id}' ORDER BY heart_rate LIMIT 2 OFFSET ${offset})`,
    )
    .join(' UNION ALL ');
}
