using System.Diagnostics.Metrics;

namespace Cano.Runtime.Telemetry;

/// <summary>Makes instruments of the one meter, and knows what it has made.</summary>
internal sealed class InstrumentSet
{
    private static readonly Meter s_meter = new(
        CanoTelemetry.MeterName,
        typeof(InstrumentSet).Assembly.GetName().Version?.ToString(3)
    );

    private readonly List<TelemetryInstrument> _all = [];

    public IReadOnlyList<TelemetryInstrument> All => _all;

    public Counter<long> Counter(string name, string unit, string help) =>
        s_meter.CreateCounter<long>(Told(name, InstrumentKind.Counter, unit, help), unit, help);

    public UpDownCounter<long> UpDownCounter(string name, string unit, string help) =>
        s_meter.CreateUpDownCounter<long>(Told(name, InstrumentKind.UpDownCounter, unit, help), unit, help);

    public Histogram<double> Seconds(string name, string help) =>
        s_meter.CreateHistogram<double>(Told(name, InstrumentKind.Histogram, "s", help), "s", help);

    public Histogram<long> Sizes(string name, string unit, string help) =>
        s_meter.CreateHistogram<long>(Told(name, InstrumentKind.Histogram, unit, help), unit, help);

    public void Gauge(string name, string unit, string help, Func<IEnumerable<Measurement<long>>> look) =>
        s_meter.CreateObservableGauge(Told(name, InstrumentKind.Gauge, unit, help), look, unit, help);

    private string Told(string name, InstrumentKind kind, string unit, string help)
    {
        _all.Add(new TelemetryInstrument(name, kind, unit, help));
        return name;
    }
}
