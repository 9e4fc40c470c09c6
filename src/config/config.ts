import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { findMisspelt, type Misspelt, misspeltHint } from './misspelt-variables.js';

/** Everything that can be set from outside, checked. `docs` and `.env.example` list the same names. */
export interface HubConfig {
  readonly port: number;
  readonly host: string;
  /** `false`: a worker that was given no port; it has nothing to answer but health and metrics. */
  readonly listens: boolean;
  /** `null`: the embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | null;
  /** `null`: the in-process queue. */
  readonly redisUrl: string | null;
  readonly role: Role;
  readonly dataDir: string;
  readonly bootstrapApiKey: string | null;
  /** The first encrypts, all decrypt; `null`: generated into `dataDir`. */
  readonly secretsKeys: readonly Buffer[] | null;
  /** `null`: wherever it comes to listen, with `PORT=0`. */
  readonly publicUrl: string | null;
  readonly targetAllowCidrs: readonly string[];
  readonly allowHttpTargets: boolean;
  readonly maxBodyBytes: number;
  readonly maxJsonDepth: number;
  /** Of one process; 0: no limit. */
  readonly keyRequestsPerSecond: number;
  readonly accountRequestsPerSecond: number;
  readonly workerConcurrency: number;
  readonly targetConcurrency: number;
  readonly retentionDays: number;
  readonly logLevel: LogLevel;
  /** `null`: nothing is traced. */
  readonly traceExporter: TraceExporter | null;
  readonly production: boolean;
  /** Variables that are set, mean nothing, and look like one that is not set. */
  readonly misspelt: readonly Misspelt[];
}

export type TraceExporter = 'otlp' | 'console';
export type Role = 'all' | 'api' | 'worker';
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The injection token of the configuration. */
export const HUB_CONFIG = Symbol('HUB_CONFIG');

/** What is wrong with the configuration, one line per mistake. */
export class ConfigError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigError';
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment. Throws one `ConfigError` that lists every mistake. */
export function loadConfig(environment: Environment): HubConfig {
  const read = new EnvironmentReader(environment);
  const production = read.text('NODE_ENV') === 'production';
  const host = read.text('HOST') ?? '127.0.0.1';
  const port = read.integer('PORT', 3000, 0, 65_535);
  const role = read.oneOf('ROLE', ['all', 'api', 'worker'] as const, 'all');
  const config: HubConfig = {
    port,
    host,
    listens: role !== 'worker' || read.text('PORT') !== null,
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: read.url('REDIS_URL', ['redis:', 'rediss:']),
    role,
    dataDir: resolve(read.text('DATA_DIR') ?? './data'),
    bootstrapApiKey: read.bootstrapKey(),
    secretsKeys: read.secretsKeys(),
    publicUrl:
      read.url('PUBLIC_URL', ['http:', 'https:'])?.replace(/\/+$/, '') ??
      (port === 0 ? null : `http://${hostInUrl(host)}:${port}`),
    targetAllowCidrs: read.cidrs('TARGET_ALLOW_CIDRS', production ? [] : ['127.0.0.0/8', '::1/128']),
    allowHttpTargets: read.boolean('ALLOW_HTTP_TARGETS', !production),
    maxBodyBytes: read.integer('MAX_BODY_BYTES', 262_144, 1_024, 64 * 1024 * 1024),
    maxJsonDepth: read.integer('MAX_JSON_DEPTH', 64, 4, 1_000),
    keyRequestsPerSecond: read.integer('KEY_REQUESTS_PER_SECOND', 1_000, 0, 1_000_000),
    accountRequestsPerSecond: read.integer('ACCOUNT_REQUESTS_PER_SECOND', 2_000, 0, 1_000_000),
    workerConcurrency: read.integer('WORKER_CONCURRENCY', 256, 1, 10_000),
    targetConcurrency: read.integer('TARGET_CONCURRENCY', 32, 1, 10_000),
    retentionDays: read.integer('RETENTION_DAYS', 30, 1, 3_650),
    logLevel: read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    traceExporter: read.traceExporter(),
    production,
    misspelt: [],
  };
  if (role !== 'all') {
    read.require('DATABASE_URL', `ROLE=${role} needs it: processes share one database`);
    read.require('REDIS_URL', `ROLE=${role} needs it: processes share one queue`);
  }
  if (config.databaseUrl)
    read.require('SECRETS_KEY', 'DATABASE_URL is set, so secrets must be readable wherever the hub runs');
  if (production) {
    for (const name of ['DATABASE_URL', 'SECRETS_KEY', 'BOOTSTRAP_API_KEY'])
      read.require(name, 'NODE_ENV=production needs it');
  }
  const misspelt = findMisspelt(environment, read.names);
  if (read.mistakes.length > 0) throw new ConfigError([...read.mistakes, ...misspelt.map(misspeltHint)]);
  return { ...config, misspelt };
}

/** By `npm start`, which sets this for the scripts that it runs. */
export function isStartedByNpm(environment: Environment): boolean {
  return environment.npm_lifecycle_event === 'start';
}

export function hostInUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** Reads single variables and collects what is wrong with them. An empty variable counts as unset. */
class EnvironmentReader {
  readonly mistakes: string[] = [];
  /** Every variable that was asked for. */
  readonly names = new Set<string>();
  private readonly reported = new Set<string>();

  constructor(private readonly environment: Environment) {}

  text(name: string): string | null {
    this.names.add(name);
    const value = this.environment[name]?.trim();
    return value ? value : null;
  }

  require(name: string, why: string): void {
    if (this.text(name) === null) this.mistake(name, `must be set. ${why}.`);
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.mistake(name, `must be a whole number from ${min} to ${max}, not "${text}".`);
    return fallback;
  }

  boolean(name: string, fallback: boolean): boolean {
    return this.oneOf(name, ['true', 'false'] as const, fallback ? 'true' : 'false') === 'true';
  }

  oneOf<const T extends readonly string[]>(name: string, allowed: T, fallback: T[number]): T[number] {
    const text = this.text(name);
    if (text === null) return fallback;
    const match = allowed.find((value) => value === text.toLowerCase());
    if (match !== undefined) return match;
    this.mistake(name, `must be one of ${allowed.join(', ')}, not "${text}".`);
    return fallback;
  }

  url(name: string, protocols: readonly string[]): string | null {
    const text = this.text(name);
    if (text === null) return null;
    // The value may hold a password: it is never repeated.
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
    this.mistake(name, `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`);
    return null;
  }

  cidrs(name: string, fallback: readonly string[]): readonly string[] {
    const text = this.text(name);
    if (text === null) return fallback;
    const cidrs = text.split(',').map((part) => part.trim());
    const wrong = cidrs.filter((cidr) => !isCidr(cidr));
    if (wrong.length > 0)
      this.mistake(name, `must be a comma list like 10.0.0.0/8,fd00::/8; wrong: ${wrong.join(', ')}.`);
    return cidrs;
  }

  bootstrapKey(): string | null {
    const text = this.text('BOOTSTRAP_API_KEY');
    if (text !== null && !/^[\x21-\x7e]{32,128}$/.test(text)) {
      this.mistake('BOOTSTRAP_API_KEY', 'must be 32 to 128 printable ASCII characters without spaces.');
    }
    return text;
  }

  /** By the variables that OpenTelemetry has for it. Its SDK reads them, and others, again. */
  traceExporter(): TraceExporter | null {
    const exporter = this.oneOf('OTEL_TRACES_EXPORTER', ['otlp', 'console', 'none', ''] as const, '');
    const hasEndpoint = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].map(
      (name) => this.url(name, ['http:', 'https:']) !== null,
    );
    if (this.boolean('OTEL_SDK_DISABLED', false) || exporter === 'none') return null;
    if (exporter !== '') return exporter;
    return hasEndpoint.includes(true) ? 'otlp' : null;
  }

  secretsKeys(): readonly Buffer[] | null {
    const text = this.text('SECRETS_KEY');
    if (text === null) return null;
    const keys = text.split(',').map((part) => Buffer.from(part.trim(), 'base64'));
    if (keys.some((key) => key.length !== 32)) {
      this.mistake(
        'SECRETS_KEY',
        'must be 32 bytes in base64, or a comma list of such keys. Make one: openssl rand -base64 32',
      );
    }
    return keys;
  }

  /** Only the first mistake about a variable is told: the others follow from it. */
  private mistake(name: string, message: string): void {
    if (this.reported.has(name)) return;
    this.reported.add(name);
    this.mistakes.push(`${name} ${message}`);
  }
}

function isCidr(text: string): boolean {
  const [address = '', prefix = ''] = text.split('/');
  const family = isIP(address);
  if (family === 0 || !/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}
