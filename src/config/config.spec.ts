import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, type Environment, type HubConfig, loadConfig } from './config.js';

const KEY_A = Buffer.alloc(32, 1).toString('base64');
const KEY_B = Buffer.alloc(32, 2).toString('base64');
const DATABASE = { DATABASE_URL: 'postgres://hub@db/hub', SECRETS_KEY: KEY_A };
const PRODUCTION = { ...DATABASE, NODE_ENV: 'production', BOOTSTRAP_API_KEY: 'x'.repeat(32) };

function mistakesOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

describe('an empty environment', () => {
  it('is a whole hub on a laptop', () => {
    expect(loadConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      listens: true,
      databaseUrl: null,
      redisUrl: null,
      role: 'all',
      dataDir: resolve('data'),
      bootstrapApiKey: null,
      secretsKeys: null,
      publicUrl: 'http://127.0.0.1:3000',
      targetAllowCidrs: ['127.0.0.0/8', '::1/128'],
      allowHttpTargets: true,
      maxBodyBytes: 262_144,
      maxJsonDepth: 64,
      keyRequestsPerSecond: 1_000,
      accountRequestsPerSecond: 2_000,
      workerConcurrency: 256,
      targetConcurrency: 32,
      retentionDays: 30,
      logLevel: 'info',
      traceExporter: null,
      production: false,
      misspelt: [],
    } satisfies HubConfig);
  });

  it('is the same as one of empty variables', () => {
    const names = [...readFileSync('.env.example', 'utf8').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(15);
    expect(loadConfig(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(loadConfig({}));
  });
});

describe('what is set', () => {
  it.each<[string, Environment, Partial<HubConfig>]>([
    ['a port and a host', { PORT: '80', HOST: '::1' }, { port: 80, host: '::1', publicUrl: 'http://[::1]:80' }],
    ['whatever port is free', { PORT: '0' }, { port: 0, publicUrl: null }],
    ['a public address', { PUBLIC_URL: 'https://hub.example/x/' }, { publicUrl: 'https://hub.example/x' }],
    ['a data directory', { DATA_DIR: '/var/lib/hub/../x' }, { dataDir: '/var/lib/x' }],
    ['target ranges', { TARGET_ALLOW_CIDRS: '10.0.0.0/8, fd00::/8' }, { targetAllowCidrs: ['10.0.0.0/8', 'fd00::/8'] }],
    ['a switch', { ALLOW_HTTP_TARGETS: 'FALSE' }, { allowHttpTargets: false }],
    ['a log level', { LOG_LEVEL: 'Debug' }, { logLevel: 'debug' }],
    ['a key as given', { BOOTSTRAP_API_KEY: '!'.repeat(128) }, { bootstrapApiKey: '!'.repeat(128) }],
    [
      'several secrets keys, the first first',
      { SECRETS_KEY: `${KEY_B},${KEY_A}` },
      { secretsKeys: [Buffer.alloc(32, 2), Buffer.alloc(32, 1)] },
    ],
    [
      'a role with what it needs',
      { ...DATABASE, ROLE: 'worker', REDIS_URL: 'rediss://r' },
      { role: 'worker', redisUrl: 'rediss://r' },
    ],
  ])('is read: %s', (_what, environment, expected) => {
    expect(loadConfig(environment)).toMatchObject(expected);
  });

  it('is stricter about targets in production', () => {
    expect(loadConfig(PRODUCTION)).toMatchObject({ production: true, targetAllowCidrs: [], allowHttpTargets: false });
    const opened = { ...PRODUCTION, TARGET_ALLOW_CIDRS: '10.1.0.0/16', ALLOW_HTTP_TARGETS: 'true' };
    expect(loadConfig(opened)).toMatchObject({ targetAllowCidrs: ['10.1.0.0/16'], allowHttpTargets: true });
  });
});

describe('a mistake', () => {
  const wholeNumber = (name: string, min: number, max: number, text: string) =>
    `${name} must be a whole number from ${min} to ${max}, not "${text}".`;

  it.each<[Environment, string]>([
    [{ PORT: '65536' }, wholeNumber('PORT', 0, 65_535, '65536')],
    [{ PORT: '-1' }, wholeNumber('PORT', 0, 65_535, '-1')],
    [{ PORT: '3e3' }, wholeNumber('PORT', 0, 65_535, '3e3')],
    [{ PORT: 'http' }, wholeNumber('PORT', 0, 65_535, 'http')],
    [{ MAX_BODY_BYTES: '10' }, wholeNumber('MAX_BODY_BYTES', 1_024, 67_108_864, '10')],
    [{ MAX_JSON_DEPTH: '1' }, wholeNumber('MAX_JSON_DEPTH', 4, 1_000, '1')],
    [{ WORKER_CONCURRENCY: '0' }, wholeNumber('WORKER_CONCURRENCY', 1, 10_000, '0')],
    [{ TARGET_CONCURRENCY: '1.5' }, wholeNumber('TARGET_CONCURRENCY', 1, 10_000, '1.5')],
    [{ RETENTION_DAYS: '9999999999999' }, wholeNumber('RETENTION_DAYS', 1, 3_650, '9999999999999')],
    [{ ROLE: 'both' }, 'ROLE must be one of all, api, worker, not "both".'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of trace, debug, info, warn, error, silent, not "loud".'],
    [{ ALLOW_HTTP_TARGETS: '1' }, 'ALLOW_HTTP_TARGETS must be one of true, false, not "1".'],
    [{ PUBLIC_URL: 'hub.example' }, 'PUBLIC_URL must be a URL that starts with http:// or https://.'],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL must be a URL that starts with redis:// or rediss://.'],
    [
      { TARGET_ALLOW_CIDRS: '10.0.0.0/8,10.0.0.1,::/200' },
      'TARGET_ALLOW_CIDRS must be a comma list like 10.0.0.0/8,fd00::/8; wrong: 10.0.0.1, ::/200.',
    ],
    [{ BOOTSTRAP_API_KEY: 'short' }, 'BOOTSTRAP_API_KEY must be 32 to 128 printable ASCII characters without spaces.'],
    [
      { BOOTSTRAP_API_KEY: `${'x'.repeat(20)} ${'x'.repeat(20)}` },
      'BOOTSTRAP_API_KEY must be 32 to 128 printable ASCII characters without spaces.',
    ],
    [
      { SECRETS_KEY: `${KEY_A},c2hvcnQ=` },
      'SECRETS_KEY must be 32 bytes in base64, or a comma list of such keys. Make one: openssl rand -base64 32',
    ],
    [
      { DATABASE_URL: 'postgres://hub@db/hub' },
      'SECRETS_KEY must be set. DATABASE_URL is set, so secrets must be readable wherever the hub runs.',
    ],
    [{ ...DATABASE, ROLE: 'api' }, 'REDIS_URL must be set. ROLE=api needs it: processes share one queue.'],
    [
      { ROLE: 'worker', REDIS_URL: 'redis://r' },
      'DATABASE_URL must be set. ROLE=worker needs it: processes share one database.',
    ],
    [{ ...PRODUCTION, BOOTSTRAP_API_KEY: '' }, 'BOOTSTRAP_API_KEY must be set. NODE_ENV=production needs it.'],
    [
      { ...PRODUCTION, SECRETS_KEY: '' },
      'SECRETS_KEY must be set. DATABASE_URL is set, so secrets must be readable wherever the hub runs.',
    ],
  ])('is told in one line: %j', (environment, line) => {
    expect(mistakesOf(environment)).toEqual([line]);
  });

  it('never repeats a value that may hold a password', () => {
    const [line = ''] = mistakesOf({ DATABASE_URL: 'mysql://hub:topsecret@db/hub', SECRETS_KEY: KEY_A });
    expect(line).toBe('DATABASE_URL must be a URL that starts with postgres:// or postgresql://.');
  });

  it('comes with all the others, one line a variable', () => {
    expect(mistakesOf({ PORT: 'x', ROLE: 'x', NODE_ENV: 'production' }).map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'ROLE',
      'DATABASE_URL',
      'SECRETS_KEY',
      'BOOTSTRAP_API_KEY',
    ]);
  });
});

describe('a variable that is misspelt', () => {
  it.each([
    ['WORKER_CONCURENCY', 'WORKER_CONCURRENCY'],
    ['TARGET_CONCURENCY', 'TARGET_CONCURRENCY'],
    ['RETENTION_DAY', 'RETENTION_DAYS'],
    ['SECRET_KEY', 'SECRETS_KEY'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['DATADIR', 'DATA_DIR'],
  ])('is told with the one that was meant: %s', (name, meant) => {
    expect(loadConfig({ [name]: 'x' }).misspelt).toEqual([{ name, meant }]);
  });

  it('is told among the mistakes, which may follow from it', () => {
    expect(mistakesOf({ ...PRODUCTION, SECRETS_KEY: '', SECRET_KEY: KEY_A })).toEqual([
      expect.stringMatching(/^SECRETS_KEY must be set\./),
      'SECRET_KEY means nothing here: did you mean SECRETS_KEY?',
    ]);
  });

  it('is somebody else’s where the one that it looks like is set', () => {
    expect(loadConfig({ LOGLEVEL: 'x', LOG_LEVEL: 'warn' }).misspelt).toEqual([]);
  });

  it('is none of what an environment usually holds', () => {
    const names = [
      ...['PATH', 'PORTS', 'HOME', 'HOSTNAME', 'HOSTTYPE', 'SHELL', 'USER', 'PWD', 'OLDPWD', 'LANG', 'TERM', 'TMPDIR'],
      ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'PGHOST', 'PGDATABASE', 'REDIS_PORT', 'REDIS_HOST'],
      ...['OTEL_SERVICE_NAME', 'OTEL_LOGS_EXPORTER', 'OTEL_METRICS_EXPORTER', 'OTEL_EXPORTER_OTLP_HEADERS'],
      ...['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'],
      ...[
        'HTTP_PROXY',
        'NO_PROXY',
        'SSH_AUTH_SOCK',
        'XDG_DATA_DIRS',
        'LOGNAME',
        'KUBERNETES_PORT',
        'npm_config_loglevel',
      ],
    ];
    expect(loadConfig(Object.fromEntries(names.map((name) => [name, 'x']))).misspelt).toEqual([]);
  });
});

describe('traces', () => {
  const exporterOf = (environment: Environment) => loadConfig(environment).traceExporter;
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318';

  it('are made as soon as there is somewhere to send them', () => {
    expect(exporterOf({ OTEL_EXPORTER_OTLP_ENDPOINT })).toBe('otlp');
    expect(exporterOf({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces` })).toBe('otlp');
    expect(exporterOf({ OTEL_TRACES_EXPORTER: 'otlp' })).toBe('otlp');
    expect(exporterOf({ OTEL_TRACES_EXPORTER: 'console', OTEL_EXPORTER_OTLP_ENDPOINT })).toBe('console');
  });

  it('are not made unless asked for, nor where they are switched off', () => {
    expect(exporterOf({})).toBeNull();
    expect(exporterOf({ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT })).toBeNull();
    expect(exporterOf({ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT })).toBeNull();
    expect(() => exporterOf({ OTEL_TRACES_EXPORTER: 'zipkin' })).toThrow('OTEL_TRACES_EXPORTER must be one of');
  });
});

describe('.env.example', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const example = new Map(
    lines.flatMap((line) => {
      const [, name = '', rest = ''] = /^# ([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === '' ? [] : [[name, rest.split(/\s{2,}/)[0] ?? ''] as const];
    }),
  );

  /** Every name that the configuration asks the environment for. */
  function namesRead(): string[] {
    const names = new Set<string>();
    const spy = new Proxy<Environment>(PRODUCTION, {
      get: (target, name) => {
        names.add(String(name));
        return target[String(name)];
      },
    });
    loadConfig(spy);
    return [...names];
  }

  it('names every variable that the configuration reads, and no other', () => {
    expect([...example.keys()].sort()).toEqual(namesRead().sort());
  });

  it('shows the defaults', () => {
    expect(loadConfig(Object.fromEntries(example))).toEqual(loadConfig({}));
  });
});
