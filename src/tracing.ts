import type { TraceExporter } from './config/config.js';

/**
 * Loads OpenTelemetry's SDK, which reads the other `OTEL_*` variables itself: endpoint, headers, sampler, batches, resource. Answers
 * what sends the last spans and ends it.
 */
export async function startTracing(exporter: TraceExporter): Promise<() => Promise<void>> {
  const { BatchSpanProcessor, ConsoleSpanExporter, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } =
    await import('@opentelemetry/resources');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'ats-integration-hub' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor(exporter === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter()),
    ],
  });
  provider.register();
  return () => provider.shutdown();
}
