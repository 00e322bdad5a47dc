import { createConnection } from 'mysql2/promise';

const DEFAULT_URL = 'mysql://root@127.0.0.1:3306/';

/** Whether a MySQL or MariaDB answers, and the sentence that says what will run. */
export async function probeMysql(env) {
  const url = env.TEST_MYSQL_URL || DEFAULT_URL;
  try {
    const connection = await createConnection({ uri: url, connectTimeout: 2_000 });
    const [[{ version }]] = await connection.query('SELECT VERSION() AS version');
    await connection.end();
    return { answers: true, url, message: `Databases: SQLite and ${version}` };
  } catch (error) {
    const reason = error.code ?? error.message;
    return {
      answers: false,
      url,
      message: `Databases: SQLite only. The tests on MySQL are skipped: no server answers (${reason}); set TEST_MYSQL_URL to run them.`,
    };
  }
}
