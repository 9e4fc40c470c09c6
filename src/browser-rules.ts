import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { HubConfig } from './config/config.js';

/** What a browser may do with the hub's pages: nothing from elsewhere, no frames. The Swagger UI brings its styles inline. */
export function browserRules({ production }: HubConfig): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // A browser that was once told so would refuse plain HTTP on this host for a year, on a laptop too.
    strictTransportSecurity: production,
    // Pages elsewhere may read what the API answers to them.
    crossOriginResourcePolicy: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  };
}

/**
 * The console's own policy. Its component library writes some rules into <style> elements: they carry the nonce that
 * every answer has anew, so that no other inline style or script is obeyed, and no style attribute in markup.
 */
export function consoleContentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
