using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Cano.Integration.Telemetry;

/// <summary>Tests that listen run by themselves: whoever listens has all runs of the process
/// measured.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Listens
{
    public const string Name = "listens";
}

/// <summary>A measurement of the meter.</summary>
internal sealed record Measured(string Name, double Value, IReadOnlyDictionary<string, string> Tags)
{
    public string? Of(string tag) => Tags.GetValueOrDefault(tag);
}

/// <summary>Listens to the meter, as OpenTelemetry does.</summary>
internal sealed class Heard : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _all = new();

    public Heard()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == CanoTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((from, value, tags, _) => Add(from, value, tags));
        _listener.SetMeasurementEventCallback<double>((from, value, tags, _) => Add(from, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<Measured> All => [.. _all];

    /// <summary>What was measured by an instrument.</summary>
    public IEnumerable<Measured> Of(string name) => All.Where(measured => measured.Name == name);

    /// <summary>What an instrument's measurements add up to.</summary>
    public double Sum(string name) => Of(name).Sum(measured => measured.Value);

    /// <summary>Looks at what says how much there is.</summary>
    public void Look() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _all.Enqueue(
            new Measured(
                instrument.Name,
                value,
                tags.ToArray()
                    .ToDictionary(
                        tag => tag.Key,
                        tag => Convert.ToString(tag.Value, CultureInfo.InvariantCulture)!
                    )
            )
        );
}
