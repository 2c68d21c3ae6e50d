namespace Cano;

/// <summary>An instrument of the meter.</summary>
/// <param name="Name">As a listener knows it: "cano.runs.started".</param>
/// <param name="Kind">What is made of its measurements.</param>
/// <param name="Unit">The unit, in UCUM: "s", or what is counted in braces: "{run}".</param>
/// <param name="Help">What it measures.</param>
public sealed record TelemetryInstrument(string Name, InstrumentKind Kind, string Unit, string Help);

/// <summary>What is made of the measurements of an instrument.</summary>
public enum InstrumentKind
{
    /// <summary>They are added up, and never fall.</summary>
    Counter,

    /// <summary>They are added up, and go back to 0 when nothing is left of what they count.</summary>
    UpDownCounter,

    /// <summary>They are counted by their size.</summary>
    Histogram,

    /// <summary>It says how much there is when somebody looks.</summary>
    Gauge,
}
