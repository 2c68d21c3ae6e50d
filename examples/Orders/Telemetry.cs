using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cano.Examples.Orders;

/// <summary>Spans, measurements and log lines for whoever collects them.</summary>
public static class Telemetry
{
    /// <summary>Sends all of it by OTLP to where OTEL_EXPORTER_OTLP_ENDPOINT says, and nothing without that:
    /// who nobody listens to makes nothing. All else is told by variables of the same kind, such as
    /// OTEL_SERVICE_NAME.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        builder
            .Services.AddOpenTelemetry()
            .WithTracing(traces =>
                traces.AddAspNetCoreInstrumentation().AddSource(CanoTelemetry.ActivitySourceName)
            )
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter(CanoTelemetry.MeterName))
            // Lines of a step carry its run and its state.
            .WithLogging(null, lines => lines.IncludeScopes = true)
            .UseOtlpExporter();
    }
}
