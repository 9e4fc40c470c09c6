import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, pino, type Logger } from 'pino';

/** The injection token of the one logger. */
export const LOGGER = Symbol('LOGGER');

/** Structured JSON lines, readable ones on a terminal. Ids as fields; never secrets, payloads or personal data. */
export function createLogger(level: string, readable: boolean, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(readable && {
      transport: { target: 'pino-pretty', options: { ignore: 'event', translateTime: 'SYS:HH:MM:ss' } },
    }),
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Nest's own messages, through the same logger. What it says at start-up is only of use when it is debugged. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }

  /** Why a start fails is thrown too, and told by `main.ts` in one line. */
  error(message: unknown, ...details: unknown[]): void {
    const isThrownToo = details.includes('ExceptionHandler') || details.includes('NestApplication');
    this.logger[isThrownToo ? 'debug' : 'error']({ details: details.map(String) }, String(message));
  }

  debug(message: unknown, context?: unknown): void {
    this.logger.trace({ context }, String(message));
  }

  verbose(message: unknown, context?: unknown): void {
    this.logger.trace({ context }, String(message));
  }
}
