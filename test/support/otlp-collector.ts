import type { ReceivedCall, Receiver } from './receiver.js';

/** A span as a collector gets it, with its attributes as an object. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly service: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** 2: an error. */
  readonly status: number;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes' | 'status' | 'service'> & {
        readonly attributes: readonly OtlpAttribute[];
        readonly status: { readonly code?: number };
      })[];
    }[];
  }[];
}

/** What an OpenTelemetry collector would have got at its HTTP address, which the receiver stands in for. */
export function collectedSpans(receiver: Receiver): CollectedSpan[] {
  return receiver.on('/v1/traces').flatMap(spansOf);
}

function spansOf({ body }: ReceivedCall): CollectedSpan[] {
  const { resourceSpans } = JSON.parse(body.toString()) as OtlpBody;
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        service,
        attributes: valuesOf(span.attributes),
        status: span.status.code ?? 0,
      })),
    );
  });
}

function valuesOf(attributes: readonly OtlpAttribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue ?? Number.NaN)]),
  );
}
