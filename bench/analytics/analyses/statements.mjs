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

/** Between two rows on a line (type 7); neither MySQL nor MariaDB has an aggregate for it. */
const quantile = (p) => `
  SUM(CASE WHEN r = FLOOR(${p} * (c - 1)) THEN heart_rate * (1 - MOD(${p} * (c - 1), 1))
    WHEN r = FLOOR(${p} * (c - 1)) + 1 THEN heart_rate * MOD(${p} * (c - 1), 1) END)`;

const describedByWindow = (table) => `
  SELECT ${DESCRIBED}, ${quantile(0.25)} AS p25, ${quantile(0.5)} AS p50, ${quantile(0.75)} AS p75
  FROM (SELECT device_group, heart_rate,
    ROW_NUMBER() OVER (PARTITION BY device_group ORDER BY heart_rate) - 1 AS r,
    COUNT(*) OVER (PARTITION BY device_group) AS c FROM ${table}) ranked
  GROUP BY device_group`;

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

export const onRecord = statementsOf(RECORD, describedByWindow);
export const onTypedColumns = statementsOf('typed_observations', describedByWindow);
export const onDuckdb = statementsOf('observations', described);
