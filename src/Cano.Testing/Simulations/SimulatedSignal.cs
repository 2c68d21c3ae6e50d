using Cano.Runtime.Data;
using Cano.Runtime.Steps.Waits;

namespace Cano.Testing.Simulations;

/// <summary>A signal that is sent in a simulation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Payload">Draws what one of them carries; null for nothing.</param>
internal sealed record SimulatedSignal(string Name, Func<Random, ValueCodec, StoredValue?> Payload);

/// <summary>What a simulation's runs are signalled with, until the options say it in public.</summary>
internal static class SimulatedSignals
{
    /// <summary>The signal is sent: early, late, twice, or not before nothing else is left to
    /// happen.</summary>
    public static SimulationOptions WithSignal(this SimulationOptions options, Signal signal) =>
        options with
        {
            Signals = options.Signals.Add(new(signal.Name, (_, _) => null)),
        };

    /// <inheritdoc cref="WithSignal(SimulationOptions, Signal)"/>
    /// <param name="options">The options.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="values">Each time it carries one of these.</param>
    public static SimulationOptions WithSignal<TPayload>(
        this SimulationOptions options,
        Signal<TPayload> signal,
        params IReadOnlyList<TPayload> values
    )
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        return options with { Signals = options.Signals.Add(new(signal.Name, Draw)) };

        StoredValue Draw(Random random, ValueCodec codec) =>
            SignalPayload.Write(signal.Name, values[random.Next(values.Count)], codec);
    }
}
