import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** Traces, by OpenTelemetry's API alone: without an SDK, which `tracing.ts` loads only when asked to, it does nothing. */

const tracer = trace.getTracer('ats-integration-hub');

/** What a request brought along of its caller's trace. */
export type TraceHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface SpanFields {
  readonly attributes: Attributes;
  /** In milliseconds since 1970; absent: now. */
  readonly startedAt?: number;
}

/** The span of a request, within its caller's trace if that sent a `traceparent`. */
export function beginRequestSpan(name: string, { traceparent, tracestate }: TraceHeaders, fields: SpanFields): Span {
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent, tracestate });
  return tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: fields.attributes }, parent);
}

export function runWithin(span: Span, work: () => void): void {
  context.with(trace.setSpan(context.active(), span), work);
}

/** Of the request that is being answered: it goes with what that brings. `undefined`: it is not traced. */
export function activeTraceparent(): string | undefined {
  if (trace.getActiveSpan() === undefined) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** A span of what is done for an event afterwards, maybe by another process. */
export function beginSpan(traceparent: string, name: string, kind: 'internal' | 'client', fields: SpanFields): Span {
  return tracer.startSpan(
    name,
    {
      kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      attributes: fields.attributes,
      ...(fields.startedAt !== undefined && { startTime: fields.startedAt }),
    },
    propagation.extract(ROOT_CONTEXT, { traceparent }),
  );
}

export function endSpan(span: Span, attributes: Attributes, failure: string | null): void {
  span.setAttributes(attributes);
  if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', failure);
  span.end();
}
